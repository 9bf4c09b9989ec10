"""The one way in which jobs change: lock, load, decide, project, store. One transaction.

Claims, ends, retries, burials, cancels and resumes are all moves that pass through ``settle``.
It knows jobs and aggregates; what an aggregate is plugs in as a ``Kind``.

Lock order: own worker, aggregates by id, the user, users' tags, jobs (docs/architecture.md has it whole).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.errors import WorkerBuried
from service.jobs.events import NewEvent
from service.jobs.jobs import Decision, Job, Move, Step, decide, needs_left
from service.jobs.states import JobStatus
from service.runtime.kinds import Aggregate, Kinds

_JOBS, _EVENTS, _WORKERS = load("jobs"), load("events"), load("workers")

#: How far ahead in line a priority starts, in jobs of a user with weight 1.
HEAD_START = {"normal": 0.0, "high": 10.0, "urgent": 100.0}


@dataclass(slots=True)
class Settled:
    """What came of the moves. ``queued`` are the groups that have new work in line."""

    steps: list[Step] = field(default_factory=list)
    refused: list[Move] = field(default_factory=list)
    queued: set[str] = field(default_factory=set)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    told: bool = False

    def add(self, other: Settled) -> None:
        """What came of moves on other aggregates, too."""
        self.steps += other.steps
        self.refused += other.refused
        self.queued |= other.queued
        self.jobs |= other.jobs
        self.told |= other.told


async def settle(
    connection: Connection,
    kinds: Kinds,
    moves: Sequence[Move],
    *,
    worker_id: UUID | None = None,
    deadline_seconds: float = 900.0,
) -> Settled:
    """Make the moves, in the caller's transaction, with all that follows from them.

    ``worker_id`` is that of a process which acts as a worker: ``WorkerBuried`` is raised
    where it has been buried. A fenced move that was made before, in a commit whose answer
    was lost, counts as made. Refused moves change nothing.
    """
    if worker_id is not None:
        await hold_worker(connection, worker_id)
    ids = sorted({move.job_id for move in moves})
    aggregates = await _lock(connection, ids, kinds)
    jobs = await load_jobs(connection, [aggregate.id for aggregate in aggregates])
    settled = Settled()
    found = {job.id: job.aggregate_id for of_one in jobs.values() for job in of_one}
    by_aggregate: dict[UUID | None, list[Move]] = defaultdict(list)
    for move in moves:
        by_aggregate[found.get(move.job_id)].append(move)
    settled.refused.extend(by_aggregate.pop(None, []))
    decisions = {id_: decide(jobs[id_], asked) for id_, asked in by_aggregate.items() if id_ is not None}
    for decision in decisions.values():
        _note(settled, decision)
    if settled.steps:
        # The database's clock rules: this process's may be an hour off.
        now: datetime = await connection.fetchval(_JOBS["clock"])
        await write_jobs(connection, decisions.values(), deadline_seconds, now)
        await tell(connection, kinds, aggregates, decisions, now)
    settled.told = bool(settled.steps)
    return settled


async def hold_worker(connection: Connection, worker_id: UUID) -> None:
    """Hold the worker's own row for the transaction. Raises ``WorkerBuried`` if it is over."""
    if await connection.fetchval(_WORKERS["lock_own_worker"], worker_id) is None:
        raise WorkerBuried()


async def load_jobs(connection: Connection, aggregate_ids: Sequence[UUID]) -> dict[UUID, list[Job]]:
    """All jobs of some aggregates, older runs first."""
    jobs: dict[UUID, list[Job]] = {id_: [] for id_ in aggregate_ids}
    for row in await connection.fetch(_JOBS["load_jobs"], list(aggregate_ids)):
        jobs[row["aggregate_id"]].append(job_of(row))
    return jobs


def job_of(row: asyncpg.Record) -> Job:
    """A job from a row of ``load_jobs``."""
    hard = tuple((need, True) for need in row["hard_needs"] or ())
    soft = tuple((need, False) for need in row["soft_needs"] or ())
    return Job(
        id=row["id"],
        aggregate_id=row["aggregate_id"],
        user_id=row["user_id"],
        name=row["name"],
        group=row["grp"],
        status=JobStatus(row["status"]),
        position=row["position"],
        task_id=row["task_id"],
        needs=hard + soft,
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
        request_id=row["request_id"] or "",
    )


