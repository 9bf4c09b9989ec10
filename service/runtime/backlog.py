"""Decides whether the service can accept more jobs, in total and from each user."""

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
#: ``_LONG``: the queue counts as long from this share of its maximum length. ``_SHARE``: while the queue is
#: long, one user may have at most this share of the maximum length.
_LONG, _SHARE = 1 / 2, 1 / 10


class Backlog:
    """The number of queued jobs, of all users together and of each user. The count is at most one second old.

    While the queue is long, a user who has more than a fair share of its maximum cannot add jobs. This keeps
    one user from blocking the queue for all others.
    """

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._jobs = 0
        self._greedy: frozenset[UUID] = frozenset()
        self._counted_at = -_FRESH_SECONDS
        self._counting = asyncio.Lock()

    async def admit(self, user_id: UUID) -> None:
        """Check that the user may add jobs.

        Raises ``Overloaded`` while the queue is full, and ``Overloaded`` with the code ``YOUR_LINE_FULL``
        while the queue is long and the user has more than a fair share.
        """
        if self._stale:
            await self._count()
        if self._jobs >= self._most:
            raise Overloaded(retry_after=_RETRY_AFTER_SECONDS, queued=self._jobs)
        if user_id in self._greedy:
            raise Overloaded(
                "The queue is long, and many of its jobs are yours. Wait until some of your books are ready.",
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
