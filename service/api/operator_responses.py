"""What operators are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service.api.responses import Answer, QuotaState
from service.jobs.states import JobStatus


class QueueState(Answer):
    """A queue: PostgreSQL's depth and age of it, and what is in flight over all processes.

    ``ready_a_minute`` is of the last five minutes; ``eta_seconds`` is how long what is there takes
    at that rate, null where nothing was made lately.
    """

    name: str
    pool: str
    bound: int | None
    paused: bool
    queued: int
    in_flight: int
    retrying: int
    oldest_seconds: float | None
    ready_a_minute: float
    eta_seconds: float | None


class WorkerState(Answer):
    """A living process."""

    id: UUID
    hostname: str
    pid: int
    roles: list[str]
    slots: dict[str, int]
    started_at: datetime
    renewed_at: datetime
    lease_until: datetime
    draining: bool
    drain_asked_at: datetime | None
    running: int


class BlockedProvider(Answer):
    """Work that waits for a person: ``message`` says what to do.

    A provider's key or account must be mended, or a call whose answer was lost twice must be allowed once
    more (``PROVIDER_OUTCOME_UNKNOWN``). ``since`` is when the first of these jobs was stopped, null where
    none has called yet; ``next_try_at`` is when the next of them tries again, null where none does by itself.
    """

    code: str
    message: str
    jobs: int
    stories: int
    since: datetime | None
    next_try_at: datetime | None


class JobError(Answer):
    """Why a job was given up, or what its last attempt failed for."""

    code: str
    message: str


class JobState(Answer):
    """A job. ``failures`` is what the retry policy counts, ``rescues`` the deaths of its workers, and
    ``request_id`` the newest request that set its run going: the log's lines of the job bear it."""

    id: UUID
    aggregate_id: UUID
    user_id: UUID
    task_id: UUID | None
    name: str
    group: str
    status: str
    priority: str
    attempt: int
    failures: int
    rescues: int
    progress: int
    worker_id: UUID | None
    run_at: datetime | None
    deadline_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: JobError | None
    request_id: str


class JobEvent(Answer):
    """Something that was told of a job: ``state`` is what changed."""

    version: int
    at: datetime
    event: str
    state: dict[str, Any]


class JobCall(Answer):
    """A call to a provider, as the ledger has it."""

    attempt: int
    step: str
    model: str
    number: int
    outcome: str
    usd: float
    request_id: str
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None


class JobDetail(JobState):
    """A job with its history and the calls that it has made."""

    history: list[JobEvent]
    calls: list[JobCall]


class DeadLetter(Answer):
    """A job that was given up (``failed``), or that is held until a person lets it go on (``retrying``).

    ``ended_at`` is since when it waits.
    """

    job_id: UUID
    aggregate_id: UUID
    user_id: UUID
    name: str
    group: str
    status: JobStatus
    attempt: int
    failures: int
    rescues: int
    code: str
    message: str
    ended_at: datetime


class Redriven(Answer):
    """The dead letters that were set going again, and how many are left; others of those asked for
    were none."""

    job_ids: list[UUID]
    remaining: int


class UserListed(Answer):
    """A user. ``extra_stories`` were granted in packs; ``month_usd`` is this month's spend."""

    id: UUID
    tier: str
    story_limit: int | None
    period: str
    extra_stories: int
    weight: float
    stories: int
    month_usd: float
    signed_out_at: datetime | None
    created_at: datetime


class UserDetail(UserListed):
    """A user with what is used of the quota, and what all calls have cost."""

    quota: QuotaState
    total_usd: float
    calls: int


class SpendLine(Answer):
    """What calls have cost of one day, user, provider, model or step; ``unknown`` are calls whose
    end nobody saw."""

    key: str
    calls: int
    unknown: int
    usd: float


class SpendReport(Answer):
    """What calls have cost since a time and before another, the dearest first."""

    by: str
    since: datetime
    before: datetime
    items: list[SpendLine]
