"""One attempt of a job, from its claim to its settlement: a pipeline of short steps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

import structlog

from actors.runtime.context import Context, Dependencies
from actors.runtime.spec import Actor
from service.background.rescue import EXCLUSIVE
from service.db.pool import AWAY
from service.errors import Draining, Fenced, ProviderRetryable, Unavailable, WorkerExpired
from service.jobs.jobs import Job, Move
from service.jobs.outcomes import Discard, Done, HandBack, Hold, Outcome, Retry, Snooze
from service.jobs.retry import outcome_of
from service.jobs.states import JobStatus

_log = structlog.get_logger()


class Executor:
    """Performs an attempt and settles its end."""

    def __init__(self, deps: Dependencies, actors: Mapping[str, Actor]) -> None:
        self._deps = deps
        self._actors = actors

    @property
    def refused(self) -> int:
        """The number of writes that were refused because their attempt was over, for example after this
        process was frozen or its lease had expired."""
        return self._deps.settler.refused + self._deps.calls.refused

    async def execute(self, job: Job, *, exclusive: bool = False) -> Outcome | None:
        """Perform one attempt and settle its end.

        Returns the outcome. If another attempt or a cancel has replaced this attempt, returns None and writes
        no outcome.
        """
        actor = self._actors[job.group]
        context = Context(self._deps, job, actor.spec.kind)
        try:
            if exclusive:
                await context.checkpoint(0, patch=None, **{EXCLUSIVE: job.attempt})
            outcome = await self._perform(actor, context)
        except (Fenced, WorkerExpired):
            _log.info("attempt.over")
            return None
        if not await self.settle(job, outcome):
            _log.warning("attempt.late", outcome=type(outcome).__name__)
            return None
        return outcome

    async def settle(self, job: Job, outcome: Outcome) -> bool:
        """Store the outcome of an attempt. Retries until the database answers. Returns False if the attempt
        is fenced."""
        while True:
            try:
                return await self._deps.settler.settle(move_of(job, outcome), job.worker_id)
            except WorkerExpired:
                return False
            except Unavailable:
                # The settler has waited and tried again; what was made must not be lost.
                _log.warning("attempt.waits_for_database", outcome=type(outcome).__name__)

    async def _perform(self, actor: Actor, context: Context) -> Outcome:
        job, limit = context.job, asyncio.timeout(actor.spec.timeout)
        try:
            async with limit:
                return await actor.perform(context)
        except (Fenced, WorkerExpired):
            raise
        except Draining:
            return HandBack()
        except TimeoutError as late:
            # Not ours: the pool had no connection in time, which costs the job nothing.
            error: Exception = (
                ProviderRetryable("The work took longer than its time limit.", code="JOB_TIMEOUT")
                if limit.expired()
                else Unavailable(f"The database does not answer ({type(late).__name__}).")
            )
        except AWAY as away:
            error = Unavailable(f"The database does not answer ({type(away).__name__}).")
        except Exception as raised:
            error = raised
        policy = actor.spec.retry_by(self._deps.settings.attempts)
        outcome = outcome_of(error, job.failures, policy, random.random())
        code = outcome_code(outcome)
        _log.warning(
            "attempt.failed",
            outcome=type(outcome).__name__,
            code=code,
            reason=getattr(outcome, "message", ""),
            error=error,
            exc_info=error if code == "INTERNAL" else None,
        )
        return outcome


def outcome_code(outcome: Outcome) -> str:
    """The stable code of an outcome that is not a success."""
    return outcome.code if isinstance(outcome, Retry | Snooze | Hold | Discard) else ""


def move_of(job: Job, outcome: Outcome) -> Move:
    """The fenced move that stores an outcome."""
    if isinstance(outcome, Done):
        return Move(
            job.id,
            JobStatus.READY,
            attempt=job.attempt,
            metadata=outcome.metadata,
            result=outcome.result,
            patch=outcome.patch,
        )
    if isinstance(outcome, HandBack):
        return Move(job.id, JobStatus.QUEUED, attempt=job.attempt)
    error = {"code": outcome.code, "message": outcome.message}
    if detail := outcome.detail:
        error["detail"] = detail
    if isinstance(outcome, Discard):
        return Move(job.id, JobStatus.FAILED, attempt=job.attempt, error=error, counts="failure")
    return Move(
        job.id,
        JobStatus.RETRYING,
        attempt=job.attempt,
        error=error,
        delay=None if isinstance(outcome, Hold) else outcome.delay,
        counts="failure" if isinstance(outcome, Retry) else None,
    )
