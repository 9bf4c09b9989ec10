"""The settlement, which makes every change of jobs and aggregates: lock, load, decide, project and store, in
one transaction.

Claims, ends, retries, expiries, cancels and resumes are moves. A new run opens jobs. A kind may publish its
own events. A :class:`Change` of locked aggregates combines all of these. The settlement handles jobs and
aggregates of any kind; a ``Kind`` implements what is specific to one kind.

Lock order: the process's own worker, aggregates by id, the user, users' tags, jobs. docs/architecture.md has
the complete order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.errors import Conflict, WorkerExpired
from service.jobs.events import NewEvent
from service.jobs.jobs import Decision, Job, Move, Step, decide
from service.jobs.states import JobStatus
from service.jobs.values import value
from service.runtime.job_rows import (
    FEW,
    first_of,
    job_of,
    load_jobs,
    load_many_jobs,
    open_jobs,
    ranks,
    update_jobs,
    wait_longer,
)
from service.runtime.kinds import Aggregate, Kinds, Projected, Standing

_AGGREGATES, _JOBS, _EVENTS, _WORKERS = load("aggregates"), load("jobs"), load("events"), load("workers")


@value
class Locked:
    """An aggregate whose row is locked, with its jobs, older runs first. ``at`` is the database's time after
    the lock was taken; None if it was not read."""

    aggregate: Aggregate
    jobs: Sequence[Job]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The requested change of locked aggregates.

    ``opened`` are new jobs, with their runs. Each pair in ``waits`` contains a waiting job and a new job,
    which becomes a soft need of the waiting job. ``events`` are published, by aggregate, in addition to the
    events of the jobs.
    """

    moves: Sequence[Move] = ()
    opened: Sequence[Job] = ()
    waits: Sequence[tuple[UUID, UUID]] = ()
    events: Mapping[UUID, Sequence[NewEvent]] = field(default_factory=dict)


@dataclass(slots=True)
class Settled:
    """The result of a change. ``queued`` are the groups in which jobs were queued. ``conflicts`` are the
    reasons why some aggregates were left out."""

    steps: list[Step] = field(default_factory=list)
    refused: list[Move] = field(default_factory=list)
    queued: set[str] = field(default_factory=set)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    published: bool = False
    conflicts: list[Conflict] = field(default_factory=list)

    def add(self, other: Settled) -> None:
        """Add the result of another change, of other aggregates."""
        self.steps += other.steps
        self.refused += other.refused
        self.queued |= other.queued
        self.jobs |= other.jobs
        self.published |= other.published
        self.conflicts += other.conflicts


@value
class _Decided:
    """The decisions about one aggregate's jobs. ``opened`` are the new jobs in their state after the
    moves."""

    aggregate: Aggregate
    decision: Decision
    opened: Sequence[Job]

    @property
    def queued(self) -> list[Job]:
        """The jobs that enter the queue for the first time. A job that returns to the queue keeps its
        rank."""
        new = {job.id for job in self.opened}
        came_back = (JobStatus.GENERATING, JobStatus.RETRYING)
        moved = {id_ for id_, job in first_of(self.decision).items() if job.status not in came_back}
        return [job for job in self.decision.jobs if job.status is JobStatus.QUEUED and job.id in moved | new]


async def settle(
    connection: Connection,
    kinds: Kinds,
    moves: Sequence[Move],
    *,
    worker_id: UUID | None = None,
    deadline_seconds: float = 900.0,
) -> Settled:
    """Make moves on jobs of any aggregates, with all their consequences, in the caller's transaction.

    ``worker_id`` is the id of the process that acts as a worker. Raises ``WorkerExpired`` if that worker has
    expired. If an earlier commit already made a fenced move, and the answer of this commit was lost, the move
    counts as made. A refused move changes nothing.
    """
    locked = await lock_aggregates(connection, kinds, list({move.job_id for move in moves}), worker_id)
    return await settle_locked(connection, kinds, locked, Change(moves), deadline_seconds=deadline_seconds)


