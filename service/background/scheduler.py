"""The scheduler: it queues jobs whose delay is over at the exact time, without waiting for a sweep.

Jobs that wait for a blocked provider are queued as soon as the provider works again, and when a process
starts, since the operator may have replaced the key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from service.background.settler import Settler
from service.db.pool import Database
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.retry import PROVIDER_BLOCKED_CODES
from service.jobs.states import JobStatus
from service.lifecycle import Loop

_JOBS = load("jobs")
_AT_ONCE = 500


class Scheduler(Loop):
    """``wake_in`` sets an alarm for a retry of this process. The sweep finds the retries of other
    processes."""

    name = "scheduler"

    def __init__(self, database: Database, settler: Settler) -> None:
        super().__init__()
        self._database = database
        self._settler = settler
        self._look_at_blocked = True

    def provider_recovered(self) -> None:
        """A blocked provider works again: queue the jobs that wait for it, soon."""
        self._look_at_blocked = True
        self.nudge()

    def wake_in(self, seconds: float) -> None:
        """Run a pass after this many seconds."""
        asyncio.get_running_loop().call_later(seconds, self.nudge)

    async def run_once(self) -> None:
        """Queue everything that is due."""
        if self._look_at_blocked:
            await self.queue_blocked()
            self._look_at_blocked = False
        while await self.queue_due() == _AT_ONCE:
            pass

    async def queue_due(self) -> int:
        """Queue jobs whose delay is over. Returns the number.

        A job of a kind that only a newer version knows stays as it is, though it is due.
        """
        rows = await self._database.pool.fetch(_JOBS["due_retries"], _AT_ONCE)
        if not rows:
            return 0
        return await self._queue([row["id"] for row in rows])

    async def queue_blocked(self) -> int:
        """Queue the jobs that wait for a blocked provider, before they are due. Returns the number."""
        rows = await self._database.pool.fetch(_JOBS["blocked_retries"], list(PROVIDER_BLOCKED_CODES))
        waiting = [row["id"] for row in rows]
        return sum(
            [
                await self._queue(waiting[start : start + _AT_ONCE])
                for start in range(0, len(waiting), _AT_ONCE)
            ]
        )

    async def _queue(self, waiting: Sequence[UUID]) -> int:
        moves = [Move(id_, JobStatus.QUEUED, only_from=JobStatus.RETRYING) for id_ in waiting]
        return len((await self._settler.settle_all(moves)).steps)
