"""Pictures of image jobs of which nothing is heard any more: they are failed before their deadline."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.states import JobStatus

_SQL = load("runs")
#: After so long a silence an image job is taken for stuck.
SILENT_SECONDS = 300.0
_SILENT = {"code": "JOB_SILENT", "message": "Nothing was heard of it for five minutes, and it was stopped."}


async def silent_pictures(
    database: Database, *, judge: UUID, lease_seconds: float, most: int
) -> Sequence[Move]:
    """The ends of silent pictures; none where the judge, a worker, has not renewed for a lease (seconds)
    without a gap."""
    rows = await database.pool.fetch(_SQL["silent_pictures"], most, SILENT_SECONDS, judge, lease_seconds)
    return [Move(row["id"], JobStatus.FAILED, attempt=row["attempt"], error=_SILENT) for row in rows]