async def settle_locked(
    connection: Connection,
    kinds: Kinds,
    locked: Sequence[Locked],
    change: Change,
    *,
    deadline_seconds: float = 900.0,
) -> Settled:
    """Apply a change to aggregates whose locks the transaction holds, with all consequences of the change."""
    settled = Settled()
    decided = _decide(locked, change, settled)
    changed = [one for one in decided if one.decision.steps or one.opened]
    events = {id_: list(new) for id_, new in change.events.items()}
    if changed:
        # Use the database's clock: this process's clock may be wrong by an hour.
        now: datetime = locked[-1].at or await connection.fetchval(_JOBS["clock"])
        await _write(connection, changed, change.waits, deadline_seconds, now)
        for id_, projected in (await _project(connection, kinds, changed, now)).items():
            events.setdefault(id_, []).extend(projected.events)
            settled.queued |= {job.group for job in projected.opened if job.status is JobStatus.QUEUED}
    await append_events(connection, [one.aggregate for one in locked], events)
    settled.published = bool(changed or any(events.values()))
    return settled


async def hold_worker(connection: Connection, worker_id: UUID) -> None:
    """Lock the worker's own row for the transaction. Raises ``WorkerExpired`` if the worker has expired."""
    if await connection.fetchval(_WORKERS["lock_own_worker"], worker_id) is None:
        raise WorkerExpired()


async def lock_aggregates(
    connection: Connection, kinds: Kinds, job_ids: Sequence[UUID], worker_id: UUID | None = None
) -> list[Locked]:
    """Lock the aggregates of the jobs, after the row of the worker if the caller acts as one.

    Processes of a newer version may run at the same time, with kinds that this process does not know.
    Aggregates of such kinds are left out, and moves of their jobs are refused. Raises ``WorkerExpired`` if
    the worker has expired.
    """
    rows = await connection.fetch(_JOBS["lock_and_load"], worker_id, job_ids, list(kinds), FEW)
    if not rows and worker_id is not None:
        await hold_worker(connection, worker_id)
    locked: dict[UUID, Locked] = {}
    jobs: dict[UUID, list[Job]] = {}
    for row in rows:
        id_ = row["aggregate_id"]
        if id_ not in locked:
            of_one = jobs[id_] = []
            aggregate = Aggregate(id_, row["aggregate_kind"], row["owner_id"], row["version"])
            locked[id_] = Locked(aggregate, of_one, row["now"])
        if row["id"] is not None:
            of_one.append(job_of(row))
    many = [one.aggregate for one in locked.values() if not one.jobs]
    if many:
        by_group = [one.id for one in many if kinds[one.kind].standing == "group"]
        loaded = await load_many_jobs(connection, [one.id for one in many], job_ids, by_group=by_group)
        for id_, found in loaded.items():
            jobs[id_].extend(found)
    return list(locked.values())


async def lock_aggregate(
    connection: Connection, aggregate_id: UUID, *, standing: Standing = "name"
) -> Locked | None:
    """Lock one aggregate. None if the connection's user has no aggregate with this id. ``standing`` is the
    value of the aggregate's kind."""
    row = await connection.fetchrow(_AGGREGATES["lock_aggregate"], aggregate_id)
    if row is None:
        return None
    by_group = [aggregate_id] if standing == "group" else []
    jobs = await load_jobs(connection, [aggregate_id], by_group=by_group)
    return Locked(_aggregate(row), jobs[aggregate_id])


async def append_events(
    connection: Connection, aggregates: Sequence[Aggregate], events: Mapping[UUID, Sequence[NewEvent]]
) -> None:
    """Give each event the next version of its locked aggregate, and insert the events into the outbox."""
    rows: list[tuple[Any, ...]] = []
    ranges: list[tuple[UUID, int, int]] = []
    for one in aggregates:
        new = events.get(one.id, ())
        if new:
            ranges.append((one.id, one.version + 1, one.version + len(new)))
        for version, event in enumerate(new, one.version + 1):
            of_one = (one.id, version, one.kind)
            rows.append((*of_one, event.type, event.schema, dict(event.data), event.correlation_id))
    if not rows:
        return
    append = _EVENTS["append_events"] if len(ranges) == 1 else _EVENTS["append_batch"]
    await connection.execute(append, *_columns(rows), *_columns(ranges))


