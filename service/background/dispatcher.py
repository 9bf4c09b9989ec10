"""The dispatcher: marks as many ready jobs as this process has slots, in fair order, and adds
their ids to their group's stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from service.background.loop import Loop
from service.db.pool import Connection, Database
from service.db.sql import load
from service.streams.jobs import JobStreams

_SQL = load("dispatch")

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
        """Fill this process's free slots of every group that has jobs in line."""
        free = {group: count for group, count in self._slots().items() if count > 0}
        if not free:
            return
        rows = await self._database.pool.fetch(_SQL["queued_groups"], list(free))
        for row in rows:
            await self._dispatch(row["name"], free[row["name"]])

    async def _dispatch(self, group: str, free: int) -> None:
        async with self._database.as_owner() as connection:
            marked = await self._mark(connection, group, free)
        if marked:
            # Lost between commit and add, a mark is found by the reconciler.
            await self._streams.add(group, marked)

    async def _mark(self, connection: Connection, group: str, free: int) -> Sequence[UUID]:
        pool = {row["name"]: row for row in await connection.fetch(_SQL["lock_pool"], group)}
        if pool[group]["paused"]:
            return []
        flight = await connection.fetchrow(_SQL["in_flight"], list(pool), group, self._worker_id())
        assert flight is not None
        wanted = free - flight["waiting_here"]
        if pool[group]["bound"] is not None:
            wanted = min(wanted, pool[group]["bound"] - flight["total"])
        if wanted <= 0:
            return []
        marked = await connection.fetch(_SQL["mark_dispatched"], group, wanted, self._worker_id())
        if marked:
            await connection.execute(_SQL["advance_vtime"], group, max(row["rank"] for row in marked))
        return [row["id"] for row in sorted(marked, key=lambda row: row["rank"])]
