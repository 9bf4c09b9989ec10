"""The bodies of answers to operators."""

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
    """Name of the pool. All queues of a pool share one bound. For a queue without a bound: the name of the
    queue."""
    bound: int | None
    """Greatest number of jobs of the pool that run at once. Null means no bound."""
    paused: bool
    """Whether an operator paused the queue. A pause does not interrupt jobs that already run."""
    queued: int
    """Number of jobs that wait for an actor."""
    in_flight: int
    """Number of jobs that are assigned to a process and have not ended."""
    retrying: int
    """Number of jobs that failed and wait for their next attempt."""
    oldest_seconds: float | None
    """How long the oldest job has waited, in seconds. Null if none waits."""
    ready_a_minute: float
    """Rate of jobs that became ready, in jobs per minute, over the last five minutes."""
    eta_seconds: float | None
    """Time until all waiting jobs are ready at that rate, in seconds. Null if the rate is 0."""


class WorkerState(Answer):
    """A process with a valid lease."""

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
    """When the process last renewed its lease."""
    lease_until: datetime
    """Until when the lease of the process is valid. After this time, other processes take over its jobs."""
    draining: bool
    """Whether the process is draining: it finishes its running jobs and takes no new ones."""
    drain_asked_at: datetime | None
    """When an operator asked the process to end. Null if no operator did."""
    running: int
    """Number of jobs that the process runs now."""


class BlockedProvider(Answer):
    """All jobs that wait for a person for one reason. The reason is a problem with a provider's key or
    account, or a call whose answer was lost twice."""

    code: str
    """Error code, for example `INSUFFICIENT_QUOTA`, `PROVIDER_KEY_REFUSED` or `PROVIDER_OUTCOME_UNKNOWN`."""
    message: str
    """Human-readable sentence that says what to do."""
    jobs: int
    """Number of jobs that wait."""
    stories: int
    """Number of stories that these jobs belong to."""
    since: datetime | None
    """When the first of these jobs had the error. Null if none of them has called the provider yet."""
    next_try_at: datetime | None
    """When the next of these jobs tries again. Null if none tries again without an action of a person."""


class JobError(Answer):
    """The reason why a job, or the last attempt of a job, failed."""

    code: str
    """Stable code for programs, for example `PROVIDER_REFUSED`."""
    message: str
    """Human-readable sentence about the error."""


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
    """Name of the asset that the job makes, for example `scene_2`."""
    group: str
    """Actor group that runs the job, for example `scene`."""
    status: str
    """`pending`, `queued`, `generating`, `retrying`, `ready`, `failed`, `cancelled` or `skipped`."""
    priority: str
    """`normal`, `high` or `urgent`."""
    attempt: int
    """Number of the job's newest attempt; 0 before the first attempt."""
    failures: int
    """Number of failures that count against the attempts of the job."""
    rescues: int
    """How often the job was interrupted because the process that ran it ended unexpectedly."""
    progress: int
    """Progress of the job, 0 to 100 percent."""
    worker_id: UUID | None
    """Id of the process that runs the job. Null if no process runs it."""
    run_at: datetime | None
    """When the next attempt of a `retrying` job is due. Null if the job is not `retrying`, or if a person
    must act first."""
    deadline_at: datetime | None
    """Deadline of the running attempt, after which the service stops it. Null if no attempt runs."""
    created_at: datetime
    """When the job was created."""
    started_at: datetime | None
    """When the newest attempt of the job began. Null before the first attempt."""
    ended_at: datetime | None
    """When the job ended. Null while the job is open."""
    error: JobError | None
    """Newest error of the job. Null if it had no error."""
    request_id: str
    """Id of the request that last started the job's run. Each log line about the job has this id. Empty if no
    request started the run."""


class JobEvent(Answer):
    """A change of a job, from the story's event log."""

    version: int
    """Version of the event in the story's log."""
    at: datetime
    """When the change was made."""
    event: str
    """Type of the event, for example `asset.ready`."""
    state: dict[str, Any]
    """State of the job after the event, without texts that the user wrote."""


class JobCall(Answer):
    """A call to a provider, from the ledger."""

    attempt: int
    """Attempt of the job that made the call."""
    step: str
    """Step that made the call, for example `picture`."""
    model: str
    """Model that was called."""
    number: int
    """Number of the call among all calls for the same answer, from 1. A number above 1 means that the call
    repeats a lost or failed call."""
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
    """A job that waits for a person. It has failed permanently (`failed`), or it is held (`retrying`)."""

    job_id: UUID
    """Id of the job, for `POST /api/v1/admin/dead/{job}/redrive`."""
    aggregate_id: UUID
    """Story that the job belongs to."""
    user_id: UUID
    """User who owns the story."""
    name: str
    """Name of the asset that the job makes, for example `scene_2`."""
    group: str
    """Actor group that runs the job, for example `scene`."""
    status: JobStatus
    """`failed`, or `retrying` for a job that is held until a person redrives it."""
    attempt: int
    """Number of the job's newest attempt."""
    failures: int
    """Number of failures that count against the attempts of the job."""
    rescues: int
    """How often the job was interrupted because the process that ran it ended unexpectedly."""
    code: str
    """Error code, for example `PROVIDER_REFUSED`."""
    message: str
    """Human-readable sentence about the error."""
    ended_at: datetime
    """When the job began to wait for a person."""


class Redriven(Answer):
    """Dead letters that run again."""

    job_ids: list[UUID]
    """Ids of the jobs that run again. A requested id is missing here if the job is not a dead letter, or if
    its story cannot run the job now."""
    remaining: int
    """Number of dead letters that remain."""


class UserListed(Answer):
    """A user in the list of users that operators see."""

    id: UUID
    """Id of the user."""
    tier: str
    """Name of the user's tier."""
    story_limit: int | None
    """Number of stories that the tier allows in its period, without packs. Null means no limit."""
    period: str
    """Period of the limit: `ever`, or `month` for a calendar month."""
    extra_stories: int
    """Number of stories that packs allow in addition to the tier."""
    weight: float
    """Weight of the user when users compete for the service. The usual weight is 1. A user of weight 2 gets
    twice as much."""
    stories: int
    """Number of stories that the user has."""
    month_usd: float
    """Cost of all provider calls for the user in this calendar month, in US dollars."""
    signed_out_at: datetime | None
    """Tokens that were issued before this time are not valid. Null if the user never signed out
    everywhere."""
    created_at: datetime
    """When the service first saw the user."""


class UserDetail(UserListed):
    """A user with quota and cost."""

    quota: QuotaState
    """How many stories the user may create, packs included, and how many of them are used."""
    total_usd: float
    """Cost of all provider calls since the account was created, in US dollars."""
    calls: int
    """Number of provider calls since the account was created."""


class SpendLine(Answer):
    """Cost of the provider calls of one group: of one day, user, provider, model or step."""

    key: str
    """Value that all calls of this line share: a day (`2026-11-30`), user id, provider, model or step."""
    calls: int
    """Number of calls."""
    unknown: int
    """Number of calls whose answer was lost."""
    usd: float
    """Cost of the calls, in US dollars."""


class SpendReport(Answer):
    """Cost of all provider calls in a period, added up by group."""

    by: str
    """How calls are grouped: by `day`, `user`, `provider`, `model` or `step`."""
    since: datetime
    """Beginning of the period (inclusive)."""
    before: datetime
    """End of the period (exclusive)."""
    items: list[SpendLine]
    """One line per group, the highest cost first; at most 1,000 lines."""
