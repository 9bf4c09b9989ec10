"""Whether more work can be taken on, of all users and of each."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.errors import Overloaded

_JOBS = load("jobs")
_FRESH_SECONDS = 1.0
_RETRY_AFTER_SECONDS = 10
#: From when on the line is long, and what part of a line of full length one user may have then.
_LONG, _SHARE = 1 / 2, 1 / 10


class Backlog:
    """The length of the line of all users' jobs, as it was at most a second ago.

    While it is long, who has more than their share of it adds nothing, so that no user closes it to all.
    """

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._jobs = 0
        self._greedy: frozenset[UUID] = frozenset()
        self._counted_at = -_FRESH_SECONDS
        self._counting = asyncio.Lock()

    async def admit(self, user_id: UUID) -> None:
        """Raises ``Overloaded`` while the line is full, and YOUR_LINE_FULL while it is long and too much of
        it is the user's."""
        if self._stale:
            await self._count()
        if self._jobs >= self._most:
            raise Overloaded(retry_after=_RETRY_AFTER_SECONDS, queued=self._jobs)
        if user_id in self._greedy:
            raise Overloaded(
                "The line is long, and too much of it is yours. Wait until some of your books are made.",
                code="YOUR_LINE_FULL",
                retry_after=_RETRY_AFTER_SECONDS,
            )

    @property
    def _stale(self) -> bool:
        return time.monotonic() - self._counted_at >= _FRESH_SECONDS

    async def _count(self) -> None:
        async with self._counting:
            if self._stale:
                self._jobs = await self._database.pool.fetchval(_JOBS["backlog"], self._most)
                self._greedy = await self._find_greedy()
                self._counted_at = time.monotonic()

    async def _find_greedy(self) -> frozenset[UUID]:
        if self._jobs < self._most * _LONG:
            return frozenset()
        rows = await self._database.pool.fetch(_JOBS["greedy_users"], self._most * _SHARE)
        return frozenset(row["user_id"] for row in rows)
