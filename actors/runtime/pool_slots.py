"""Places of a pool that bounds its jobs: a job holds one from its mark on, and may leave it early.

A picture is bounded while it is drawn. It is looked at, and stored, without a place: the next one is
drawn meanwhile. Where it has to be drawn again, its job takes a place once more, if there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog

from service.background.nudges import QUEUE, Nudges
from service.db.pool import TRANSIENT, Database
from service.db.sql import load
from service.jobs.jobs import Job

_log = structlog.get_logger()
_SQL = load("dispatch")

Key = tuple[UUID, int]


class Places:
    """The places that this process's attempts have left, by job and attempt."""

    def __init__(self, database: Database, nudges: Nudges) -> None:
        self._database = database
        self._nudges = nudges
        self._left: set[Key] = set()
        self._on_change: Callable[[Job], None] = lambda _: None

    def on_change(self, listener: Callable[[Job], None]) -> None:
        """Call ``listener`` when a job has left its place, or has taken one again."""
        self._on_change = listener

    def has_left(self, job: Job) -> bool:
        """Whether an attempt runs without a place."""
        return (job.id, job.attempt) in self._left

    async def leave(self, job: Job) -> None:
        """Give the place of a running attempt to the next in line. Leaving it twice does no harm."""
        try:
            left = await self._database.pool.fetchval(_SQL["leave_place"], job.id, job.attempt, job.worker_id)
        except TRANSIENT as error:
            # It is free at the attempt's end, then.
            _log.debug("place.kept", error=repr(error))
            return
        if left is None:
            # The attempt is over, and its call has outlived it.
            return
        self._left.add((job.id, job.attempt))
        self._on_change(job)
        self._nudges.send(QUEUE)

    async def take(self, job: Job) -> bool:
        """Hold a place again. False: there is none, and the job must stand in line for it."""
        if not self.has_left(job):
            return True
        async with self._database.as_owner() as connection:
            pool = {row["name"]: row for row in await connection.fetch(_SQL["lock_pool"], job.group)}
            flight = await connection.fetchrow(_SQL["in_flight"], list(pool), job.group, job.worker_id)
            bound = pool[job.group]["bound"]
            assert flight is not None
            if bound is not None and flight["total"] >= bound:
                return False
            await connection.execute(_SQL["take_place"], job.id, job.attempt, job.worker_id)
        self.forget(job)
        self._on_change(job)
        return True

    def forget(self, job: Job) -> None:
        """An attempt is over, or has its place again."""
        self._left.discard((job.id, job.attempt))
