"""The scheduler: queues jobs whose waiting time is over, at their time and not at a sweep's."""

from __future__ import annotations

import asyncio

from service.background.loop import Loop
from service.background.settler import Settler
from service.db.pool import Database
from service.db.sql import load
from service.domain.jobs import Move
from service.domain.states import JobStatus

_JOBS = load("jobs")
_AT_ONCE = 500


class Scheduler(Loop):
    """``wake_in`` sets an alarm for a retry of this process; the sweep finds those of others."""

    name = "scheduler"

    def __init__(self, database: Database, settler: Settler) -> None:
        super().__init__()
        self._database = database
        self._settler = settler

    def wake_in(self, seconds: float) -> None:
        """Make a pass when this time is over."""
        asyncio.get_running_loop().call_later(seconds, self.nudge)

    async def run_once(self) -> None:
        """Queue all that is due."""
        while await self.queue_due() == _AT_ONCE:
            pass

    async def queue_due(self) -> int:
        """Queue jobs whose waiting time is over. Returns how many moved on: those of a kind that
        only a newer version knows are due, and left alone."""
        rows = await self._database.pool.fetch(_JOBS["due_retries"], _AT_ONCE)
        if not rows:
            return 0
        settled = await self._settler.settle_all([Move(row["id"], JobStatus.QUEUED) for row in rows])
        return len(settled.steps)
