"""The files of aquaria: which labels stand, and how lost ones are drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from service.db.pool import Connection
from service.errors import NotFound
from service.jobs.jobs import Job, latest_by_name
from service.jobs.states import JobStatus
from service.runtime.files import KeptFile
from service.runtime.kinds import kinds_of
from service.runtime.settlement import Change, Settled, lock_aggregate, settle_locked
from tests.toy.kind import AquariumKind

_TAKE = """
UPDATE aquarium_labels l SET checked_at = clock_timestamp()
FROM (SELECT aquarium_id, name FROM aquarium_labels
      WHERE checked_at < clock_timestamp() - make_interval(secs => $1)
      ORDER BY checked_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
WHERE (l.aquarium_id, l.name) = (due.aquarium_id, due.name) RETURNING l.aquarium_id, l.name, l.key
"""
_AGAIN = "UPDATE aquarium_labels SET checked_at = '-infinity' WHERE key = ANY($1::text[])"
_NEWEST = "SELECT key FROM aquarium_labels ORDER BY checked_at DESC LIMIT $1"
_OF = "SELECT aquarium_id, name, key FROM aquarium_labels WHERE aquarium_id = $1"


class Labels:
    """As ``service.runtime.files.KeptFiles`` wants them."""

    async def take_unchecked(
        self, connection: Connection, *, older_than: float, most: int
    ) -> Sequence[KeptFile]:
        return [KeptFile(*row) for row in await connection.fetch(_TAKE, older_than, most)]

    async def look_again(self, connection: Connection, files: Sequence[KeptFile]) -> None:
        await connection.execute(_AGAIN, [file.key for file in files])

    async def newest_keys(self, connection: Connection, most: int) -> Sequence[str]:
        return [row["key"] for row in await connection.fetch(_NEWEST, most)]

    async def files_of(self, connection: Connection, aggregate_id: UUID) -> Sequence[KeptFile]:
        return [KeptFile(*row) for row in await connection.fetch(_OF, aggregate_id)]

    async def remake(
        self, connection: Connection, aggregate_id: UUID, lost: Sequence[KeptFile]
    ) -> Settled | None:
        locked = await lock_aggregate(connection, aggregate_id)
        if locked is None:
            raise NotFound
        standing, run_id = latest_by_name(locked.jobs), uuid4()
        opened = [
            Job(uuid4(), aggregate_id, job.user_id, run_id, job.name, job.group, JobStatus.QUEUED, "mend")
            for file in lost
            if (job := standing[file.name]).status is JobStatus.READY
        ]
        if not opened:
            return None
        return await settle_locked(connection, kinds_of(AquariumKind()), [locked], Change(opened=opened))