async def tell(
    connection: Connection,
    kinds: Kinds,
    aggregates: Sequence[Aggregate],
    decisions: Mapping[UUID, Decision],
    now: datetime,
) -> None:
    """Project the steps of each aggregate, store what its kind keeps, and write the events."""
    changed = [one for one in aggregates if one.id in decisions and decisions[one.id].steps]
    events: dict[UUID, Sequence[NewEvent]] = {}
    for kind, of_kind in _by_kind(changed).items():
        states = await kinds[kind].load(connection, [one.id for one in of_kind])
        projected = {
            one.id: kinds[kind].project(
                states[one.id], decisions[one.id].jobs, decisions[one.id].steps, now, opened=()
            )
            for one in of_kind
        }
        await kinds[kind].store(connection, {id_: value.row for id_, value in projected.items()})
        events |= {id_: value.events for id_, value in projected.items()}
    await append_events(connection, changed, events)


async def append_events(
    connection: Connection, aggregates: Sequence[Aggregate], events: Mapping[UUID, Sequence[NewEvent]]
) -> None:
    """Give events the next versions of their locked aggregates, and put them in the outbox."""
    rows: list[tuple[UUID, int, str, str, Any]] = []
    ranges: list[tuple[UUID, int, int]] = []
    for one in aggregates:
        told = events.get(one.id, ())
        if told:
            ranges.append((one.id, one.version + 1, one.version + len(told)))
        for version, event in enumerate(told, one.version + 1):
            rows.append((one.id, version, one.kind, event.type, dict(event.data)))
    if not rows:
        return
    await connection.execute(_EVENTS["append_events"], *_columns(rows), *_columns(ranges))


async def ranks(connection: Connection, wanted: Iterable[Job]) -> dict[UUID, float]:
    """The places in line of jobs that become queued: start-time fair queueing, by user and group."""
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
    places: dict[UUID, float] = {}
    for row in rows:
        line = lines[row["user_id"], row["grp"]]
        for behind, job in enumerate(reversed(line)):
            places[job.id] = row["tag"] - behind * row["step"] - HEAD_START[job.priority] * row["step"]
    return places


def _note(settled: Settled, decision: Decision) -> None:
    jobs = {job.id: job for job in decision.jobs}
    settled.jobs |= jobs
    settled.steps.extend(decision.steps)
    settled.refused.extend(move for move in decision.refused if not _was_made(move, jobs.get(move.job_id)))
    settled.queued |= {step.after.group for step in decision.steps if step.after.status is JobStatus.QUEUED}


def _was_made(move: Move, job: Job | None) -> bool:
    """Whether a refused move is one that was made before: the commit's answer was lost."""
    if job is None or move.attempt is None:
        return False
    return job.attempt == move.attempt and job.status is move.to


async def _lock(connection: Connection, job_ids: Sequence[UUID], kinds: Kinds) -> list[Aggregate]:
    """The jobs' aggregates, locked. Those of a kind that this process does not know, since a newer
    version runs beside it, are left alone: their moves are refused."""
    rows = await connection.fetch(_JOBS["lock_aggregates_of_jobs"], job_ids)
    known = [row for row in rows if row["kind"] in kinds]
    return [Aggregate(row["id"], row["kind"], row["user_id"], row["version"]) for row in known]


async def write_jobs(
    connection: Connection, decisions: Iterable[Decision], deadline_seconds: float, now: datetime
) -> None:
    """Write the jobs as decisions left them, at the settlement's time ``now``."""
    rows: list[dict[str, Any]] = []
    newly: list[Job] = []
    for decision in decisions:
        first: dict[UUID, Job] = {}
        for step in decision.steps:
            first.setdefault(step.before.id, step.before)
        jobs = {job.id: job for job in decision.jobs}
        for id_, before in first.items():
            after = jobs[id_]
            rows.append(_row(before, after, needs_left(after, jobs)))
            if after.status is JobStatus.QUEUED and before.status not in (
                JobStatus.GENERATING,
                JobStatus.RETRYING,
            ):
                newly.append(after)
    if not rows:
        return
    places = await ranks(connection, newly)
    for row in rows:
        row["rank"] = places.get(row["id"])
    written = await connection.fetch(_JOBS["update_jobs"], rows, deadline_seconds, now)
    if len(written) != len(rows):
        # Every status changes under its aggregate's lock, which we hold.
        raise AssertionError("a job changed without its aggregate's lock")


def _row(before: Job, after: Job, left: int) -> dict[str, Any]:
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
        "delay": after.delay,
    }


def _by_kind(aggregates: Iterable[Aggregate]) -> dict[str, list[Aggregate]]:
    kinds: dict[str, list[Aggregate]] = defaultdict(list)
    for one in aggregates:
        kinds[one.kind].append(one)
    return kinds


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
