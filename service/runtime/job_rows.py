"""Reads, inserts and updates the rows of jobs. The caller must hold the locks of the aggregates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Decision, Job, needs_left
from service.jobs.states import JobStatus

_JOBS = load("jobs")

#: If an aggregate has at most this many jobs, all of its jobs are loaded, including those that no longer
#: count.
FEW = 48
#: How far a priority moves a job forward in the queue. The unit is one job of a user whose weight is 1.
HEAD_START = {"normal": 0.0, "high": 10.0, "urgent": 100.0}


async def load_jobs(
    connection: Connection,
    aggregate_ids: Sequence[UUID],
    job_ids: Sequence[UUID] = (),
    *,
    by_group: Collection[UUID] = (),
    few: int = FEW,
) -> dict[UUID, list[Job]]:
    """Load the relevant jobs of each aggregate, older runs first.

    A run is loaded with all of its jobs if the run is open, if one of its jobs is a current job, or if one of
    its jobs is in ``job_ids``. The jobs that these jobs wait for are loaded, too. A current job is the newest
    job of its name; in the aggregates ``by_group``, it is the newest job of its group. If an aggregate has at
    most ``few`` jobs, all of them are loaded, because a selection would cost more.

    With the loaded jobs, ``decide`` and the projections give the same result as with all jobs. The number of
    loaded jobs does not grow with the number of runs.
    """
    jobs: dict[UUID, list[Job]] = {id_: [] for id_ in aggregate_ids}
    _sort(jobs, await connection.fetch(_JOBS["load_few_jobs"], list(jobs), few))
    many = [id_ for id_, found in jobs.items() if not found]
    return jobs | await load_many_jobs(connection, many, job_ids, by_group=by_group) if many else jobs


async def load_many_jobs(
    connection: Connection,
    aggregate_ids: Sequence[UUID],
    job_ids: Sequence[UUID],
    *,
    by_group: Collection[UUID],
) -> dict[UUID, list[Job]]:
    """As ``load_jobs``, for aggregates that are known to have more than a few jobs."""
    jobs: dict[UUID, list[Job]] = {id_: [] for id_ in aggregate_ids}
    _sort(jobs, await connection.fetch(_JOBS["load_jobs"], list(jobs), list(job_ids), list(by_group)))
    return jobs


def _sort(jobs: Mapping[UUID, list[Job]], rows: Iterable[asyncpg.Record]) -> None:
    for row in rows:
        jobs[row["aggregate_id"]].append(job_of(row))


def job_of(row: asyncpg.Record) -> Job:
    """Convert a row of the query ``load_jobs`` to a job."""
    return Job(
        id=row["id"],
        aggregate_id=row["aggregate_id"],
        user_id=row["user_id"],
        run_id=row["run_id"],
        run_kind=row["run_kind"],
        name=row["name"],
        scope=row["scope"],
        group=row["grp"],
        status=JobStatus(row["status"]),
        position=row["position"],
        needs=tuple(zip(row["needs"] or (), row["hard"] or (), strict=True)),
        priority=row["priority"],
        attempt=row["attempt"],
        failures=row["failures"],
        rescues=row["rescues"],
        worker_id=row["worker_id"],
        progress=row["progress"],
        metadata=row["metadata"],
        result=row["result"],
        error=row["error"],
        completed_at=row["completed_at"],
        started_at=row["started_at"],
        held=row["held"],
        input=row["input"],
        request_id=row["request_id"],
    )


async def open_jobs(connection: Connection, jobs: Sequence[Job], rank_of: Mapping[UUID, float]) -> None:
    """Insert new jobs with their needs, and insert the runs of these jobs if the runs are new."""
    if not jobs:
        return
    await connection.execute(_JOBS["insert_jobs"], [_new_row(job, rank_of) for job in jobs])
    edges = edges_of(jobs)
    if edges[0]:
        await connection.execute(_JOBS["insert_needs"], *edges)


def edges_of(jobs: Sequence[Job]) -> tuple[list[UUID], list[UUID], list[bool]]:
    """The edges between jobs as three columns: the job that waits, the job that it needs, and whether the
    need is hard."""
    edges = [(job.id, need, hard) for job in jobs for need, hard in job.needs]
    return [edge[0] for edge in edges], [edge[1] for edge in edges], [edge[2] for edge in edges]


async def wait_longer(connection: Connection, waits: Sequence[tuple[UUID, UUID]]) -> None:
    """Add new needs to waiting jobs. Each pair in ``waits`` contains a waiting job and the new job that it
    needs."""
    if waits:
        await connection.execute(_JOBS["wait_longer"], [job for job, _ in waits], [new for _, new in waits])


async def update_jobs(
    connection: Connection,
    decisions: Iterable[Decision],
    rank_of: Mapping[UUID, float],
    deadline_seconds: float,
    now: datetime,
    *,
    opened: frozenset[UUID] = frozenset(),
) -> None:
    """Update the rows of jobs after the decisions, except the rows of the jobs that were just ``opened``.
    ``now`` is the time of the settlement."""
    rows: list[dict[str, Any]] = []
    for decision in decisions:
        jobs = {job.id: job for job in decision.jobs}
        rows += [
            _row(before, jobs[id_], needs_left(jobs[id_], jobs), rank_of.get(id_))
            for id_, before in first_of(decision).items()
            if id_ not in opened
        ]
    if not rows:
        return
    written = await connection.fetch(_JOBS["update_jobs"], rows, deadline_seconds, now)
    if len(written) != len(rows):
        # Every status changes under its aggregate's lock, and this transaction holds that lock.
        raise AssertionError("A job changed without the lock of its aggregate.")


def first_of(decision: Decision) -> dict[UUID, Job]:
    """The state before the decision of each job that the decision changed, by the job's id."""
    first: dict[UUID, Job] = {}
    for step in decision.steps:
        first.setdefault(step.before.id, step.before)
    return first


