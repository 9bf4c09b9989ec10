"""The dispatcher selects queued jobs for the free slots of this process. It marks these jobs in fair order
and adds their ids to the stream of their actor group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.lifecycle import Loop
from service.streams.jobs import JobStreams

_SQL = load("dispatch")

#: The most jobs of a group that one transaction marks. A larger transaction would block the event loop for
#: too long.
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
        rows = await self._database.pool.fetch(
            _SQL["mark_jobs"], list(free), list(free.values()), self._worker_id(), _AT_ONCE
        )
        marked: dict[str, list[UUID]] = {}
        for row in rows:
            marked.setdefault(row["grp"], []).append(row["id"])
        if any(row["sharers"] > 1 for row in rows) or any(len(ids) == _AT_ONCE for ids in marked.values()):
            # Another pass gives the unused part of a group's share to the other groups of the pool.
            self.nudge()
        for group, ids in marked.items():
            # If the process dies between the commit and the add, the reconciler finds the marked jobs.
            await self._streams.add(group, ids)
