"""The dispatcher: marks as many ready jobs as this process has slots, in fair order, and adds
their ids to their group's stream."""

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

#: Jobs marked in one transaction at the most: a larger one would hold up the event loop.
_AT_ONCE = 256

#: The free slots of this process by group, and the id of its worker.
Slots = Callable[[], Mapping[str, int]]


class Dispatcher(Loop):
    """Nudged by each commit that queues jobs, and by each slot that comes free."""

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
        """Fill this process's free slots of every group that has jobs in line.

        Groups that share a pool's bound share it evenly, so that none waits for another's flood.
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
            # What one group has left of its share is for the others.
            self.nudge()

    async def _dispatch(self, group: str, free: int, sharers: int) -> int:
        async with self._database.as_owner() as connection:
            marked = await self._mark(connection, group, free, sharers)
        if marked:
            # Lost between commit and add, a mark is found by the reconciler.
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
