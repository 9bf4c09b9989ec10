"""The answers to operators."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service.api.responses import Answer, QuotaState
from service.jobs.states import JobStatus


class QueueState(Answer):
    """The queue of one actor group, over all processes."""

    name: str
    """Name of the queue: the actor group, for example `scene`."""
    pool: str
    """Pool whose bound the queue shares with others. Queues without a bound name themselves."""
    bound: int | None
    """Greatest number of jobs of the pool that run at once. Null: no bound."""
    paused: bool
    """Whether an operator paused the queue. Jobs that run go on."""
    queued: int
    """Number of jobs that wait for an actor."""
    in_flight: int
    """Number of jobs that were given to a process."""
    retrying: int
    """Number of jobs that failed and wait for their next attempt."""
    oldest_seconds: float | None
    """How long the oldest job has waited, in seconds. Null if none waits."""
    ready_a_minute: float
    """Jobs that became ready, a minute, in the last five minutes."""
    eta_seconds: float | None
    """Time until all waiting jobs are ready at that rate, in seconds. Null if the rate is 0."""


class WorkerState(Answer):
    """A living process."""

    id: UUID
    """Id of the process, new at each start."""
    hostname: str
    """Name of its machine."""
    pid: int
    """Process id on its machine."""
    roles: list[str]
    """Roles of the process: `http`, `actors`, `relay`, `reconcile`."""
    slots: dict[str, int]
    """Greatest number of attempts that the process runs at once, by actor group."""
    started_at: datetime
    """When the process started."""
    renewed_at: datetime
    """When it renewed its lease last."""
    lease_until: datetime
    """Until when its lease is valid. After that, other processes take over its jobs."""
    draining: bool
    """Whether it ends its work and takes no more."""
    drain_asked_at: datetime | None
    """When an operator asked it to end. Null if none did."""
    running: int
    """Number of jobs that it runs now."""


class BlockedProvider(Answer):
    """Work that waits for a person, by the reason. The reason is a provider's key or account, or a call whose
    answer was lost twice."""

    code: str
    """Error code, for example `INSUFFICIENT_QUOTA`, `PROVIDER_KEY_REFUSED` or `PROVIDER_OUTCOME_UNKNOWN`."""
    message: str
    """Sentence for a person: what to do."""
    jobs: int
    """Number of jobs that wait."""
    stories: int
    """Number of stories that these jobs belong to."""
    since: datetime | None
    """When the first of these jobs met the error. Null if none has called the provider yet."""
    next_try_at: datetime | None
    """When the next of these jobs tries again. Null if none does so by itself."""


class JobError(Answer):
    """Why a job failed, or its last attempt did."""

    code: str
    """Stable code for programs, for example `PROVIDER_REFUSED`."""
    message: str
    """Sentence for a person."""


class JobState(Answer):
    """A job: one asset of one run."""

    id: UUID
    """Id of the job."""
    aggregate_id: UUID
    """Story that the job belongs to."""
    user_id: UUID
    """User who owns the story."""
    task_id: UUID | None
    """Run that the job belongs to."""
    name: str
    """Name of the asset that it makes, for example `scene_2`."""
    group: str
    """Actor group that runs it, for example `scene`."""
    status: str
    """`pending`, `queued`, `generating`, `retrying`, `ready`, `failed`, `cancelled` or `skipped`."""
    priority: str
    """`normal`, `high` or `urgent`."""
    attempt: int
    """Number of its newest attempt; 0 before the first."""
    failures: int
    """Number of failures that count against its attempts."""
    rescues: int
    """How often the process that ran it died."""
    progress: int
    """How far it is, 0 to 100 percent."""
    worker_id: UUID | None
    """Process that runs it. Null if none does."""
    run_at: datetime | None
    """When it is due again, if it is `retrying`. Null: it is not, or a person must act first."""
    deadline_at: datetime | None
    """When its attempt is ended by force. Null if none runs."""
    created_at: datetime
    """When the job was created."""
    started_at: datetime | None
    """When its newest attempt began. Null before the first."""
    ended_at: datetime | None
    """When it ended. Null while it is open."""
    error: JobError | None
    """Its newest error. Null if there is none."""
    request_id: str
    """Id of the newest request that started its run: the log has it in each line about the job. Empty: no
    request did."""


class JobEvent(Answer):
    """An event about a job."""

    version: int
    """Version of the event in the story's log."""
    at: datetime
    """When the change was made."""
    event: str
    """Type of the event, for example `asset.ready`."""
    state: dict[str, Any]
    """What the event changed."""


