"""Reads the events stream into the hub.

The stream may be flushed, restarted, trimmed or unreachable. The hub reads missing events from the log. So
the feed only guarantees two things: it continues after each failure, and it reports when it may have missed
entries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from service.hub.entries import Entry, decode
from service.lifecycle import Loop
from service.streams.client import UNREACHABLE
from service.streams.events import events_key

log = structlog.get_logger(__name__)

_COUNT = 512
#: At the start, ticks up to this age in milliseconds are read, because new subscribers need recent ticks.
_LOOK_BACK_MS = 30_000

#: The id of an entry: the milliseconds of Redis's clock, and a sequence number within this millisecond.
EntryId = tuple[int, int]


class Audience(Protocol):
    """The receiver of the entries, which is the hub."""

    async def deliver(self, entries: Iterable[Entry], /) -> None:
        """Process entries in the order of the stream."""
        ...

    def doubt(self) -> None:
        """Report that entries may have been missed."""
        ...


class Feed(Loop):
    """Reads the events stream of a namespace into its audience.

    ``started`` is set when the position in the stream is known.

    The Redis client must not decode responses, and its ``socket_timeout`` must be None or longer than
    ``block_ms``. A read is never cancelled: ``stop`` waits for it, at most ``block_ms``.
    """

    name = "feed"
    # No pause between passes is needed, because a read waits for new entries.
    interval = 0.0
    longest_pause = 2.0

    def __init__(
        self,
        redis: Redis,
        namespace: str,
        audience: Audience,
        *,
        block_ms: int = 500,
    ) -> None:
        super().__init__()
        self._redis = redis
        self._stream = events_key(namespace)
        self._audience = audience
        self._block_ms = block_ms
        self._cursor: EntryId | None = None
        self.started = asyncio.Event()
        self.unreadable = 0

    async def run_once(self) -> int:
        """Read the stream once. Returns the number of entries. Raises the errors of Redis."""
        if self._cursor is None:
            await self._find_position()
        entries = await self._read()
        if not entries:
            await self._notice_loss()
            return 0
        self._cursor = _entry_id(entries[-1][0])
        await self._audience.deliver(self._decode(entries))
        return len(entries)

    def _failed(self, error: Exception, failures: int) -> None:
        if not isinstance(error, UNREACHABLE):
            log.error("feed.failed", exc_info=error)
        if failures == 1:
            log.warning("feed.lost", problem=error)

    def _recovered(self, failures: int) -> None:
        log.info("feed.recovered", failures=failures)
        self._audience.doubt()

    async def _find_position(self) -> None:
        """Set the position a little in the past, on the clock of Redis. The hub drops events that are read
        twice."""
        seconds, _ = await self._redis.time()
        position = (seconds * 1000 - _LOOK_BACK_MS, 0)
        self._cursor = min(position, await self._newest())
        self.started.set()

    async def _newest(self) -> EntryId:
        """Return the id of the newest entry, even if that entry was removed since. (0, 0) if the stream does
        not exist."""
        try:
            stream: Any = await self._redis.xinfo_stream(self._stream)
        except ResponseError as error:
            if str(error) != "no such key":
                raise
            return (0, 0)
        return _entry_id(stream["last-generated-id"])

    async def _read(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        assert self._cursor is not None
        cursor = b"%d-%d" % self._cursor
        return _entries_of(
            await self._redis.xread({self._stream: cursor}, count=_COUNT, block=self._block_ms)
        )

    async def _notice_loss(self) -> None:
        """Detect that the stream was replaced: it now ends before the position that was reached. In this
        case, read it from the start."""
        if self._cursor is not None and await self._newest() < self._cursor:
            self._cursor = (0, 0)
            self._audience.doubt()

    def _decode(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> list[Entry]:
        decoded = [decode(fields) for _, fields in entries]
        readable = [entry for entry in decoded if entry is not None]
        self.unreadable += len(decoded) - len(readable)
        return readable


def _entries_of(answer: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Return the entries in Redis's answer. The answer is a list or a dict, depending on the version of the
    Redis protocol."""
    if not answer:
        return []
    if isinstance(answer, dict):
        batches = next(iter(answer.values()))
        return [entry for batch in batches for entry in batch]
    return list(answer[0][1])


def _entry_id(text: bytes) -> EntryId:
    milliseconds, _, number = text.partition(b"-")
    return int(milliseconds), int(number)
