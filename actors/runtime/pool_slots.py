"""Slots of a pool that bounds its jobs: a job holds one from its mark on, and may release it early.

A picture is bounded while it is drawn. It is looked at, and stored, without a slot: the next one is
drawn meanwhile. Where it has to be drawn again, its job acquires a slot once more, if there is one.
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
        """Give the slot of a running attempt to the next in line. To release it twice does no harm."""
        try:
            left = await self._database.pool.fetchval(
                _SQL["release_slot"], job.id, job.attempt, job.worker_id
            )
        except TRANSIENT as error:
            # It is free at the attempt's end, then.
            _log.debug("pool_slot.kept", error=repr(error))
            return
        if left is None:
            # The attempt is over, and its call has outlived it.
            return
        self.released.add((job.id, job.attempt))
        self._nudges.send_here(SLOT_FREED)
        self._nudges.send(QUEUE)

    async def acquire(self, job: Job) -> bool:
        """Hold a slot again. False: there is none, and the job must stand in line for it."""
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
        """An attempt is over, or has its slot again."""
        self.released.discard((job.id, job.attempt))