class JobCall(Answer):
    """A call to a provider, from the ledger."""

    attempt: int
    """Attempt of the job that made the call."""
    step: str
    """Step that made the call, for example `picture`."""
    model: str
    """Model that was called."""
    number: int
    """Number of the call among those for the same answer, from 1. A higher one repeats a lost or failed
    call."""
    outcome: str
    """`started`, `ok`, `failed`, `unknown` (the answer was lost) or `duplicate`."""
    usd: float
    """Cost of the call, in US dollars."""
    request_id: str
    """Id that the provider gave the call. Empty if it gave none."""
    error: dict[str, Any] | None
    """`code` and `message` of the error. Null if there is none."""
    started_at: datetime
    """When the call began."""
    ended_at: datetime | None
    """When the call ended. Null while it is under way."""


class JobDetail(JobState):
    """A job with its history and its calls to providers."""

    history: list[JobEvent]
    """Events about the job, oldest first; at most 200."""
    calls: list[JobCall]
    """Calls to providers that the job made, oldest first; at most 500."""


class DeadLetter(Answer):
    """A job that waits for a person: it failed for good (`failed`), or is held (`retrying`)."""

    job_id: UUID
    """Id of the job, for `POST /api/v1/admin/dead/{job}/redrive`."""
    aggregate_id: UUID
    """Story that the job belongs to."""
    user_id: UUID
    """User who owns the story."""
    name: str
    """Name of the asset that the job makes, for example `scene_2`."""
    group: str
    """Actor group that runs it, for example `scene`."""
    status: JobStatus
    """`failed`, or `retrying` for a job that is held until a person redrives it."""
    attempt: int
    """Number of its newest attempt."""
    failures: int
    """Number of failures that count against its attempts."""
    rescues: int
    """How often the process that ran it died."""
    code: str
    """Error code, for example `PROVIDER_REFUSED`."""
    message: str
    """Sentence for a person about the error."""
    ended_at: datetime
    """Since when the job waits for a person."""


class Redriven(Answer):
    """Dead letters that run again."""

    job_ids: list[UUID]
    """Ids of the jobs that run again. A requested id is missing here if its job was no dead letter, or if
    its story does not allow it now."""
    remaining: int
    """Number of dead letters that are left."""


class UserListed(Answer):
    """A user, as operators see the user."""

    id: UUID
    """Id of the user."""
    tier: str
    """Name of the user's tier."""
    story_limit: int | None
    """Number of stories that the tier allows in its period, without packs. Null: no limit."""
    period: str
    """Period of the limit: `ever`, or `month` for a calendar month."""
    extra_stories: int
    """Number of stories that packs allow beside the tier."""
    weight: float
    """Share of the service where users compete, relative to others. The usual share is 1."""
    stories: int
    """Number of stories that the user has."""
    month_usd: float
    """Cost of all calls for the user in this calendar month, in US dollars."""
    signed_out_at: datetime | None
    """Tokens that were issued before this time are not valid. Null: the user never signed out everywhere."""
    created_at: datetime
    """When the user was seen first."""


class UserDetail(UserListed):
    """A user with quota and cost."""

    quota: QuotaState
    """How many stories the user may create, with packs, and how many are used."""
    total_usd: float
    """Cost of all calls since the account exists, in US dollars."""
    calls: int
    """Number of calls since the account exists."""


class SpendLine(Answer):
    """Cost of the calls of one day, user, provider, model or step."""

    key: str
    """The day (`2026-11-30`), user id, provider, model or step."""
    calls: int
    """Number of calls."""
    unknown: int
    """Number of calls whose answer was lost."""
    usd: float
    """Cost of the calls, in US dollars."""


class SpendReport(Answer):
    """Cost of all calls of a period."""

    by: str
    """What the cost is added up by: `day`, `user`, `provider`, `model` or `step`."""
    since: datetime
    """Beginning of the period; it is included."""
    before: datetime
    """End of the period; it is not included."""
    items: list[SpendLine]
    """The cost by day, user, provider, model or step, the greatest first; at most 1,000 lines."""
