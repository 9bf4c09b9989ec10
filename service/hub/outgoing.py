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


class Outgoing:
    """The way out of one connection.

    ``drain`` waits until the transport's buffer has gone down; ``on_stall`` is called once
    when that takes ``stall_seconds``.
    """

    __slots__ = (
        "_drain",
        "_limit",
        "_numbers",
        "_on_stall",
        "_shed_once",
        "_size",
        "_stall_seconds",
        "_task",
        "_transport",
        "_waiting",
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
        self._waiting: OrderedDict[int | TickKey, Waiting] = OrderedDict()
        self._numbers = count()
        self._size = 0
        self._shed_once = False
        self._task: asyncio.Task[None] | None = None

    @property
    def size(self) -> int:
        """Bytes that wait, here and in the transport."""
        return self._size + self._transport.get_write_buffer_size()

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
        if self._too_much(data):
            self._forget_ticks()
        if self._too_much(data):
            return False
        self._keep(next(self._numbers), Waiting(data, channel))
        return True

    def write_newest(self, key: TickKey, data: bytes) -> None:
        """Send, or keep instead of an older one of the same key, or give up if there is no room."""
        if self._written(data):
            return
        self._drop(key)
        if not self._too_much(data):
            self._keep(key, Waiting(data, key[0]))

    def shed(self) -> set[str] | None:
        """Give up all that belongs to channels, and say which; None if that was done before
        and the client has not caught up since."""
        if self._shed_once:
            return None
        self._shed_once = True
        lost = {key: entry for key, entry in self._waiting.items() if entry.channel is not None}
        for key in lost:
            self._drop(key)
        return {entry.channel for entry in lost.values() if entry.channel is not None}

    def stop(self) -> None:
        """Give up everything."""
        self._waiting.clear()
        self._size = 0
        if self._task is not None:
            self._task.cancel()

    def _written(self, data: bytes) -> bool:
        """Hand the bytes to the transport if nothing is before them."""
        if self._task is not None or self._transport.get_write_buffer_size() > HIGH_WATER:
            return False
        if not self._transport.is_closing():
            self._transport.write(data)
        return True

    def _too_much(self, data: bytes) -> bool:
        return self.size + len(data) > self._limit

    def _keep(self, key: int | TickKey, entry: Waiting) -> None:
        self._waiting[key] = entry
        self._size += len(entry.data)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._empty())

    def _drop(self, key: int | TickKey) -> None:
        entry = self._waiting.pop(key, None)
        if entry is not None:
            self._size -= len(entry.data)

    def _forget_ticks(self) -> None:
        for key in [key for key in self._waiting if isinstance(key, tuple)]:
            self._drop(key)

    async def _empty(self) -> None:
        """Follow the client's pace until nothing waits."""
        try:
            while self._waiting:
                async with asyncio.timeout(self._stall_seconds):
                    await self._room()
                self._send_some()
            self._shed_once = False
            self._task = None
        except TimeoutError:
            self._on_stall()
        except ConnectionError:
            self._waiting.clear()

    async def _room(self) -> None:
        """Wait until the transport takes more."""
        await self._drain()
        while self._transport.get_write_buffer_size() > HIGH_WATER:
            await asyncio.sleep(0)
            await self._drain()

    def _send_some(self) -> None:
        """Hand on what the transport takes, in order."""
        while self._waiting and self._transport.get_write_buffer_size() <= HIGH_WATER:
            _, entry = self._waiting.popitem(last=False)
            self._size -= len(entry.data)
            self._transport.write(entry.data)
