"""Runs: which request set them going."""

from __future__ import annotations

from collections.abc import Iterable

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Job

_STORIES = load("stories")


async def note_request(connection: Connection, jobs: Iterable[Job], request_id: str) -> None:
    """Say of the runs of some jobs which request has set them going again; none, and the last stays."""
    runs = sorted({job.task_id for job in jobs if job.task_id is not None})
    if request_id and runs:
        await connection.execute(_STORIES["note_request"], runs, request_id)
