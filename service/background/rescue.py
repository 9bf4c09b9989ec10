"""Expiry: it ends a worker permanently and rescues the worker's jobs, in one transaction."""

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

#: The metadata by which an attempt says that it runs alone in its process, and its number.
EXCLUSIVE = "alone_attempt"
POISON = {
    "code": "POISON",
    "message": "The job ended its process even when it ran alone. It is not tried again.",
}


async def expire(
    connection: Connection, kinds: Kinds, worker_ids: Sequence[UUID], *, rescue: bool = True
) -> Settled:
    """End workers whose rows the transaction holds, and queue their running jobs.

    With ``rescue``, a death is counted against each job. A worker that stops by itself is not a death.
    """
    ids = [row["id"] for row in await connection.fetch(_WORKERS["expire"], list(worker_ids))]
    rows = await connection.fetch(_JOBS["jobs_of_workers"], ids)
    moves = [_give_back(row["id"], row["alone"], rescue) for row in rows]
    return await settle(connection, kinds, moves) if moves else Settled()


async def retire(connection: Connection, kinds: Kinds, worker_id: UUID) -> Settled:
    """End this process's own worker at the end of its drain. No death is counted."""
    row = await connection.fetchrow(_WORKERS["lock_worker"], worker_id)
    return await expire(connection, kinds, [worker_id], rescue=False) if row else Settled()


async def expire_former(connection: Connection, kinds: Kinds) -> Settled:
    """End all workers. Use it only for a data folder whose former process has ended for certain."""
    rows = await connection.fetch(_WORKERS["lock_former_workers"])
    return await expire(connection, kinds, [row["id"] for row in rows])


def _give_back(job_id: UUID, alone: bool, rescue: bool) -> Move:
    """The move back to the queue. A job that ran alone in its process caused its death, so it fails
    instead."""
    if rescue and alone:
        return Move(job_id, JobStatus.FAILED, error=POISON, counts="rescue")
    return Move(job_id, JobStatus.QUEUED, counts="rescue" if rescue else None)
