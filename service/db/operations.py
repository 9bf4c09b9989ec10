"""What operators ask and do: queues, workers, dead letters, and the documents' monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from service.db.pool import Connection, Database
from service.db.settlement import Kinds, Settled, load_jobs, settle
from service.db.sql import load
from service.domain.jobs import Job, resume
from service.domain.states import JobStatus

_SQL, _JOBS, _MONITORING = load("operations"), load("jobs"), load("monitoring")

#: The source document's four monitoring queries, with their headings.
MONITORING = {
    "Active story generation (last hour)": _MONITORING["active_generation"],
    "Asset generation throughput (last day)": _MONITORING["throughput"],
    "Job queue depth": _MONITORING["queue_depth"],
    "Failed assets by type (last day)": _MONITORING["failed_assets"],
}


async def queues(database: Database) -> list[asyncpg.Record]:
    """Depth, age and flight of each group's queue."""
    return list(await database.pool.fetch(_SQL["queues"]))


async def workers(database: Database) -> list[asyncpg.Record]:
    """The living processes."""
    return list(await database.pool.fetch(_SQL["workers"]))


async def set_paused(database: Database, group: str, paused: bool) -> bool:
    """Pause a group's dispatch, or let it go on. False: there is no such group."""
    return await database.pool.fetchval(_SQL["pause_group"], group, paused) is not None


async def dead_letters(
    database: Database,
    *,
    group: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Jobs that were given up, newest first; ``before`` is the last row's time and id."""
    at, id_ = before or (None, None)
    return list(await database.pool.fetch(_SQL["dead_letters"], group, at, id_, limit))


async def redrive(database: Database, kinds: Kinds, job_ids: Sequence[UUID]) -> Settled:
    """Set dead letters going again, with what was skipped because of them, in one transaction.

    Jobs that are no dead letters are passed over.
    """

    async def work(connection: Connection) -> Settled:
        rows = await connection.fetch(_JOBS["lock_aggregates_of_jobs"], list(job_ids))
        jobs = await load_jobs(connection, [row["id"] for row in rows])
        wanted = set(job_ids)
        moves = [move for of_one in jobs.values() for move in resume(_with_dependants(of_one, wanted))]
        return await settle(connection, kinds, moves) if moves else Settled()

    return await database.repeat(work)


async def redrive_outbox(database: Database, limit: int = 500) -> int:
    """Tell again what the events stream refused. Returns how many ranges."""
    rows = await database.pool.fetch(_SQL["dead_outbox"], limit)
    done = await database.pool.fetch(_SQL["redrive_outbox"], [row["id"] for row in rows])
    return len(done)


def _with_dependants(jobs: Sequence[Job], wanted: set[UUID]) -> list[Job]:
    """The dead letters among the wanted, and what was skipped in their runs."""
    dead = [job for job in jobs if job.id in wanted and job.status is JobStatus.FAILED]
    runs = {job.task_id for job in dead}
    skipped = [job for job in jobs if job.status is JobStatus.SKIPPED and job.task_id in runs]
    return dead + skipped
