"""Jobs of an aggregate as values, and the moves that change them. Pure.

``decide`` is the whole state machine: it takes every job of one aggregate and the moves that
somebody asks for, refuses what is fenced or not allowed, makes the rest, and releases or
skips what waited. Nothing here knows what the jobs make.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from service.jobs.states import JobStatus, may_move

Priority = Literal["normal", "high", "urgent"]
#: In the error of a job that a person gave up for good: no resume of the aggregate sets it going again.
GIVEN_UP = "given_up"
#: In the input of a job that was asked for by name: makes its calls others than before.
NONCE = "nonce"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``attempt`` is the fence, ``failures`` the budget, ``rescues`` the deaths survived."""

    id: UUID
    aggregate_id: UUID
    user_id: UUID
    run_id: UUID
    name: str
    group: str
    status: JobStatus
    run_kind: str = "build"
    #: The part of its name that it makes: what others of the name made of other parts stands. Empty: all.
    scope: str = ""
    position: int = 0
    needs: tuple[tuple[UUID, bool], ...] = ()
    priority: Priority = "normal"
    attempt: int = 0
    failures: int = 0
    rescues: int = 0
    worker_id: UUID | None = None
    progress: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None
    delay: float | None = None
    completed_at: datetime | None = None
    started_at: datetime | None = None
    #: A retrying job without a due time: it waits until a person lets it go on.
    held: bool = False
    #: What the run wants of this job, beside what its name says.
    input: Mapping[str, Any] = field(default_factory=dict)
    #: The newest request that set its run going; empty where none did.
    request_id: str = ""
    #: What an earlier run made under this name and still stands; None where there is nothing.
    kept: Mapping[str, Any] | None = None

    @property
    def given_up(self) -> bool:
        """Whether a person gave it up for good."""
        return bool((self.error or {}).get(GIVEN_UP))


@dataclass(frozen=True, slots=True)
class Move:
    """A change that is asked for. ``to`` None is a checkpoint: the job stays where it is.

    ``attempt`` given, the move is fenced: it holds only for that attempt while it runs. Without
    one, a checkpoint with a ``result`` says something new of what is ready: that it is stale, say.
    ``only_from`` given, it holds only for a job that is still there: several schedulers see the same.
    ``delay`` is in seconds; a retrying job without one is held until a person lets it go on.
    """

    job_id: UUID
    to: JobStatus | None
    attempt: int | None = None
    worker_id: UUID | None = None
    progress: int | None = None
    metadata: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    patch: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    delay: float | None = None
    counts: Literal["failure", "rescue"] | None = None
    only_from: JobStatus | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made: the job before and after. ``patch`` is for the aggregate."""

    before: Job
    after: Job
    patch: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of some moves: steps in order, refused moves, and the jobs as they now are."""

    steps: tuple[Step, ...]
    refused: tuple[Move, ...]
    jobs: tuple[Job, ...]


def decide(jobs: Sequence[Job], moves: Iterable[Move]) -> Decision:
    """Make the moves on the jobs of one aggregate, in order, with all that follows from them."""
    now = {job.id: job for job in jobs}
    steps: list[Step] = []
    refused: list[Move] = []
    for move in moves:
        job = now.get(move.job_id)
        if job is None or not _allowed(job, move):
            refused.append(move)
            continue
        after = _moved(job, move)
        now[job.id] = after
        steps.append(Step(job, after, move.patch or {}))
        if after.status.final:
            steps.extend(_settle_waiting(now))
    if any(step.after.status is JobStatus.PENDING for step in steps):
        steps.extend(_settle_waiting(now))
    return Decision(tuple(steps), tuple(refused), tuple(now.values()))


def resume(jobs: Iterable[Job]) -> list[Move]:
    """The moves that set the unfinished work of some runs going again: what is ready stays.

    A job that is held goes on in its own run, with the budget that it has left.
    """
    again = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED)
    jobs = list(jobs)
    return [*release(jobs), *(Move(job.id, JobStatus.PENDING) for job in jobs if job.status in again)]


def release(jobs: Iterable[Job]) -> list[Move]:
    """The moves that let the held jobs go on."""
    return [Move(job.id, JobStatus.QUEUED, only_from=JobStatus.RETRYING) for job in jobs if job.held]


