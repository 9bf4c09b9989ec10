"""The events stream, read into the hub.

The stream may be flushed, restarted, trimmed or away: what it does not say, the hub reads
from the log. So the feed only promises to go on, and to say when it may have missed something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis

from service.hub.entries import Entry, decode
from service.lifecycle import Loop
from service.streams.client import UNREACHABLE
from service.streams.events import events_key

log = structlog.get_logger(__name__)

_COUNT = 512
#: Ticks of so many milliseconds ago are still worth having for those who join.
_LOOK_BACK_MS = 30_000

#: Milliseconds of the server's clock, and a number within them.
EntryId = tuple[int, int]


class Audience(Protocol):
    """Who is fed: the hub."""

    async def deliver(self, entries: Iterable[Entry], /) -> None:
        """Take entries in the order of the stream."""
        ...

    def doubt(self) -> None:
        """Something may have been missed."""
        ...


class Feed(Loop):
    """Reads the events stream of a namespace into its audience.

    ``started`` is set once the position in the stream is known.

    The client must not decode responses, and its ``socket_timeout`` must be None or longer
    than ``block_ms``. A read is never cancelled: ``stop`` waits for it, at most ``block_ms``.
    """

    name = "feed"
    # A read waits for what is new.
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
        """One read; the number of entries that it brought. Raises what Redis raises."""
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
            log.warning("feed.lost", problem=repr(error))

    def _recovered(self, failures: int) -> None:
        log.info("feed.recovered", failures=failures)
        self._audience.doubt()

    async def _find_position(self) -> None:
        """Begin a little back, by the server's own clock: repeated events are dropped anyway."""
        seconds, _ = await self._redis.time()
        position = (seconds * 1000 - _LOOK_BACK_MS, 0)
        self._cursor = min(position, await self._newest())
        self.started.set()

    async def _newest(self) -> EntryId:
        """The id of the stream's newest entry; (0, 0) where there is none."""
        newest: Any = await self._redis.xrevrange(self._stream, count=1)
        return _entry_id(newest[0][0]) if newest else (0, 0)

    async def _read(self) -> list[tuple[bytes, dict[bytes, bytes]]]:
        assert self._cursor is not None
        cursor = b"%d-%d" % self._cursor
        return _entries_of(
            await self._redis.xread({self._stream: cursor}, count=_COUNT, block=self._block_ms)
        )

    async def _notice_loss(self) -> None:
        """A stream that ends before our position is not the one that we were reading: read it all."""
        if self._cursor is not None and await self._newest() < self._cursor:
            self._cursor = (0, 0)
            self._audience.doubt()

    def _decode(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> list[Entry]:
        decoded = [decode(fields) for _, fields in entries]
        readable = [entry for entry in decoded if entry is not None]
        self.unreadable += len(decoded) - len(readable)
        return readable


def _entries_of(answer: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """The one stream's entries; the answer is a list or a dict by the version of the protocol."""
    if not answer:
        return []
    if isinstance(answer, dict):
        batches = next(iter(answer.values()))
        return [entry for batch in batches for entry in batch]
    return list(answer[0][1])


def _entry_id(text: bytes) -> EntryId:
    milliseconds, _, number = text.partition(b"-")
    return int(milliseconds), int(number)
