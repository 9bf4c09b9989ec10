"""The settler: gathers moves from all over the process and settles them together."""

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
    """Settles moves in batches and nudges whoever has something to do because of them."""

    def __init__(
        self, database: Database, kinds: Kinds, nudges: Nudges, *, deadline_seconds: float = 900.0
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._nudges = nudges
        self._deadline = deadline_seconds
        self._flushers: dict[UUID | None, Flusher[Move, bool]] = {}
        #: Moves of workers' attempts that were over, refused: of a frozen process that woke up, say.
        self.refused = 0

    async def settle(self, move: Move, worker_id: UUID | None = None) -> bool:
        """Make one move durable. False: it was refused (fenced, or not allowed any more).

        Raises ``WorkerExpired`` where the worker is over, ``Unavailable`` where PostgreSQL is.
        """
        return await self._flusher(worker_id).submit(move)

    async def settle_all(self, moves: Sequence[Move], worker_id: UUID | None = None) -> Settled:
        """Make some moves in one transaction of their own."""

        async def work(connection: Connection) -> Settled:
            return await settle(
                connection, self._kinds, moves, worker_id=worker_id, deadline_seconds=self._deadline
            )

        settled = await self._database.retry_transaction(work)
        self.nudge(settled)
        return settled

    async def claim(self, job_ids: Sequence[UUID], worker_id: UUID) -> list[Job]:
        """Claim queued jobs for this worker. Returns those that are now its own, with their
        new attempts; also those which it claimed in a commit whose answer was lost."""
        moves = [Move(id_, JobStatus.GENERATING, worker_id=worker_id) for id_ in dict.fromkeys(job_ids)]
        settled = await self.settle_all(moves, worker_id)
        asked = {move.job_id for move in moves}
        return [job for job in settled.jobs.values() if job.id in asked and job.worker_id == worker_id]

    def nudge(self, settled: Settled) -> None:
        """Tell the relay, the dispatchers and those whose jobs were ended from outside; and the log of
        each job that was given up, whoever gave it up."""
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
        """Wait until all that was asked for has been settled."""
        for flusher in self._flushers.values():
            await flusher.drain()

    def _flusher(self, worker_id: UUID | None) -> Flusher[Move, bool]:
        if worker_id not in self._flushers:

            async def flush(moves: Sequence[Move]) -> Sequence[bool]:
                # Counted here, where it is seen: an attempt that was stopped meanwhile hears no answer.
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
    """The worker is that of the attempt which failed; the job's row names none any more."""
    error = step.after.error or {}
    of_attempt = replace(step.after, worker_id=step.before.worker_id)
    _log.error(
        "job.failed", code=error.get("code", ""), reason=error.get("message", ""), **fields_of(of_attempt)
    )
