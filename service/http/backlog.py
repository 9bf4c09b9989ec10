"""Whether more work can be taken on."""

from __future__ import annotations

import asyncio
import time

from service.db.pool import Database
from service.db.sql import load
from service.errors import Overloaded

_JOBS = load("jobs")
_FRESH_SECONDS = 1.0
_RETRY_AFTER_SECONDS = 10


class Backlog:
    """The length of the line of all users' jobs, as it was at most a second ago."""

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._jobs = 0
        self._counted_at = -_FRESH_SECONDS
        self._counting = asyncio.Lock()

    async def admit(self) -> None:
        """Raises ``Overloaded`` while the line is full."""
        if self._stale:
            await self._count()
        if self._jobs >= self._most:
            raise Overloaded(retry_after=_RETRY_AFTER_SECONDS, queued=self._jobs)

    @property
    def _stale(self) -> bool:
        return time.monotonic() - self._counted_at >= _FRESH_SECONDS

    async def _count(self) -> None:
        async with self._counting:
            if self._stale:
                self._jobs = await self._database.pool.fetchval(_JOBS["backlog"], self._most)
                self._counted_at = time.monotonic()
