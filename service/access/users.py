"""Users are made on first sight, in the transaction that first acts for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from service.access.turns import Turns
from service.db.pool import Connection, Database, Door
from service.db.sql import load
from service.errors import Unavailable
from service.stories.quota import UserGone

#: The user of `up`: the person at this machine.
LOCAL_USER = UUID("10ca1000-0000-4000-8000-000000000001")

_USERS = load("users")
R = TypeVar("R")
_MOST_KNOWN = 100_000


class Users:
    """The door to PostgreSQL for a user's request. Remembers whom this process has seen."""

    def __init__(
        self, database: Database, *, default_tier: str = "free", at_once: int = 4, in_line: int = 256
    ) -> None:
        self._database = database
        self._default_tier = default_tier
        self._known: set[UUID] = set()
        self._turns = Turns(at_once, in_line)

    @asynccontextmanager
    async def acting(self, user_id: UUID) -> AsyncIterator[Connection]:
        """A transaction in which only this user's rows exist, the user's own among them.

        A user has so many at once, and others wait in line: nobody has all connections to PostgreSQL.
        Raises ``Overloaded`` where too many wait, and ``Unavailable`` where an operator has deleted the
        user since; the next request makes the user again.
        """
        try:
            async with self._turns.hold(user_id), self._database.as_user(user_id) as connection:
                if user_id not in self._known:
                    await connection.execute(_USERS["ensure_user"], user_id, self._default_tier)
                yield connection
        except (asyncpg.ForeignKeyViolationError, UserGone) as error:
            self._known.discard(user_id)
            raise Unavailable("The account was deleted during the request. Try again.") from error
        # Only now is it committed.
        self._remember(user_id)

    async def run(self, user_id: UUID, work: Callable[[Connection], Awaitable[R]]) -> R:
        """What comes of ``work`` in such a transaction. Raises as ``acting`` does."""
        async with self.acting(user_id) as connection:
            return await work(connection)

    def door(self, user_id: UUID) -> Door:
        """What opens such transactions, for work that needs several. They raise as ``acting`` does."""
        return partial(self.acting, user_id)

    def under_way(self, user_id: UUID) -> int:
        """How many transactions of the user there are, or wait for their turn."""
        return self._turns.count(user_id)

    def forget(self, user_id: UUID) -> None:
        """The user is no more."""
        self._known.discard(user_id)

    def forget_all(self) -> None:
        """Some of them may be no more: each is looked for once again."""
        self._known.clear()

    def _remember(self, user_id: UUID) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(user_id)
