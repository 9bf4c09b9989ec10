"""The scheduler queues a delayed job as soon as its delay is over. It does not wait for the next sweep.

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
    """Queues delayed jobs that are due. ``wake_in`` sets a timer for a retry of this process. The periodic
    pass finds the retries of other processes."""

    name = "scheduler"

    def __init__(self, database: Database, settler: Settler) -> None:
        super().__init__()
        self._database = database
        self._settler = settler
        self._look_at_blocked = True

    def provider_recovered(self) -> None:
        """Request a pass that queues the jobs of blocked providers, because a provider works again."""
        self._look_at_blocked = True
        self.nudge()

    def wake_in(self, seconds: float) -> None:
        """Run a pass after ``seconds``."""
        asyncio.get_running_loop().call_later(seconds, self.nudge)

    async def run_once(self) -> None:
        """Queue all jobs that are due."""
        if self._look_at_blocked:
            await self.queue_blocked()
            self._look_at_blocked = False
        while await self.queue_due() == _AT_ONCE:
            pass

    async def queue_due(self) -> int:
        """Queue the jobs whose delay is over. Returns the number of jobs.

        A due job is skipped if this version does not know its kind.
        """
        rows = await self._database.pool.fetch(_JOBS["due_retries"], _AT_ONCE)
        if not rows:
            return 0
        return await self._queue([row["id"] for row in rows])

    async def queue_blocked(self) -> int:
        """Queue the jobs that wait for a blocked provider, although they are not due yet. Returns the number
        of jobs."""
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
