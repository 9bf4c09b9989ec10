"""The reader of one actor group: it reads as many entries as it has free slots, and claims the jobs of these
entries.

The reader does not prefetch: it claims the job of an entry as soon as it has read the entry. If the claim is
refused, the reader acknowledges and drops the entry, since PostgreSQL shows that the job must not run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

import structlog

from service.errors import StorytroupeError
from service.jobs.jobs import Job
from service.lifecycle import Loop
from service.streams.client import UNREACHABLE
from service.streams.jobs import FINISH_AT_ONCE, Entry, JobStreams
from service.telemetry.context import detached

_log = structlog.get_logger()
#: How often a reader reads its own pending entries again, in seconds.
OWN_EVERY = 5.0
#: The maximum number of entries that are claimed in one transaction. A larger transaction would block the
#: event loop for too long.
_AT_ONCE = 160

_PASSING: tuple[type[BaseException], ...] = (*UNREACHABLE, StorytroupeError)

Claim = Callable[[Sequence[UUID], UUID], Awaitable[list[Job]]]


class GroupReader(Loop):
    """Reads one stream as one consumer. ``begin`` is called with each claimed job. Running jobs in
    ``without_slot`` do not occupy a slot of this reader."""

    def __init__(
        self,
        group: str,
        bound: int,
        worker_id: UUID,
        streams: JobStreams,
        claim: Claim,
        begin: Callable[[Job], None],
        without_slot: Callable[[], Collection[UUID]] = frozenset,
    ) -> None:
        super().__init__()
        self.name = f"reader-{group}"
        self.group = group
        self._bound = bound
        self._worker_id = worker_id
        self._consumer = str(worker_id)
        self._streams = streams
        self._claim = claim
        self._begin = begin
        self._held: dict[UUID, list[bytes]] = {}
        self._without_slot = without_slot
        #: Entries of ended attempts that are not acknowledged yet. One call acknowledges many: with one call
        #: for each, attempts that end together could use up the connections of the client.
        self._over: list[bytes] = []
        self._acking: Sequence[bytes] = ()
        self._acks: asyncio.Task[None] | None = None
        self._ensured = False
        self._next_own = 0.0

    @property
    def free(self) -> int:
        """The number of free slots."""
        if self._stopping.is_set():
            return 0
        return self._bound - len(self._held) + sum(job_id in self._held for job_id in self._without_slot())

    def finished(self, job_id: UUID) -> None:
        """Free the slot of a job whose attempt is over. The entries of the job are acknowledged later,
        together with others."""
        self._over += self._held.pop(job_id, [])
        if self._over and self._acks is None:
            self._acks = detached(self._finish_over(), f"acks-{self.group}")
        self.nudge()

    async def _on_stop(self) -> None:
        """Stop reading, and wait until all entries of ended attempts are acknowledged."""
        await super()._on_stop()
        while self._acks is not None:
            await asyncio.wait({self._acks})

    async def run_once(self) -> None:
        """Read once, if a slot is free. Otherwise wait for a nudge."""
        if not self._ensured:
            await self._streams.ensure(self.group)
            self._ensured = True
        if self.free <= 0:
            return
        self.nudge()
        if time.monotonic() >= self._next_own:
            await self._read_own()
        await self._take(await self._streams.read(self.group, self._consumer, min(self.free, _AT_ONCE)))

    def _failed(self, error: Exception, failures: int) -> None:
        # After a flush of the server, the group does not exist. Our own pending entries are read again.
        self._ensured, self._next_own = False, 0.0
        if isinstance(error, _PASSING):
            _log.debug("reading failed", group=self.group, error=error)
        else:
            _log.error("reading failed", group=self.group, error=error, exc_info=error)

    async def _read_own(self) -> None:
        """Claim the jobs of entries that this reader received earlier, but does not process now. The reply
        with these entries, or their acknowledgement, was lost."""
        self._next_own = time.monotonic() + OWN_EVERY
        own = await self._streams.read_own(self.group, self._consumer)
        held = {*self._over, *self._acking, *(entry for entries in self._held.values() for entry in entries)}
        await self._take([entry for entry in own if entry.id not in held])

    async def _take(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        by_job: dict[UUID, list[bytes]] = {}
        for entry in entries:
            if entry.job_id is not None:
                by_job.setdefault(entry.job_id, []).append(entry.id)
        await self._drop_unreadable([entry for entry in entries if entry.job_id is None])
        wanted = [job_id for job_id in by_job if job_id not in self._held][: min(self.free, _AT_ONCE)]
        claimed = await self._claim(wanted, self._worker_id) if wanted else []
        for job in claimed:
            self._held[job.id] = by_job.pop(job.id)
            self._begin(job)
        # More entries than free slots. The others stay pending for the next read.
        later = [job_id for job_id in by_job if job_id not in wanted and job_id not in self._held]
        await self._finish([entry for job_id, ids in by_job.items() if job_id not in later for entry in ids])

    async def _drop_unreadable(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            _log.error("an entry is malformed", group=self.group, entry=entry.id.decode())
            await self._streams.dead_letter_entry(self.group, entry)
        await self._finish([entry.id for entry in entries])

    async def _finish_over(self) -> None:
        """Acknowledge the entries of ended attempts, until none is left."""
        try:
            while self._over:
                self._acking, self._over = self._over[:FINISH_AT_ONCE], self._over[FINISH_AT_ONCE:]
                await self._finish(self._acking)
        finally:
            self._acking, self._acks = (), None

    async def _finish(self, entry_ids: Sequence[bytes]) -> None:
        try:
            await self._streams.finish(self.group, entry_ids)
        except UNREACHABLE as error:
            # The entry is read again as our own, found finished, and acknowledged then.
            _log.debug("ack lost", group=self.group, error=error)
