"""The worker: a lease, a reader for each actor group, and the running attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from actors.runtime.calls import AttemptKey, Calls
from actors.runtime.exclusive import ExclusiveGate
from actors.runtime.executor import Executor, move_of
from actors.runtime.pool_slots import PoolSlots
from actors.runtime.reader import GroupReader
from service.background.leases import Lease
from service.background.nudges import SLOT_FREED, Nudges
from service.background.settler import Settler
from service.db.pool import TRANSIENT, Database
from service.db.sql import load
from service.jobs.jobs import Job, Move
from service.jobs.outcomes import HandBack, Outcome, Retry, Snooze
from service.jobs.states import JobStatus
from service.lifecycle import Loop
from service.streams.jobs import JobStreams
from service.telemetry.context import attempt_begins, fields_of

_log = structlog.get_logger()
_JOBS, _WORKERS = load("jobs"), load("workers")
#: After this many deaths of its workers, a job runs alone in its process.
RESCUES_BEFORE_EXCLUSIVE = 2
_HEARD_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class Attempt:
    """An attempt that runs in this process."""

    job: Job
    task: asyncio.Task[None]


class Worker(Loop):
    """Runs attempts under a lease.

    ``run_once`` stops the attempts that this worker no longer holds. For all other attempts, it updates the
    time of their last sign of life: a call may take longer than the time after which an image job counts as
    silent.
    """

    name = "worker"

    def __init__(
        self,
        database: Database,
        nudges: Nudges,
        settler: Settler,
        streams: JobStreams,
        executor: Executor,
        *,
        calls: Calls,
        slots: Mapping[str, int],
        lease: Lease,
        pool_slots: PoolSlots,
        wake_in: Callable[[float], None],
    ) -> None:
        super().__init__()
        self._database = database
        self._nudges = nudges
        self._settler = settler
        self._streams = streams
        self._executor = executor
        self._calls = calls
        self._slots = slots
        self._wake_in = wake_in
        self._pool_slots = pool_slots
        self._readers: dict[str, GroupReader] = {}
        self._attempts: dict[AttemptKey, Attempt] = {}
        self._strays: set[AttemptKey] = set()
        #: The number of attempts that this worker stopped, because their job was cancelled or belongs to
        #: another worker now.
        self.cancelled = 0
        self._gate = ExclusiveGate()
        self._rejoining: asyncio.Task[None] | None = None
        self._draining = False
        self._lease = lease

    @property
    def worker_id(self) -> UUID:
        """The current id of this process. The id changes after the lease has expired."""
        return self._lease.worker_id

    @property
    def running(self) -> int:
        """The number of running attempts."""
        return len(self._attempts)

    @property
    def refused(self) -> int:
        """The number of refused late writes of this process since its start."""
        return self._executor.refused

    def free_slots(self) -> Mapping[str, int]:
        """The number of free slots by group."""
        return {group: reader.free for group, reader in self._readers.items()}

    def nudge_readers(self) -> None:
        """Wake the readers that wait for a free slot."""
        for reader in self._readers.values():
            reader.nudge()

    def rejoin(self) -> None:
        """Stop reading after the lease has expired, and continue under the next id."""
        under_way = self._rejoining is not None and not self._rejoining.done()
        if self._started and not self._draining and not under_way:
            self._rejoining = asyncio.create_task(self._rejoin(), name="rejoin")

    async def _on_start(self) -> None:
        """Start reading under the current lease."""
        await self._lease.renewed()
        await self._open_readers()
        await super()._on_start()

    async def _on_stop(self) -> None:
        await self._close_readers()
        await super()._on_stop()

    def begin_drain(self) -> int:
        """Start no more calls. Returns the number of running paid calls."""
        self._draining = True
        self._calls.drain()
        return len(self._calls.paid)

    async def drain(self, grace: float) -> None:
        """Take no more jobs. Return jobs without a running paid call to the queue at once. Give the other
        attempts ``grace`` seconds to finish their calls, then return these jobs, too."""
        self.begin_drain()
        await self._close_readers()
        await self._say_draining()
        paid = set(self._calls.paid)
        await self._hand_back([one for key, one in self._attempts.items() if key not in paid])
        if self._attempts:
            _log.info("draining", attempts=len(self._attempts), grace=grace)
            await asyncio.wait([one.task for one in self._attempts.values()], timeout=grace)
        await self._hand_back(list(self._attempts.values()))
        await self.stop()
        await self._settler.drain()

    async def run_once(self) -> None:
        """Stop attempts that this worker no longer holds, and return jobs that it holds but does not run."""
        running = dict(self._attempts)
        rows = await self._database.pool.fetch(
            _JOBS["jobs_of_worker"], list(self._ids(running)), _HEARD_EVERY_SECONDS
        )
        ours = {(row["id"], row["attempt"]) for row in rows}
        for key, attempt in running.items():
            if key not in ours and not attempt.task.done():
                self.cancelled += 1
                attempt.task.cancel()
        await self._give_back_strays(ours - running.keys())

    def _ids(self, running: Mapping[AttemptKey, Attempt]) -> set[UUID]:
        """The current id, and earlier ids under which an attempt still runs."""
        return {self.worker_id} | {one.job.worker_id for one in running.values() if one.job.worker_id}

    async def _give_back_strays(self, strays: set[AttemptKey]) -> None:
        """Return claimed jobs that run nowhere, because the answer of the claim and the stream entry were
        lost.

        Only jobs found in two passes are returned, since the answer of a claim may still arrive. A later
        answer is fenced.
        """
        again, self._strays = strays & self._strays - self._attempts.keys(), strays
        if again:
            _log.warning("worker.strays", note="They are queued again.", jobs=[str(id_) for id_, _ in again])
            moves = [Move(id_, JobStatus.QUEUED, attempt=attempt) for id_, attempt in again]
            await self._settler.settle_all(moves)

    def _begin(self, job: Job) -> None:
        attempt = self._attempt(job, self._readers[job.group])
        task = asyncio.create_task(attempt, name=f"{job.name}-{job.attempt}")
        self._attempts[job.id, job.attempt] = Attempt(job, task)

    async def _attempt(self, job: Job, reader: GroupReader) -> None:
        # The task, and all tasks that it creates, belong to the attempt.
        attempt_begins(job)
        try:
            outcome = await self._execute(job)
            if isinstance(outcome, Retry | Snooze):
                self._wake_in(outcome.delay)
        except asyncio.CancelledError:
            _log.info("attempt.stopped")
        except Exception as error:
            # The end could not be settled. A later pass finds the job and returns it to the queue.
            _log.error("attempt.unsettled", error=error, exc_info=error)
        finally:
            self._attempts.pop((job.id, job.attempt), None)
            self._pool_slots.forget(job)
            reader.finished(job.id)
            self._nudges.send_here(SLOT_FREED)

    def _without_slot(self) -> set[UUID]:
        """The jobs whose attempts have released their slots. Each of these jobs gives its reader one more
        slot."""
        return {key[0] for key in self._pool_slots.released if key in self._attempts}

    async def _execute(self, job: Job) -> Outcome | None:
        if job.rescues < RESCUES_BEFORE_EXCLUSIVE:
            async with self._gate.shared():
                return await self._executor.execute(job)
        async with self._gate.exclusive():
            return await self._executor.execute(job, exclusive=True)

    async def _say_draining(self) -> None:
        try:
            await self._database.pool.execute(_WORKERS["set_draining"], self.worker_id)
        except TRANSIENT as error:
            _log.warning("draining without telling", error=error)

    async def _hand_back(self, left: Sequence[Attempt]) -> None:
        for attempt in left:
            attempt.task.cancel()
        await asyncio.gather(*(attempt.task for attempt in left), return_exceptions=True)
        # Only once: without the database, a drain must still end.
        ends = [self._settler.settle(move_of(one.job, HandBack()), one.job.worker_id) for one in left]
        for one, end in zip(left, await asyncio.gather(*ends, return_exceptions=True), strict=True):
            if isinstance(end, Exception):
                # The expiry of the lease queues the job instead.
                _log.warning("attempt.not_handed_back", error=end, **fields_of(one.job))

    async def _open_readers(self) -> None:
        self._readers = {
            group: GroupReader(
                group,
                bound,
                self.worker_id,
                self._streams,
                self._settler.claim,
                self._begin,
                self._without_slot,
            )
            for group, bound in self._slots.items()
        }
        for reader in self._readers.values():
            await reader.start()
        self._nudges.send_here(SLOT_FREED)

    async def _close_readers(self) -> None:
        await asyncio.gather(*(reader.stop() for reader in self._readers.values()))

    async def _rejoin(self) -> None:
        # The attempt may finish its paid calls into the ledger. Writes to its job are refused.
        await self._close_readers()
        await self._lease.renewed()
        if not (self._draining or self._stopping.is_set()):
            await self._open_readers()
