"""Opens database transactions for users. The first transaction for a user also creates the user's row."""

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

#: The local user of `up`.
LOCAL_USER = UUID("10ca1000-0000-4000-8000-000000000001")

_USERS = load("users")
R = TypeVar("R")
_MOST_KNOWN = 100_000


class Users:
    """Opens transactions for requests of users, and remembers which users exist already."""

    def __init__(
        self, database: Database, *, default_tier: str = "free", at_once: int = 4, in_line: int = 256
    ) -> None:
        self._database = database
        self._default_tier = default_tier
        self._known: set[UUID] = set()
        self._turns = Turns(at_once, in_line)

    @asynccontextmanager
    async def acting(self, user_id: UUID) -> AsyncIterator[Connection]:
        """Open a transaction that sees only the rows of this user. The user's own row is created if it is
        missing.

        A user has a limited number of transactions at once, so that no user takes all connections to
        PostgreSQL. Further requests wait. Raises ``Overloaded`` if too many wait. Raises ``Unavailable`` if
        an operator has deleted the user meanwhile. The next request creates the user again. A caller may
        cancel it, which rolls the transaction back.
        """
        try:
            async with self._turns.hold(user_id), self._database.as_user(user_id) as connection:
                if user_id not in self._known:
                    await connection.execute(_USERS["ensure_user"], user_id, self._default_tier)
                yield connection
        except (asyncpg.ForeignKeyViolationError, UserGone) as error:
            self._known.discard(user_id)
            raise Unavailable(
                "The account was deleted during the request. Another request creates a new account."
            ) from error
        # The transaction is committed only now.
        self._remember(user_id)

    async def run(self, user_id: UUID, work: Callable[[Connection], Awaitable[R]]) -> R:
        """Run ``work`` in a transaction of ``acting``, and return the result of ``work``. Raises the errors
        of both."""
        async with self.acting(user_id) as connection:
            return await work(connection)

    def door(self, user_id: UUID) -> Door:
        """Return a function that opens transactions of the user as ``acting`` does, for work that needs
        several."""
        return partial(self.acting, user_id)

    def under_way(self, user_id: UUID) -> int:
        """Return how many transactions of the user run or wait for a slot."""
        return self._turns.count(user_id)

    def forget(self, user_id: UUID) -> None:
        """Remove the user from the known users, because the user was deleted."""
        self._known.discard(user_id)

    def forget_all(self) -> None:
        """Clear the known users, because some may have been deleted. Each user is looked up again when
        needed."""
        self._known.clear()

    def _remember(self, user_id: UUID) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known.add(user_id)
