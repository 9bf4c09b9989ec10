"""Ends a worker permanently and rescues its jobs, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.runtime.kinds import Kinds
from service.runtime.settlement import Settled, settle

_WORKERS, _JOBS = load("workers"), load("jobs")

#: The metadata key of a job that runs alone in its process. The value is the number of the attempt.
EXCLUSIVE = "alone_attempt"
POISON = {
    "code": "POISON",
    "message": "The job ended its process even when it ran alone. It is not tried again.",
}


async def expire(
    connection: Connection, kinds: Kinds, worker_ids: Sequence[UUID], *, rescue: bool = True
) -> Settled:
    """End the workers whose rows this transaction has locked, and queue their running jobs again.

    With ``rescue``, the death of the worker counts against each of its jobs. The orderly stop of a worker is
    not a death.
    """
    ids = [row["id"] for row in await connection.fetch(_WORKERS["expire"], list(worker_ids))]
    rows = await connection.fetch(_JOBS["jobs_of_workers"], ids)
    moves = [_give_back(row["id"], row["alone"], rescue) for row in rows]
    return await settle(connection, kinds, moves) if moves else Settled()


async def retire(connection: Connection, kinds: Kinds, worker_id: UUID) -> Settled:
    """End this process's own worker when its drain is complete. This does not count against the worker's
    jobs."""
    row = await connection.fetchrow(_WORKERS["lock_worker"], worker_id)
    return await expire(connection, kinds, [worker_id], rescue=False) if row else Settled()


async def expire_former(connection: Connection, kinds: Kinds) -> Settled:
    """End all workers. Call this only if every process that used this database has certainly ended."""
    rows = await connection.fetch(_WORKERS["lock_former_workers"])
    return await expire(connection, kinds, [row["id"] for row in rows])


def _give_back(job_id: UUID, alone: bool, rescue: bool) -> Move:
    """Return the state change for a job of an ended worker: back to the queue. A job that ran alone in a
    process that died is the cause of the death. Such a job fails."""
    if rescue and alone:
        return Move(job_id, JobStatus.FAILED, error=POISON, counts="rescue")
    return Move(job_id, JobStatus.QUEUED, counts="rescue" if rescue else None)
