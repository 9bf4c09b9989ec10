"""The output of one socket, with a bounded backlog.

Bytes go directly to the transport while it accepts them. Otherwise they wait in the backlog, in order. A
transient frame replaces an older frame with the same key in the backlog. Senders never wait. The task that
sends the backlog runs only while the backlog is not empty.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

#: The limit of the transport's own buffer, in bytes. Above it, frames wait in the backlog, where they can
#: still be dropped.
HIGH_WATER = 64 * 1024

#: The key of a transient frame in the backlog: the channel and the tick's key.
TickKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The bytes of complete frames. If ``channel`` is set, they may be dropped, and the channel's
    subscription then ends with ``resync``."""

    data: bytes
    channel: str | None


class Backlog:
    """The waiting frames, in order. A transient frame replaces an older frame with the same key."""

    __slots__ = ("_entries", "_numbers", "size")

    def __init__(self) -> None:
        self._entries: OrderedDict[int | TickKey, Waiting] = OrderedDict()
        self._numbers = count()
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def keep(self, data: bytes, channel: str | None) -> None:
        """Add bytes at the end. ``channel`` is None for bytes that ``shed`` must not drop."""
        self._put(next(self._numbers), Waiting(data, channel))

    def keep_newest(self, key: TickKey, data: bytes) -> None:
        """Add a tick, or replace the waiting tick of the same key."""
        self._put(key, Waiting(data, key[0]))

    def take(self) -> bytes:
        """Remove and return the oldest bytes."""
        _, entry = self._entries.popitem(last=False)
        self.size -= len(entry.data)
        return entry.data

    def drop(self, key: int | TickKey) -> None:
        """Remove the tick with this key, if one waits."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= len(entry.data)

    def forget_ticks(self) -> None:
        """Remove all ticks."""
        for key in [key for key in self._entries if isinstance(key, tuple)]:
            self.drop(key)

    def shed(self) -> set[str]:
        """Drop all bytes that belong to channels. Returns the names of the channels."""
        lost = {key: entry.channel for key, entry in self._entries.items() if entry.channel is not None}
        for key in lost:
            self.drop(key)
        return set(lost.values())

    def clear(self) -> None:
        """Remove everything."""
        self._entries.clear()
        self.size = 0

    def _put(self, key: int | TickKey, entry: Waiting) -> None:
        self._entries[key] = entry
        self.size += len(entry.data)


class Outgoing:
    """The output of one connection.

    ``drain`` waits until the buffer of the transport has room. ``on_stall`` is called once if the wait takes
    ``stall_seconds``. Only a few of thousands of connections have a backlog. So the backlog and the task that
    sends it are made only when needed.
    """

    __slots__ = (
        "_backlog",
        "_drain",
        "_limit",
        "_on_stall",
        "_shed_once",
        "_stall_seconds",
        "_task",
        "_transport",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        drain: Callable[[], Awaitable[None]],
        on_stall: Callable[[], None],
        *,
        limit: int,
        stall_seconds: float,
    ) -> None:
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self._transport = transport
        self._drain = drain
        self._on_stall = on_stall
        self._limit = limit
        self._stall_seconds = stall_seconds
        self._shed_once = False
        self._backlog: Backlog | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def size(self) -> int:
        """The number of bytes that wait in the backlog and in the transport."""
        return self._transport.get_write_buffer_size() + (self._backlog.size if self._backlog else 0)

    @property
    def gone(self) -> bool:
        """Whether the connection to the client is closed or closing."""
        return self._transport.is_closing()

    def write(self, data: bytes, channel: str | None = None) -> bool:
        """Send bytes, or add them to the backlog. If the backlog is full, returns False and does not keep the
        bytes.

        To make room, waiting ticks are dropped first.
        """
        if self._written(data):
            return True
        if self._too_much(data) and self._backlog is not None:
            self._backlog.forget_ticks()
        if self._too_much(data):
            return False
        self._waiting().keep(data, channel)
        return True

    def write_newest(self, key: TickKey, data: bytes) -> None:
        """Send a tick, or add it to the backlog, where it replaces a waiting tick with the same key. If the
        backlog is full, the tick is dropped."""
        if self._written(data):
            return
        if self._backlog is not None:
            self._backlog.drop(key)
        if not self._too_much(data):
            self._waiting().keep_newest(key, data)

    def shed(self) -> set[str] | None:
        """Drop everything that belongs to channels. Returns the names of the channels. Returns None if bytes
        were dropped before and the client has not caught up since."""
        if self._shed_once:
            return None
        self._shed_once = True
        return self._backlog.shed() if self._backlog is not None else set()

    def stop(self) -> None:
        """Drop all waiting bytes, and end the task that sends them."""
        if self._backlog is not None:
            self._backlog.clear()
        if self._task is not None:
            self._task.cancel()

    def _written(self, data: bytes) -> bool:
        """Write the bytes to the transport if no earlier bytes wait. Returns whether the bytes were
        written."""
        if self._backlog is not None or self._transport.get_write_buffer_size() > HIGH_WATER:
            return False
        if not self._transport.is_closing():
            self._transport.write(data)
        return True

    def _too_much(self, data: bytes) -> bool:
        return self.size + len(data) > self._limit

    def _waiting(self) -> Backlog:
        if self._backlog is None:
            self._backlog = Backlog()
            self._task = asyncio.get_running_loop().create_task(self._empty(self._backlog))
        return self._backlog

    async def _empty(self, backlog: Backlog) -> None:
        """Send the backlog as fast as the client reads, until the backlog is empty."""
        try:
            while backlog:
                async with asyncio.timeout(self._stall_seconds):
                    await self._room()
                self._send_some(backlog)
            self._shed_once = False
            self._backlog = self._task = None
        except TimeoutError:
            self._on_stall()
        except ConnectionError:
            backlog.clear()

    async def _room(self) -> None:
        """Wait until the transport accepts more bytes."""
        await self._drain()
        while self._transport.get_write_buffer_size() > HIGH_WATER:
            await asyncio.sleep(0)
            await self._drain()

    def _send_some(self, backlog: Backlog) -> None:
        """Write waiting bytes to the transport, in order, until it accepts no more."""
        while backlog and self._transport.get_write_buffer_size() <= HIGH_WATER:
            self._transport.write(backlog.take())
