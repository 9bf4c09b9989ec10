"""Slots of a pool that limits how many of its jobs run at once. A job holds a slot from the moment when the
dispatcher marks the job, and may release the slot early.

Drawing a picture needs a slot; checking and storing it does not, so the next picture can be drawn meanwhile.
If a picture must be drawn again, its job takes a slot again, if one is free.
"""

from __future__ import annotations

import structlog

from actors.runtime.calls import AttemptKey
from service.background.nudges import QUEUE, SLOT_FREED, Nudges
from service.db.pool import TRANSIENT, Database
from service.db.sql import load
from service.jobs.jobs import Job

_log = structlog.get_logger()
_SQL = load("dispatch")


class PoolSlots:
    """The slots that this process's attempts have released, by job and attempt."""

    def __init__(self, database: Database, nudges: Nudges) -> None:
        self._database = database
        self._nudges = nudges
        #: Attempts that run without a slot.
        self.released: set[AttemptKey] = set()

    def has_released(self, job: Job) -> bool:
        """Whether an attempt runs without a slot."""
        return (job.id, job.attempt) in self.released

    async def release(self, job: Job) -> None:
        """Give the slot of a running attempt to the next job. Releasing it twice does no harm."""
        try:
            left = await self._database.pool.fetchval(
                _SQL["release_slot"], job.id, job.attempt, job.worker_id
            )
        except TRANSIENT as error:
            # The slot then becomes free at the end of the attempt.
            _log.debug("pool_slot.kept", error=error)
            return
        if left is None:
            # The attempt is over, but its call still ran.
            return
        self.released.add((job.id, job.attempt))
        self._nudges.send_here(SLOT_FREED)
        self._nudges.send(QUEUE)

    async def acquire(self, job: Job) -> bool:
        """Take a slot again. Returns False if no slot is free: then the job must wait in the queue."""
        if not self.has_released(job):
            return True
        async with self._database.as_owner() as connection:
            pool = {row["name"]: row for row in await connection.fetch(_SQL["lock_pool"], job.group)}
            flight = await connection.fetchrow(_SQL["in_flight"], list(pool), job.group, job.worker_id)
            bound = pool[job.group]["bound"]
            assert flight is not None
            if bound is not None and flight["total"] >= bound:
                return False
            await connection.execute(_SQL["acquire_slot"], job.id, job.attempt, job.worker_id)
        self.forget(job)
        return True

    def forget(self, job: Job) -> None:
        """Remove the record of an attempt that is over, or that has its slot again."""
        self.released.discard((job.id, job.attempt))
