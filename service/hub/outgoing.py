"""What waits to be sent to one socket, bounded.

Bytes go straight to the transport while it takes them. When it does not, they wait here in
order; a transient frame takes the place of an older one with its key. No one who sends ever
waits; a task that empties the backlog exists only while there is one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

#: The transport's own buffer: above it, what comes waits here, where it can still be given up.
HIGH_WATER = 64 * 1024

#: The key of a transient frame: its channel and its own key.
TickKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bytes of whole frames. ``channel`` says what may be given up with a resync."""

    data: bytes
    channel: str | None


class Backlog:
    """What waits, in order; a transient frame takes the place of an older one with its key."""

    __slots__ = ("_entries", "_numbers", "size")

    def __init__(self) -> None:
        self._entries: OrderedDict[int | TickKey, Waiting] = OrderedDict()
        self._numbers = count()
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._entries)

    def keep(self, data: bytes, channel: str | None) -> None:
        self._put(next(self._numbers), Waiting(data, channel))

    def keep_newest(self, key: TickKey, data: bytes) -> None:
        self._put(key, Waiting(data, key[0]))

    def take(self) -> bytes:
        """The oldest."""
        _, entry = self._entries.popitem(last=False)
        self.size -= len(entry.data)
        return entry.data

    def drop(self, key: int | TickKey) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= len(entry.data)

    def forget_ticks(self) -> None:
        for key in [key for key in self._entries if isinstance(key, tuple)]:
            self.drop(key)

    def shed(self) -> set[str]:
        """Give up all that belongs to channels, and say which."""
        lost = {key: entry.channel for key, entry in self._entries.items() if entry.channel is not None}
        for key in lost:
            self.drop(key)
        return set(lost.values())

    def clear(self) -> None:
        self._entries.clear()
        self.size = 0

    def _put(self, key: int | TickKey, entry: Waiting) -> None:
        self._entries[key] = entry
        self.size += len(entry.data)


class Outgoing:
    """The way out of one connection.

    ``drain`` waits until the transport's buffer has gone down; ``on_stall`` is called once
    when that takes ``stall_seconds``. Of thousands hardly any has a backlog, so it is made when
    it is needed, together with the task that empties it.
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
        """Bytes that wait, here and in the transport."""
        return self._transport.get_write_buffer_size() + (self._backlog.size if self._backlog else 0)

    @property
    def gone(self) -> bool:
        """Whether the other side has left."""
        return self._transport.is_closing()

    def write(self, data: bytes, channel: str | None = None) -> bool:
        """Send, or keep in order. False if the bound would be passed: nothing was kept.

        Ticks that wait are given up before that.
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
        """Send, or keep instead of an older one of the same key, or give up if there is no room."""
        if self._written(data):
            return
        if self._backlog is not None:
            self._backlog.drop(key)
        if not self._too_much(data):
            self._waiting().keep_newest(key, data)

    def shed(self) -> set[str] | None:
        """Give up all that belongs to channels, and say which; None if that was done before
        and the client has not caught up since."""
        if self._shed_once:
            return None
        self._shed_once = True
        return self._backlog.shed() if self._backlog is not None else set()

    def stop(self) -> None:
        """Give up everything."""
        if self._backlog is not None:
            self._backlog.clear()
        if self._task is not None:
            self._task.cancel()

    def _written(self, data: bytes) -> bool:
        """Hand the bytes to the transport if nothing is before them."""
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
        """Follow the client's pace until nothing waits."""
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
        """Wait until the transport takes more."""
        await self._drain()
        while self._transport.get_write_buffer_size() > HIGH_WATER:
            await asyncio.sleep(0)
            await self._drain()

    def _send_some(self, backlog: Backlog) -> None:
        """Hand on what the transport takes, in order."""
        while backlog and self._transport.get_write_buffer_size() <= HIGH_WATER:
            self._transport.write(backlog.take())
