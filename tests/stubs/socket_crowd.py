"""Very many websocket clients in one process, as cheap as they can be, who check what they hear."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

import orjson

_UPGRADE = (
    "GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Protocol: storytroupe.v1\r\n\r\n"
)


class Member(asyncio.Protocol):
    """One client of one channel. ``faults`` names every breach of the client's rule.

    ``delays`` are seconds from an event's own ``t`` (on the loop's clock) to its frame.
    """

    def __init__(self, channel: str, token: str) -> None:
        self._loop = asyncio.get_running_loop()
        self.channel = channel
        self.token = token
        self.version: int | None = None
        self.faults: list[str] = []
        self.delays: list[float] = []
        self.received = 0
        self.closed = asyncio.Event()
        self.joined = asyncio.Event()
        self._rest = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    async def connect(self, port: int, *, small: bool = False) -> None:
        """Join the channel, from ``version`` on where that is known; ``small``: with tiny buffers."""
        self._rest, self._upgraded = b"", False
        self.joined, self.closed = asyncio.Event(), asyncio.Event()
        end = socket.create_connection(("127.0.0.1", port)) if small else None
        if end is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            end.setblocking(False)
        place = {"sock": end} if end is not None else {"host": "127.0.0.1", "port": port}
        await self._loop.create_connection(lambda: self, **cast(Any, place))
        async with asyncio.timeout(30):
            await self.joined.wait()

    def stall(self) -> None:
        """Read nothing more."""
        assert self._transport is not None
        self._transport.pause_reading()

    def leave(self) -> None:
        """Be gone without a word."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._upgrade(transport)
        ask: dict[str, Any] = {"type": "subscribe", "channel": self.channel}
        self._say(ask if self.version is None else ask | {"since": self.version})

    def _upgrade(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(_UPGRADE.format(token=self.token).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._rest += data
        if not self._upgraded:
            _, end, rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                return
            self._upgraded, self._rest = True, rest
        while (frame := self._next_frame()) is not None:
            opcode, payload = frame
            if opcode == 1:
                self._hear(orjson.loads(payload))

    def _next_frame(self) -> tuple[int, bytes] | None:
        rest = self._rest
        if len(rest) < 2:
            return None
        size, begin = rest[1] & 127, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            begin += width
            if len(rest) < begin:
                return None
            size = int.from_bytes(rest[2:begin])
        if len(rest) < begin + size:
            return None
        self._rest = rest[begin + size :]
        return rest[0] & 15, rest[begin : begin + size]

    def _say(self, message: dict[str, Any]) -> None:
        assert self._transport is not None
        payload = orjson.dumps(message)
        size = len(payload)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
        self._transport.write(head + b"\0\0\0\0" + payload)

    def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "subscribed":
                if frame["mode"] == "snapshot":
                    if self.version is not None and frame["version"] < self.version:
                        self.faults.append(f"snapshot {frame['version']} after {self.version}")
                    self.version = frame["version"]
                for event in frame["events"]:
                    self._apply(event)
                self.joined.set()
            case "event":
                self._apply(frame)
                if "t" in frame["data"]:
                    self.delays.append(self._loop.time() - frame["data"]["t"])
            case "resync":
                self._say({"type": "subscribe", "channel": self.channel, "since": self.version})
            case "ping":
                self._say({"type": "pong"})
            case "error":
                self.faults.append(frame["code"])

    def _apply(self, event: dict[str, Any]) -> None:
        if self.version is not None and event["version"] != self.version + 1:
            self.faults.append(f"{event['version']} after {self.version}")
        self.version = event["version"]


async def gather_crowd(port: int, channels: list[str], size: int, token: str = "owner") -> list[Member]:
    """So many members, spread over the channels, all joined."""
    crowd = [Member(channels[number % len(channels)], token) for number in range(size)]
    for begin in range(0, size, 50):
        await asyncio.gather(*(member.connect(port) for member in crowd[begin : begin + 50]))
    return crowd


def percentile(values: list[float], share: float) -> float:
    """The value under which ``share`` (0 to 1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
