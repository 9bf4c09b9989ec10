"""The dispatcher selects queued jobs for the free slots of this process. It marks these jobs in fair order
and adds their ids to the stream of their actor group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from uuid import UUID

from service.db.pool import Connection, Database
from service.db.sql import load
from service.lifecycle import Loop
from service.streams.jobs import JobStreams

_SQL = load("dispatch")

#: The most jobs that one transaction marks. A larger transaction would block the event loop for too long.
_AT_ONCE = 256

#: A function that returns the number of free slots of this process by actor group.
Slots = Callable[[], Mapping[str, int]]


class Dispatcher(Loop):
    """Assigns queued jobs to this process. A pass runs after each commit that queues jobs, and each time a
    slot becomes free."""

    name = "dispatcher"

    def __init__(
        self, database: Database, streams: JobStreams, slots: Slots, worker_id: Callable[[], UUID]
    ) -> None:
        super().__init__()
        self._database = database
        self._streams = streams
        self._slots = slots
        self._worker_id = worker_id

    async def run_once(self) -> None:
        """Fill the free slots of this process, in every group that has queued jobs.

        Actor groups that share the limit of a pool get equal parts of the limit. So a group with many jobs
        does not block the other groups of its pool.
        """
        free = {group: count for group, count in self._slots().items() if count > 0}
        if not free:
            return
        rows = await self._database.pool.fetch(_SQL["queued_groups"], list(free))
        sharers = Counter(row["pool"] for row in rows)
        shared = any(count > 1 for count in sharers.values())
        marked = 0
        for row in rows:
            marked += await self._dispatch(row["name"], free[row["name"]], sharers[row["pool"]])
            sharers[row["pool"]] -= 1
        if shared and marked:
            # Another pass gives the unused part of a group's share to the other groups of the pool.
            self.nudge()

    async def _dispatch(self, group: str, free: int, sharers: int) -> int:
        async with self._database.as_owner() as connection:
            marked = await self._mark(connection, group, free, sharers)
        if marked:
            # If the process dies between the commit and the add, the reconciler finds the marked job.
            await self._streams.add(group, marked)
        if len(marked) == _AT_ONCE:
            self.nudge()
        return len(marked)

    async def _mark(self, connection: Connection, group: str, free: int, sharers: int) -> Sequence[UUID]:
        pool = {row["name"]: row for row in await connection.fetch(_SQL["lock_pool"], group)}
        if pool[group]["paused"]:
            return []
        flight = await connection.fetchrow(_SQL["in_flight"], list(pool), group, self._worker_id())
        assert flight is not None
        wanted = free - flight["waiting_here"]
        if pool[group]["bound"] is not None:
            wanted = min(wanted, ceil((pool[group]["bound"] - flight["total"]) / sharers))
        wanted = min(wanted, _AT_ONCE)
        if wanted <= 0:
            return []
        marked = await connection.fetch(_SQL["mark_dispatched"], group, wanted, self._worker_id())
        if marked:
            await connection.execute(_SQL["advance_vtime"], group, max(row["rank"] for row in marked))
        return [row["id"] for row in sorted(marked, key=lambda row: row["rank"])]
