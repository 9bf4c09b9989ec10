"""What operators can read and change: queues, workers, jobs, dead letters, costs, and the monitoring queries
of the source document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection, Database
from service.db.sql import load
from service.errors import Conflict
from service.jobs.jobs import Job, Move, resume
from service.jobs.retry import BLOCKED_CODES
from service.jobs.states import JobStatus
from service.runtime.kinds import Kinds
from service.runtime.ledger import allow_once_more
from service.runtime.runs import note_request
from service.runtime.settlement import Change, Locked, Settled, lock_aggregates, settle_locked

#: The position in a list from which the first page starts: it is before the newest row.
_AFTER_ALL = (datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1))

_SQL, _MONITORING, _SINKS = load("operations"), load("monitoring"), load("sinks")

#: The fields of a job's state in an event that operators may see, in addition to the status.
_WORDLESS = ("progress", "error_code", "completedAt")

#: The maximum number of events that are read of a job's aggregate, and the maximum number that are returned
#: of the job.
_MOST_EVENTS, _MOST_HISTORY = 2_000, 200

#: For each role, what does not work while no process has this role.
_WITHOUT = {
    "http": "requests get no answer.",
    "actors": "jobs wait and no job runs.",
    "relay": "clients get no events, and webhooks wait.",
    "reconcile": "jobs of dead processes are not queued again.",
}

#: The source document's four monitoring queries, with their headings.
MONITORING = {
    "Active story generation (last hour)": _MONITORING["active_generation"],
    "Asset generation throughput (last day)": _MONITORING["throughput"],
    "Job queue depth": _MONITORING["queue_depth"],
    "Failed assets by type (last day)": _MONITORING["failed_assets"],
}


async def queues(database: Database) -> list[asyncpg.Record]:
    """The depth of each group's queue, the age of its oldest job, and the number of running jobs."""
    return list(await database.pool.fetch(_SQL["queues"]))


async def workers(database: Database) -> list[asyncpg.Record]:
    """The processes whose lease has not expired."""
    return list(await database.pool.fetch(_SQL["workers"], None))


async def unattended_roles(database: Database) -> list[str]:
    """A sentence for each role that no live process has. Processes that drain do not count."""
    rows = await database.pool.fetch(_SQL["unattended_roles"], list(_WITHOUT))
    return [f"No process has the role {row['role']}: {_WITHOUT[row['role']]}" for row in rows]


async def ask_to_drain(database: Database, worker_id: UUID) -> asyncpg.Record | None:
    """Ask a process to drain and stop. Returns its row; None if no live process has this id."""
    if await database.pool.fetchval(_SQL["ask_to_drain"], worker_id) is None:
        return None
    return await database.pool.fetchrow(_SQL["workers"], worker_id)


async def is_asked_to_drain(database: Database, worker_id: UUID) -> bool:
    """Whether an operator has asked this process to drain."""
    return bool(await database.pool.fetchval(_SQL["is_asked_to_drain"], worker_id))


async def set_paused(database: Database, group: str, paused: bool) -> bool:
    """Pause or resume dispatch to a group. Returns False if the group does not exist."""
    return await database.pool.fetchval(_SQL["pause_group"], group, paused) is not None


@dataclass(frozen=True, slots=True)
class JobEvent:
    """A published event of a job. ``state`` contains what changed, without any text of the job's user."""

    version: int
    at: datetime
    event: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WantedJobs:
    """The filter of a list of jobs."""

    status: str | None = None
    group: str | None = None
    user_id: UUID | None = None
    story_id: UUID | None = None