async def ranks(connection: Connection, wanted: Iterable[Job]) -> dict[UUID, float]:
    """The rank of each job that becomes queued, by start-time fair queueing for each user and group."""
    lines: dict[tuple[UUID, str], list[Job]] = defaultdict(list)
    for job in wanted:
        lines[job.user_id, job.group].append(job)
    if not lines:
        return {}
    keys = sorted(lines)
    rows = await connection.fetch(
        _JOBS["advance_fair_tags"],
        [user for user, _ in keys],
        [group for _, group in keys],
        [float(len(lines[key])) for key in keys],
    )
    rank_of: dict[UUID, float] = {}
    for row in rows:
        line = lines[row["user_id"], row["grp"]]
        for behind, job in enumerate(reversed(line)):
            rank_of[job.id] = row["tag"] - behind * row["step"] - HEAD_START[job.priority] * row["step"]
    return rank_of


def _new_row(job: Job, rank_of: Mapping[UUID, float]) -> dict[str, Any]:
    return {
        "id": job.id,
        "aggregate_id": job.aggregate_id,
        "user_id": job.user_id,
        "run_id": job.run_id,
        "run_kind": job.run_kind,
        "request_id": job.request_id,
        "grp": job.group,
        "name": job.name,
        "scope": job.scope,
        "position": job.position,
        "status": job.status,
        "needs_left": len(job.needs) if job.status is JobStatus.PENDING else 0,
        "rank": rank_of.get(job.id),
        "priority": job.priority,
        "input": dict(job.input),
    }


def _row(before: Job, after: Job, left: int, rank: float | None) -> dict[str, Any]:
    return {
        "id": after.id,
        "was_status": before.status,
        "was_attempt": before.attempt,
        "status": after.status,
        "attempt": after.attempt,
        "failures": after.failures,
        "rescues": after.rescues,
        "worker_id": after.worker_id,
        "progress": after.progress,
        "metadata": dict(after.metadata),
        "result": dict(after.result),
        "error": dict(after.error) if after.error is not None else None,
        "needs_left": left,
        "rank": rank,
        "delay": after.delay,
    }
