"""The jobs of an aggregate as values, and the moves that change them. Pure.

``decide`` is the whole state machine. It takes all jobs of one aggregate and the requested moves. It refuses
moves that are fenced or not allowed, makes the others, and then releases or skips waiting jobs. This module
does not know what the jobs make.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from service.jobs.states import JobStatus, may_move
from service.jobs.values import value

Priority = Literal["normal", "high", "urgent"]
#: A key in the error of a job that a person gave up permanently. A resume of the aggregate does not queue
#: such a job again.
GIVEN_UP = "given_up"
#: A key in the input of a job whose result a user requested again. Its value makes the ledger keys of the
#: job's calls different from those of the earlier job.
NONCE = "nonce"


@value
class Job:
    """One job. ``attempt`` is the fence. ``failures`` counts against the number of attempts that the retry
    policy allows. ``rescues`` counts how many workers of this job have expired."""

    id: UUID
    aggregate_id: UUID
    user_id: UUID
    run_id: UUID
    name: str
    group: str
    status: JobStatus
    run_kind: str = "build"
    #: The part of the result that this job makes. Results that other jobs of the same name made for other
    #: parts stay. Empty means all parts.
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
    #: A retrying job without a due time. It waits until a person releases it.
    held: bool = False
    #: The run's further input for this job, besides the job's name.
    input: Mapping[str, Any] = field(default_factory=dict)
    #: The id of the newest request that started or resumed the job's run; empty if no request did.
    request_id: str = ""
    #: The still valid result that an earlier run made under this name; None if it does not exist.
    kept: Mapping[str, Any] | None = None

    @property
    def given_up(self) -> bool:
        """Whether a person gave up the job permanently."""
        return bool((self.error or {}).get(GIVEN_UP))

    @property
    def error_text(self) -> str:
        """The error of the job in the form that its user reads: the message of the service, and then the
        detail."""
        error = self.error or {}
        return " ".join(part for part in (error.get("message"), error.get("detail")) if part)


@value
class Move:
    """A requested change of one job. If ``to`` is None, the move is a checkpoint, which keeps the status.

    A move with an ``attempt`` is fenced: it is allowed only while that attempt runs. Without an attempt, a
    checkpoint with a ``result`` replaces the result of a ready job, for example to mark it as stale. With
    ``only_from``, the move is allowed only if the job still has that status. This is needed because several
    schedulers may see the same job. ``delay`` is in seconds. A retrying job without a delay is held until a
    person releases it.
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


def cancels(jobs: Sequence[Job], error: Mapping[str, Any] | None = None) -> list[Move]:
    """The moves that cancel all open jobs among ``jobs``. Jobs come before the jobs that they need: in the
    opposite order, the cancel of a job would skip the jobs that need it."""
    return [Move(job.id, JobStatus.CANCELLED, error=error) for job in reversed(jobs) if not job.status.final]


@value
class Step:
    """A move that was made: the job before the move and after it. ``patch`` is for the aggregate."""

    before: Job
    after: Job
    patch: Mapping[str, Any]


@value
class Decision:
    """The result of ``decide``: the steps in order, the refused moves, and the jobs after all steps."""

    steps: tuple[Step, ...]
    refused: tuple[Move, ...]
    jobs: tuple[Job, ...]


def decide(jobs: Sequence[Job], moves: Iterable[Move]) -> Decision:
    """Make the moves on the jobs of one aggregate, in order, with all their consequences."""
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
    """The moves that queue the unfinished jobs of some runs again. Ready jobs stay as they are.

    A held job continues in its own run, with its remaining attempts.
    """
    again = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED)
    jobs = list(jobs)
    return [*release(jobs), *(Move(job.id, JobStatus.PENDING) for job in jobs if job.status in again)]


def release(jobs: Iterable[Job]) -> list[Move]:
    """The moves that release the held jobs."""
    return [Move(job.id, JobStatus.QUEUED, only_from=JobStatus.RETRYING) for job in jobs if job.held]


def unfinished(jobs: Sequence[Job]) -> list[Job]:
    """The newest job of each name, if it is held or ended without success. A resume queues these jobs again.

    ``jobs`` are older runs first. A job that was given up permanently is left out if an earlier result under
    its name is still valid.
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
    """The number of the job's needs that have not ended. A job that has once left the status ``pending`` does
    not wait again, even if a resume starts one of its needs again."""
    if job.status is not JobStatus.PENDING:
        return 0
    return sum(1 for need, _ in job.needs if need in jobs and not jobs[need].status.final)


def latest_by_name(jobs: Iterable[Job]) -> dict[str, Job]:
    """The newest job of each name. Later runs follow earlier ones in ``jobs``.

    An earlier result stays valid until there is a new one (``kept``). If the later run was cancelled, the
    earlier job counts.
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
        # A resume starts with a new budget. The fence does not change.
        job = replace(job, failures=0, rescues=0, error=None, result={})
    if move.to is None and move.patch:
        # What the attempt has brought so far stays. It is progress, so the deaths before it do not count.
        job = replace(job, rescues=0)
    # Not ``replace``, which takes three times as long: every claim and every end comes here.
    return Job(
        id=job.id,
        aggregate_id=job.aggregate_id,
        user_id=job.user_id,
        run_id=job.run_id,
        name=job.name,
        group=job.group,
        status=status,
        run_kind=job.run_kind,
        scope=job.scope,
        position=job.position,
        needs=job.needs,
        priority=job.priority,
        attempt=job.attempt + 1 if claimed else job.attempt,
        failures=job.failures + (move.counts == "failure"),
        rescues=job.rescues + (move.counts == "rescue"),
        worker_id=(move.worker_id if claimed else job.worker_id) if generating else None,
        progress=_progress(job, move, status, claimed),
        metadata={**job.metadata, **move.metadata} if move.metadata else job.metadata,
        result=move.result if move.result is not None else job.result,
        error=move.error if move.error is not None else (None if status is JobStatus.READY else job.error),
        delay=move.delay if status is JobStatus.RETRYING else None,
        completed_at=job.completed_at,
        started_at=job.started_at,
        held=status is JobStatus.RETRYING and move.delay is None,
        input=job.input,
        request_id=job.request_id,
        kept=job.kept,
    )


def _progress(job: Job, move: Move, status: JobStatus, claimed: bool) -> int:
    """Progress only rises within an attempt. A new attempt starts at 0."""
    if status is JobStatus.READY:
        return 100
    if claimed or status in (JobStatus.PENDING, JobStatus.QUEUED):
        return 0
    return max(job.progress, move.progress or 0)


def _settle_waiting(now: dict[UUID, Job]) -> list[Step]:
    """Release every pending job whose needs have ended. Skip a job if a hard need ended without success."""
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
    """Whether a needed job ended without success, and no later run has replaced this job."""
    if not need.status.final or need.status is JobStatus.READY:
        return False
    of_name = [job for job in now.values() if job.name == need.name]
    later = of_name[of_name.index(need) + 1 :]
    return not any(job.status is JobStatus.READY for job in later)
