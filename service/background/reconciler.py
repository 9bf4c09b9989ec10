"""The reconciler queues jobs again that are due, orphaned, lost or overdue according to PostgreSQL.

It is a periodic check in addition to the normal path. It may run in many processes at once. Each step handles
a bounded number of jobs, so that a long queue causes no load peak.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

import structlog

from service.background.nudges import QUEUE, Nudges
from service.background.relay import KEEP_SENT_SECONDS
from service.background.rescue import expire
from service.background.settler import Settler
from service.db.pool import Connection, Database
from service.db.sql import load
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.lifecycle import Loop
from service.runtime.kinds import Kinds
from service.runtime.settlement import Settled
from service.streams.client import UNREACHABLE
from service.streams.jobs import JobStreams

_log = structlog.get_logger()
_JOBS, _WORKERS, _DISPATCH = load("jobs"), load("workers"), load("dispatch")
_EVENTS, _SINKS = load("events"), load("sinks")
_KEYS, _USERS = load("idempotency"), load("users")
_AT_ONCE = 500
_LATE = {"code": "JOB_TIMEOUT", "message": "The job took longer than its time limit, and was stopped."}
#: A job that was marked longer ago than this, in seconds, and has no entry in its stream counts as lost.
LOST_SECONDS = 1.0
_CONSUMERS_EVERY = 5.0
_PRUNE_EVERY = 300.0
#: How long the answer to an Idempotency-Key is kept. A client can repeat its request for this time.
KEEP_KEYS_SECONDS = 7 * 86_400.0


class FindSilent(Protocol):
    """A function that finds the running attempts of a kind that have stopped reporting progress."""

    def __call__(
        self, database: Database, *, judge: UUID, lease_seconds: float, most: int
    ) -> Awaitable[Sequence[Move]]:
        """Return the state changes that end attempts without recent reports. Returns none unless the worker
        ``judge`` has renewed its lease without interruption for the duration of one lease."""


class Reconciler(Loop):
    """Finds jobs that the normal path has missed, and queues or ends them. ``run_once`` runs one full pass.
    The command ``storytroupe reconcile`` calls it.

    ``groups`` are the groups of all actors. ``silent`` finds attempts that have stopped reporting before
    their deadline. ``token_seconds`` is the longest validity of a token.
    """

    name = "reconciler"

    def __init__(
        self,
        database: Database,
        kinds: Kinds,
        settler: Settler,
        streams: JobStreams,
        nudges: Nudges,
        *,
        groups: Sequence[str],
        silent: FindSilent,
        worker_id: Callable[[], UUID],
        lease_seconds: float,
        token_seconds: float,
    ) -> None:
        super().__init__()
        self._database = database
        self._kinds = kinds
        self._settler = settler
        self._streams = streams
        self._nudges = nudges
        self._groups = groups
        self._silent = silent
        self._worker_id = worker_id
        self._lease_seconds = lease_seconds
        self._token_seconds = token_seconds
        self._next_consumers = 0.0
        self._next_prune = 0.0

    async def run_once(self) -> None:
        """Run one pass over all jobs that may need to be queued again or ended."""
        await self.fail_overdue()
        await self.expire_dead()
        await self._with_redis()
        await self._prune()

    async def fail_overdue(self) -> int:
        """End the attempts that are past their deadline or have stopped reporting. Returns the number of
        ended attempts."""
        rows = await self._database.pool.fetch(_JOBS["past_deadline"], _AT_ONCE)
        moves = [Move(row["id"], JobStatus.FAILED, attempt=row["attempt"], error=_LATE) for row in rows]
        late = {move.job_id for move in moves}
        silent = await self._silent(
            self._database, judge=self._worker_id(), lease_seconds=self._lease_seconds, most=_AT_ONCE
        )
        moves += [move for move in silent if move.job_id not in late]
        return len((await self._settler.settle_all(moves)).steps) if moves else 0

    async def expire_dead(self) -> int:
        """End the workers whose lease has expired, and queue their jobs again. Returns the number of jobs."""
        me, lease = self._worker_id(), self._lease_seconds
        await self._database.pool.execute(_WORKERS["end_connections_of_the_dead"], me, lease)

        async def work(connection: Connection) -> Settled:
            rows = await connection.fetch(_WORKERS["lock_dead_workers"], me, lease, list(self._kinds))
            dead = [row["id"] for row in rows]
            if dead:
                _log.warning("expiring dead workers", workers=[str(id_) for id_ in dead])
            return await expire(connection, self._kinds, dead) if dead else Settled()

        settled = await self._database.retry_transaction(work)
        self._settler.nudge(settled)
        if settled.steps:
            self._next_consumers = 0.0
        return len(settled.steps)

    async def find_lost(self, group: str) -> int:
        """Queue marked jobs that no stream contains. Returns the number of these jobs."""
        rows = await self._database.pool.fetch(_DISPATCH["stale_marks"], group, LOST_SECONDS, _AT_ONCE)
        if not rows:
            return 0
        present = await self._streams.present(group)
        lost = [row["id"] for row in rows if row["id"] not in present]
        unmarked = await self._database.pool.fetch(_DISPATCH["unmark"], lost, LOST_SECONDS)
        if unmarked:
            _log.info("entries were lost; their jobs are queued again", group=group, jobs=len(unmarked))
            self._nudges.send(QUEUE)
        return len(unmarked)

    async def adopt_orphans(self, group: str) -> int:
        """Return entries to the stream if the worker of their consumer has expired. Returns the number of
        entries."""
        names = [name for name in await self._streams.consumers(group) if _is_uuid(name)]
        if not names:
            return 0
        rows = await self._database.pool.fetch(_WORKERS["among_expired"], [UUID(name) for name in names])
        return sum([await self._streams.adopt(group, str(row["id"])) for row in rows])

    async def _with_redis(self) -> None:
        due = time.monotonic() >= self._next_consumers
        try:
            for group in self._groups:
                await self._streams.ensure(group)
                await self.find_lost(group)
                if due:
                    await self.adopt_orphans(group)
        except UNREACHABLE as error:
            _log.warning("the streams cannot be reached", error=error)
            return
        if due:
            self._next_consumers = time.monotonic() + _CONSUMERS_EVERY

    async def _prune(self) -> None:
        if time.monotonic() < self._next_prune:
            return
        self._next_prune = time.monotonic() + _PRUNE_EVERY
        await self._database.pool.execute(_EVENTS["prune_outbox"], KEEP_SENT_SECONDS)
        await self._database.pool.execute(_SINKS["prune"], KEEP_SENT_SECONDS)
        await self._database.pool.execute(_WORKERS["forget_old"])
        await self._database.pool.execute(_KEYS["prune_keys"], KEEP_KEYS_SECONDS)
        await self._database.pool.execute(_USERS["prune_sign_outs"], self._token_seconds)


def _is_uuid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