def _decide(locked: Sequence[Locked], change: Change, settled: Settled) -> list[_Decided]:
    """Decide the change of each aggregate, and add the result to ``settled``."""
    owners = {job.id: one.aggregate.id for one in locked for job in one.jobs}
    owners |= {job.id: job.aggregate_id for job in change.opened}
    moves: dict[UUID | None, list[Move]] = defaultdict(list)
    for move in change.moves:
        moves[owners.get(move.job_id)].append(move)
    settled.refused.extend(moves.pop(None, []))
    opened: dict[UUID, list[Job]] = defaultdict(list)
    for job in change.opened:
        opened[job.aggregate_id].append(job)
    asked = [one for one in locked if one.aggregate.id in moves or one.aggregate.id in opened]
    decided = [
        _decide_one(one, moves[one.aggregate.id], opened[one.aggregate.id], change.waits) for one in asked
    ]
    for one in decided:
        _note(settled, one)
    return decided


def _decide_one(
    locked: Locked, moves: Sequence[Move], opened: Sequence[Job], waits: Sequence[tuple[UUID, UUID]]
) -> _Decided:
    decision = decide([*_waiting(locked.jobs, waits), *opened], moves)
    new = {job.id for job in opened}
    return _Decided(locked.aggregate, decision, [job for job in decision.jobs if job.id in new])


def _waiting(jobs: Sequence[Job], waits: Sequence[tuple[UUID, UUID]]) -> Sequence[Job]:
    """The jobs with their new needs."""
    if not waits:
        return jobs
    more: dict[UUID, list[tuple[UUID, bool]]] = defaultdict(list)
    for id_, need in waits:
        more[id_].append((need, False))
    return [replace(job, needs=(*job.needs, *more[job.id])) if job.id in more else job for job in jobs]


def _note(settled: Settled, decided: _Decided) -> None:
    decision = decided.decision
    jobs = {job.id: job for job in decision.jobs}
    settled.jobs |= jobs
    settled.steps.extend(decision.steps)
    settled.refused.extend(move for move in decision.refused if not _was_made(move, jobs.get(move.job_id)))
    moved = [*(step.after for step in decision.steps), *decided.opened]
    settled.queued |= {job.group for job in moved if job.status is JobStatus.QUEUED}


def _was_made(move: Move, job: Job | None) -> bool:
    """Whether a refused move was already made by an earlier commit, whose answer was lost."""
    if job is None or move.attempt is None:
        return False
    return job.attempt == move.attempt and job.status is move.to


async def _write(
    connection: Connection,
    changed: Sequence[_Decided],
    waits: Sequence[tuple[UUID, UUID]],
    deadline_seconds: float,
    now: datetime,
) -> None:
    """Insert new jobs and update changed ones. In the same step, lock the users' tags of fair queueing."""
    rank_of = await ranks(connection, [job for one in changed for job in one.queued])
    opened = [job for one in changed for job in one.opened]
    await open_jobs(connection, opened, rank_of)
    await wait_longer(connection, waits)
    decisions = [one.decision for one in changed]
    new = frozenset(job.id for job in opened)
    await update_jobs(connection, decisions, rank_of, deadline_seconds, now, opened=new)


async def _project(
    connection: Connection, kinds: Kinds, changed: Sequence[_Decided], now: datetime
) -> dict[UUID, Projected]:
    """Project the changes, open the jobs that the kinds ask for, and store the kinds' rows."""
    made: dict[UUID, Projected] = {}
    for name, of_kind in _by_kind(changed).items():
        kind = kinds[name]
        states = await kind.load(connection, [one.aggregate.id for one in of_kind])
        projected = {
            one.aggregate.id: kind.project(
                states[one.aggregate.id], one.decision.jobs, one.decision.steps, now, opened=one.opened
            )
            for one in of_kind
        }
        opened = [job for value in projected.values() for job in value.opened]
        queued = [job for job in opened if job.status is JobStatus.QUEUED]
        await open_jobs(connection, opened, await ranks(connection, queued))
        await kind.store(connection, {id_: value.row for id_, value in projected.items()})
        made |= projected
    return made


def _by_kind(changed: Iterable[_Decided]) -> dict[str, list[_Decided]]:
    kinds: dict[str, list[_Decided]] = defaultdict(list)
    for one in changed:
        kinds[one.aggregate.kind].append(one)
    return kinds


def _aggregate(row: asyncpg.Record) -> Aggregate:
    return Aggregate(row["id"], row["kind"], row["user_id"], row["version"])


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
