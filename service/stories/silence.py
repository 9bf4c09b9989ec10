"""Fails pictures of image jobs that no longer report, before their deadline."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.states import JobStatus

_SQL = load("runs")
#: After this time without a report, an image job counts as stuck, in seconds.
SILENT_SECONDS = 300.0
_SILENT = {"code": "JOB_SILENT", "message": "The job did not report for five minutes, and was stopped."}


async def silent_pictures(
    database: Database, *, judge: UUID, lease_seconds: float, most: int
) -> Sequence[Move]:
    """The moves that end the jobs of silent pictures. ``judge`` is the id of the worker that calls this
    function. The result is empty unless this worker has renewed its lease continuously during the last
    ``lease_seconds``."""
    rows = await database.pool.fetch(_SQL["silent_pictures"], most, SILENT_SECONDS, judge, lease_seconds)
    return [Move(row["id"], JobStatus.FAILED, attempt=row["attempt"], error=_SILENT) for row in rows]
