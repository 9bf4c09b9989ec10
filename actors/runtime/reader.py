"""The reader of one actor group: takes as many entries as there are free slots, and claims them.

No prefetch: what is read is claimed at once. What cannot be claimed is acknowledged and
dropped, since PostgreSQL says that it is not to be done.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from service.errors import StorytroupeError
from service.jobs.jobs import Job
from service.streams.client import UNREACHABLE
from service.streams.jobs import Entry, JobStreams

_log = structlog.get_logger()
#: How often a reader reads its own pending entries again, in seconds.
OWN_EVERY = 5.0
_MAX_BACKOFF = 1.0
#: Entries claimed in one transaction at the most: a larger one would hold up the event loop.
_AT_ONCE = 32

_PASSING: tuple[type[BaseException], ...] = (*UNREACHABLE, StorytroupeError)

Claim = Callable[[Sequence[UUID], UUID], Awaitable[list[Job]]]


class GroupReader:
    """Reads one stream as one consumer. ``begin`` is called with each job that was claimed."""

    def __init__(
        self,
        group: str,
        bound: int,
        worker_id: UUID,
        streams: JobStreams,
        claim: Claim,
        begin: Callable[[Job], None],
    ) -> None:
        self.group = group
        self._bound = bound
        self._worker_id = worker_id
        self._consumer = str(worker_id)
        self._streams = streams
        self._claim = claim
        self._begin = begin
        self._held: dict[UUID, list[bytes]] = {}
        #: Of those that are held, those whose slot is for others.
        self._left: set[UUID] = set()
        self._freed = asyncio.Event()
        self._stopping = False
        self._next_own = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def free(self) -> int:
        """Slots that are free now."""
        return 0 if self._stopping else self._bound - len(self._held) + len(self._left)

    async def start(self) -> None:
        """Begin to read; returns at once."""
        self._task = asyncio.create_task(self._run(), name=f"reader-{self.group}")

    async def stop(self) -> None:
        """Read no more; returns when the read under way has ended."""
        self._stopping = True
        self._freed.set()
        if self._task is not None:
            await self._task

    def leave(self, job_id: UUID, *, left: bool) -> None:
        """A job that is held runs without its slot from now on, or has one again."""
        if left and job_id in self._held:
            self._left.add(job_id)
            self._freed.set()
        else:
            self._left.discard(job_id)

    async def finished(self, job_id: UUID) -> None:
        """A job's attempt is over: its slot is free, and its entries are acknowledged."""
        entries = self._held.pop(job_id, [])
        self._left.discard(job_id)
        self._freed.set()
        await self._finish(entries)

    async def _run(self) -> None:
        backoff = 0.0
        ensured = False
        while not self._stopping:
            try:
                if not ensured:
                    await self._streams.ensure(self.group)
                    ensured = True
                await self._once()
                backoff = 0.0
            except Exception as error:
                # Whatever it is: a reader that ended would leave its group unread for ever.
                backoff = min(_MAX_BACKOFF, backoff * 2 or 0.05)
                self._report(error)
                # A flushed server has lost the group; our own pending entries are read again.
                ensured, self._next_own = False, 0.0
                await asyncio.sleep(backoff)

    def _report(self, error: Exception) -> None:
        if isinstance(error, _PASSING):
            _log.debug("reading failed", group=self.group, error=repr(error))
        else:
            _log.error("reading failed", group=self.group, error=repr(error), exc_info=error)

    async def _once(self) -> None:
        if self.free <= 0:
            self._freed.clear()
            # Stopped while it made its group again, it would wait for a slot that nobody frees.
            if not self._stopping:
                await self._freed.wait()
            return
        if time.monotonic() >= self._next_own:
            await self._read_own()
        await self._take(await self._streams.read(self.group, self._consumer, min(self.free, _AT_ONCE)))

    async def _read_own(self) -> None:
        """Entries that we were given and do not hold: their reply was lost, or their ack."""
        self._next_own = time.monotonic() + OWN_EVERY
        held = {entry for entries in self._held.values() for entry in entries}
        own = await self._streams.read_own(self.group, self._consumer)
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
        # More than we have slots for (they were pending here): they stay pending for the next look.
        later = [job_id for job_id in by_job if job_id not in wanted and job_id not in self._held]
        await self._finish([entry for job_id, ids in by_job.items() if job_id not in later for entry in ids])

    async def _drop_unreadable(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            _log.error("an entry makes no sense", group=self.group, entry=entry.id.decode())
            await self._streams.bury_entry(self.group, entry)
        await self._finish([entry.id for entry in entries])

    async def _finish(self, entry_ids: Sequence[bytes]) -> None:
        try:
            await self._streams.finish(self.group, self._consumer, entry_ids)
        except UNREACHABLE as error:
            # It is read again as our own, found over, and acknowledged then.
            _log.debug("ack lost", group=self.group, error=repr(error))
