"""The settler gathers the job state changes ("moves") of the whole process and commits them in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import structlog

from service.background.flusher import Flusher
from service.background.nudges import JOBS_CANCELLED, OUTBOX, QUEUE, Nudges
from service.db.pool import Connection, Database
from service.errors import WorkerExpired
from service.jobs.jobs import Job, Move, Step
from service.jobs.states import JobStatus
from service.runtime.kinds import Kinds
from service.runtime.settlement import Settled, settle
from service.telemetry.context import fields_of

_log = structlog.get_logger()

Asked = tuple[Move, UUID | None]


class Settler:
    """Commits moves of jobs in batches, and nudges the listeners that the moves concern."""

    def __init__(
        self, database: Database, kinds: Kinds, nudges: Nudges, *, deadline_seconds: float = 900.0
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._nudges = nudges
        self._deadline = deadline_seconds
        self._flushers: dict[UUID | None, Flusher[Move, bool]] = {}
        #: The number of refused moves that came from attempts that had already ended. For example, a process
        #: was frozen for a while and then continued.
        self.refused = 0

    async def settle(self, move: Move, worker_id: UUID | None = None) -> bool:
        """Commit one move of a job. Returns False if the move was refused, because the attempt is fenced or
        the job's state no longer allows the move.

        Raises ``WorkerExpired`` if the worker has expired, and ``Unavailable`` if PostgreSQL does not answer.
        If the caller is cancelled, the move may still be committed.
        """
        return await self._flusher(worker_id).submit(move)

    async def settle_all(self, moves: Sequence[Move], worker_id: UUID | None = None) -> Settled:
        """Commit several moves in one transaction of their own."""

        async def work(connection: Connection) -> Settled:
            return await settle(
                connection, self._kinds, moves, worker_id=worker_id, deadline_seconds=self._deadline
            )

        settled = await self._database.retry_transaction(work)
        self.nudge(settled)
        return settled

    async def claim(self, job_ids: Sequence[UUID], worker_id: UUID) -> list[Job]:
        """Claim queued jobs for this worker. Returns the claimed jobs, with their new attempts.

        The result includes jobs that an earlier commit claimed and whose answer was lost.
        """
        moves = [Move(id_, JobStatus.GENERATING, worker_id=worker_id) for id_ in dict.fromkeys(job_ids)]
        settled = await self.settle_all(moves, worker_id)
        asked = {move.job_id for move in moves}
        return [job for job in settled.jobs.values() if job.id in asked and job.worker_id == worker_id]

    def nudge(self, settled: Settled) -> None:
        """Nudge the relay, the dispatchers, and the workers whose jobs were cancelled. Log each job that
        failed permanently, whatever ended it."""
        for step in settled.steps:
            if step.after.status is JobStatus.FAILED:
                _note_failure(step)
        if not settled.published:
            return
        topics = [OUTBOX]
        if settled.queued:
            topics.append(QUEUE)
        if any(step.after.status is JobStatus.CANCELLED for step in settled.steps):
            topics.append(JOBS_CANCELLED)
        self._nudges.send(*topics)

    async def drain(self) -> None:
        """Wait until all requested moves are settled."""
        for flusher in self._flushers.values():
            await flusher.drain()

    def _flusher(self, worker_id: UUID | None) -> Flusher[Move, bool]:
        if worker_id not in self._flushers:

            async def flush(moves: Sequence[Move]) -> Sequence[bool]:
                # Refusals are counted here, because a stopped attempt no longer reads the answer.
                try:
                    settled = await self.settle_all(moves, worker_id)
                except WorkerExpired:
                    self.refused += len(moves)
                    raise
                self.refused += len(settled.refused) if worker_id is not None else 0
                refused = {id(move) for move in settled.refused}
                return [id(move) not in refused for move in moves]

            self._flushers[worker_id] = Flusher(flush)
        return self._flushers[worker_id]


def _note_failure(step: Step) -> None:
    """Log a failed job with the worker of the failed attempt, since the job's row no longer names this
    worker."""
    error = step.after.error or {}
    of_attempt = replace(step.after, worker_id=step.before.worker_id)
    _log.error(
        "job.failed", code=error.get("code", ""), reason=error.get("message", ""), **fields_of(of_attempt)
    )
