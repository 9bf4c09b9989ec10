"""Clients that hold a server up: they open a connection, say a part of something, and then almost nothing."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

_HOST = "Host: x\r\n"
_UPGRADE = (
    f"GET /api/v1/ws HTTP/1.1\r\n{_HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Protocol: storytroupe.v1\r\n\r\n"
)


@dataclass(frozen=True)
class Manner:
    """What a client says at once, and then again and again, once a second."""

    name: str
    opening: bytes
    trickle: bytes = b""
    reads: bool = True


def manners(token: str, path: str) -> list[Manner]:
    """Each way to be slow; ``path`` takes uploads of the token's user."""
    bearer = f"{_HOST}Authorization: Bearer {token}\r\n"
    heads = f"GET /healthz HTTP/1.1\r\n{_HOST}".encode() + b"X-Long: " + b"a" * 12_000
    body = f"POST /api/v1/stories HTTP/1.1\r\n{bearer}Content-Length: 900000\r\n\r\n".encode()
    chunked = f"POST /api/v1/stories HTTP/1.1\r\n{bearer}Transfer-Encoding: chunked\r\n\r\nf4240\r\n".encode()
    upload = f"POST {path} HTTP/1.1\r\n{bearer}Content-Length: 150000\r\n\r\n".encode()
    asked = f"GET /healthz HTTP/1.1\r\n{_HOST}\r\n".encode()
    return [
        Manner("silence", b""),
        Manner("head", heads, b"a"),
        Manner("body", body + b"[" + b"1," * 30_000, b"1"),
        Manner("chunked body", chunked + b"[" + b"1," * 30_000, b"1"),
        Manner("upload", upload + b"\x89PNG" + bytes(149_995), b""),
        Manner("unread body", asked.replace(b"\r\n\r\n", b"\r\nContent-Length: 100000\r\n\r\n"), b"1"),
        Manner("idle", asked),
        Manner("websocket", _UPGRADE.encode()),
        Manner("answers unread", asked.replace(b"/healthz", b"/api/openapi.json") * 12, reads=False),
    ]


class Slow(asyncio.Protocol):
    """One client. ``gone`` is set when the server has ended it."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.gone = asyncio.Event()
        self.heard = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if not self.manner.reads:
            self.transport.pause_reading()
        self.transport.write(self.manner.opening)

    def data_received(self, data: bytes) -> None:
        if len(self.heard) < 4096:
            self.heard += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()

    def go_on(self) -> None:
        """Say a little more. A client that does not read notices only so that it was ended."""
        if self.transport is None or self.transport.is_closing():
            return
        if not self.manner.reads:
            self.transport.write(b"G")
        elif self.manner.trickle:
            self.transport.write(self.manner.trickle)


class SlowCrowd:
    """So many clients of all manners, from several addresses of this machine."""

    def __init__(self, port: int, ways: list[Manner], size: int, *, per_address: int = 100) -> None:
        self._port = port
        self._ways = ways
        self._size = size
        self._per_address = per_address
        self.clients: list[Slow] = []
        self.opened = 0

    async def gather(self) -> None:
        """Open all connections; ``opened`` is how many the server has then."""
        for number, manner in zip(range(self._size), itertools.cycle(self._ways), strict=False):
            client = Slow(manner)
            self.clients.append(client)
            here = f"127.0.1.{1 + number // self._per_address}"
            if number % 10 == 0:
                await asyncio.sleep(0.05)  # others are asking on this loop, too
            await self._connect(client, here)
        self.opened = self.left().total()

    async def _connect(self, client: Slow, here: str) -> None:
        end = socket.socket()
        end.setblocking(False)
        end.bind((here, 0))
        if not client.manner.reads:
            # Who takes nothing has no room for it: else the machine would take megabytes for them.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(end, ("127.0.0.1", self._port))
        await loop.create_connection(lambda: client, sock=end)

    async def trickle(self) -> None:
        """Go on for ever, a little every second."""
        while True:
            for client in self.clients:
                client.go_on()
            await asyncio.sleep(1)

    def left(self) -> Counter[str]:
        """How many are still connected, of each manner."""
        return Counter(client.manner.name for client in self._open())

    async def until_gone(self, seconds: float) -> None:
        """Wait until the server has ended every one. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            for client in self.clients:
                await client.gone.wait()

    def leave(self) -> None:
        """Let go of what is left."""
        for client in self._open():
            if client.transport is not None:
                client.transport.abort()

    def _open(self) -> Iterator[Slow]:
        return (client for client in self.clients if not client.gone.is_set())