async def find_jobs(
    database: Database, wanted: WantedJobs, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Jobs, newest first. ``before`` is the time and id of the last row of the previous page."""
    return await _jobs(database, None, wanted, before or _AFTER_ALL, limit)


async def find_job(database: Database, job_id: UUID) -> asyncpg.Record | None:
    """One job, with the same columns as in ``find_jobs``. None if the job does not exist."""
    rows = await _jobs(database, job_id, WantedJobs(), _AFTER_ALL, 1)
    return rows[0] if rows else None


async def _jobs(
    database: Database, job_id: UUID | None, wanted: WantedJobs, before: tuple[datetime, UUID], limit: int
) -> list[asyncpg.Record]:
    filters = (wanted.status, wanted.group, wanted.user_id, wanted.story_id)
    return list(await database.pool.fetch(_SQL["job_page"], *before, job_id, *filters, limit))


async def history_of(database: Database, kinds: Kinds, job_id: UUID) -> list[JobEvent]:
    """The published events of a job since it was created, oldest first."""
    rows = await database.pool.fetch(_SQL["events_since_job"], job_id, _MOST_EVENTS)
    events = [
        (row, status)
        for row in rows
        if row["kind"] in kinds
        and (status := kinds[row["kind"]].statuses(row["data"]).get(row["name"])) is not None
    ]
    return [
        JobEvent(row["version"], row["at"], row["event"], _state(row["data"], row["name"], status))
        for row, status in events[:_MOST_HISTORY]
    ]


def _state(data: Mapping[str, Any], name: str, status: str) -> Mapping[str, Any]:
    """The state of a job in an event, without any text of the job's user."""
    named = (part.get(name) for part in data.values() if isinstance(part, dict))
    part = next((part for part in named if isinstance(part, dict)), {})
    return {"status": status, **{key: part[key] for key in _WORDLESS if key in part}}


async def calls_of(database: Database, job_id: UUID) -> list[asyncpg.Record]:
    """The provider calls of a job, oldest first."""
    return list(await database.pool.fetch(_SQL["calls_of_job"], job_id))


async def spend(database: Database, by: str, since: datetime, before: datetime) -> list[asyncpg.Record]:
    """The cost of calls, by ``day``, ``user``, ``provider``, ``model`` or ``step``, the highest first."""
    return list(await database.pool.fetch(_SQL["spend"], by, since, before))


async def blocked_providers(database: Database) -> list[asyncpg.Record]:
    """Jobs that wait for a person, counted by the code of the error, the highest count first."""
    return list(await database.pool.fetch(_SQL["blocked_providers"], list(BLOCKED_CODES)))


async def count_dead(database: Database, group: str | None = None) -> int:
    """The number of dead letters: failed and held jobs, which wait for a person."""
    return int(await database.pool.fetchval(_SQL["count_dead"], group))


async def dead_letters(
    database: Database,
    *,
    group: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Failed and held jobs, newest first. ``before`` is the time and id of the last row of the previous
    page."""
    at, id_ = before or (None, None)
    return list(await database.pool.fetch(_SQL["dead_letters"], group, at, id_, limit))


async def redrive(
    database: Database, kinds: Kinds, job_ids: Sequence[UUID], *, request_id: str = ""
) -> Settled:
    """Queue failed and held jobs again in one transaction, together with the jobs that were skipped because
    of them.

    A call of these jobs whose answer was lost twice may be paid for once more. The function ignores all other
    jobs in ``job_ids``, and jobs whose aggregate does not allow a resume now. ``request_id`` is the id of the
    operator's request.
    """

    async def work(connection: Connection) -> Settled:
        wanted = set(job_ids)
        locked = await lock_aggregates(connection, kinds, sorted(wanted))
        moves = {one.aggregate.id: resume(_with_dependants(one.jobs, wanted)) for one in locked}
        asked = [one for one in locked if moves[one.aggregate.id]]
        await allow_once_more(connection, [one.aggregate.id for one in asked])
        settled = await _settle_each(connection, kinds, asked, moves)
        await note_request(connection, (step.after for step in settled.steps), request_id)
        return settled

    return await database.retry_transaction(work)


async def _settle_each(
    connection: Connection, kinds: Kinds, locked: Sequence[Locked], moves: Mapping[UUID, Sequence[Move]]
) -> Settled:
    """Make the moves of all aggregates together. If some moves are refused, make the moves of the other
    aggregates."""
    asked = Change([move for one in locked for move in moves[one.aggregate.id]])
    try:
        async with connection.transaction():
            return await settle_locked(connection, kinds, locked, asked)
    except Conflict as conflict:
        if len(locked) == 1:
            return Settled(conflicts=[conflict])
    done = Settled()
    for one in locked:
        done.add(await _settle_each(connection, kinds, [one], moves))
    return done


async def redrive_outbox(database: Database, limit: int = 500) -> int:
    """Queue the version ranges of events that the events stream or a sink refused, so that they are published
    again. Returns the number of ranges."""
    rows = await database.pool.fetch(_SQL["dead_outbox"], limit)
    done = await database.pool.fetch(_SQL["redrive_outbox"], [row["id"] for row in rows])
    return len(done) + len(await database.pool.fetch(_SINKS["redrive"], limit))


async def replay(database: Database, sink: str, since: datetime, until: datetime) -> int:
    """Send the events of a time range to a sink again. Returns the number of aggregates."""
    return len(await database.pool.fetch(_SINKS["replay"], sink, since, until))


def _with_dependants(jobs: Sequence[Job], wanted: set[UUID]) -> list[Job]:
    """The failed and held jobs whose ids are in ``wanted``, and the jobs that were skipped in the runs of
    these jobs."""
    dead = [job for job in jobs if job.id in wanted and (job.held or job.status is JobStatus.FAILED)]
    runs = {job.run_id for job in dead}
    skipped = [job for job in jobs if job.status is JobStatus.SKIPPED and job.run_id in runs]
    return dead + skipped