def unfinished(jobs: Sequence[Job]) -> list[Job]:
    """The newest job of each name, where it is held or ended without success: what a resume sets going.

    ``jobs`` are older runs first. What was given up for good, and has something earlier that stands
    in its place, is left alone.
    """
    newest, standing = {job.name: job for job in jobs}, latest_by_name(jobs)
    return [
        job
        for name, job in newest.items()
        if job.held
        or (
            job.status.final
            and job.status is not JobStatus.READY
            and (standing[name].id == job.id or not job.given_up)
        )
    ]


def needs_left(job: Job, jobs: Mapping[UUID, Job]) -> int:
    """How many of the job's needs have not ended. Once released it waits no more, though a resume may
    set one of them going again."""
    if job.status is not JobStatus.PENDING:
        return 0
    return sum(1 for need, _ in job.needs if need in jobs and not jobs[need].status.final)


def latest_by_name(jobs: Iterable[Job]) -> dict[str, Job]:
    """The newest job of each name: later runs follow earlier ones in ``jobs``.

    What was made before stands until there is something new (``kept``), and altogether where
    the later run was cancelled.
    """
    latest: dict[str, Job] = {}
    for job in jobs:
        earlier = latest.get(job.name)
        latest[job.name] = _follow(earlier, job) if earlier else job
    return latest


def _follow(earlier: Job, job: Job) -> Job:
    kept = earlier.result if earlier.status is JobStatus.READY else earlier.kept
    if job.status is JobStatus.READY or kept is None:
        return job
    return earlier if job.status is JobStatus.CANCELLED else replace(job, kept=kept)


def _allowed(job: Job, move: Move) -> bool:
    fenced = move.attempt is not None
    if fenced and (job.status is not JobStatus.GENERATING or job.attempt != move.attempt):
        return False
    if move.only_from not in (None, job.status):
        return False
    if move.to is None:
        return fenced or (job.status is JobStatus.READY and move.result is not None)
    return may_move(job.status, move.to)


def _moved(job: Job, move: Move) -> Job:
    status = move.to or job.status
    generating = status is JobStatus.GENERATING
    claimed = generating and job.status is JobStatus.QUEUED
    if job.status.final and move.to is not None:
        # A resume begins with a new budget; the fence stays where it is.
        job = replace(job, failures=0, rescues=0, error=None, result={})
    return replace(
        job,
        status=status,
        attempt=job.attempt + 1 if claimed else job.attempt,
        worker_id=(move.worker_id if claimed else job.worker_id) if generating else None,
        failures=job.failures + (move.counts == "failure"),
        rescues=job.rescues + (move.counts == "rescue"),
        progress=_progress(job, move, status, claimed),
        metadata={**job.metadata, **(move.metadata or {})},
        result=move.result if move.result is not None else job.result,
        error=move.error if move.error is not None else (None if status is JobStatus.READY else job.error),
        delay=move.delay if status is JobStatus.RETRYING else None,
        held=status is JobStatus.RETRYING and move.delay is None,
    )


def _progress(job: Job, move: Move, status: JobStatus, claimed: bool) -> int:
    """Progress only rises within an attempt; a new attempt begins at nothing."""
    if status is JobStatus.READY:
        return 100
    if claimed or status in (JobStatus.PENDING, JobStatus.QUEUED):
        return 0
    return max(job.progress, move.progress or 0)


def _settle_waiting(now: dict[UUID, Job]) -> list[Step]:
    """Release every pending job whose needs have ended; skip those that lack a hard one."""
    steps: list[Step] = []
    moved = True
    while moved:
        moved = False
        for job in list(now.values()):
            status = _after_waiting(job, now)
            if status is job.status:
                continue
            after = replace(job, status=status)
            now[job.id] = after
            steps.append(Step(job, after, {}))
            moved = True
    return steps


def _after_waiting(job: Job, now: Mapping[UUID, Job]) -> JobStatus:
    if job.status is not JobStatus.PENDING:
        return job.status
    needs = [(now[need], hard) for need, hard in job.needs if need in now]
    if any(hard and _is_lost(need, now) for need, hard in needs):
        return JobStatus.SKIPPED
    return JobStatus.QUEUED if all(need.status.final for need, _ in needs) else JobStatus.PENDING


def _is_lost(need: Job, now: Mapping[UUID, Job]) -> bool:
    """Whether a need ended without success, and no later run has made up for it."""
    if not need.status.final or need.status is JobStatus.READY:
        return False
    of_name = [job for job in now.values() if job.name == need.name]
    later = of_name[of_name.index(need) + 1 :]
    return not any(job.status is JobStatus.READY for job in later)
