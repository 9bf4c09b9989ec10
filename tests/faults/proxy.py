"""A proxy at a TCP port that delays, cuts, freezes, turns away, and swallows single replies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote, urlsplit, urlunsplit

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens: at a host's port, or where that is a folder or file, at a socket."""

    host: str
    port: int | None = None

    @classmethod
    def of(cls, url: str) -> Place:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return cls(unquote(parts.path))
        # ``hostname`` is in lower case, which a path is not.
        host = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
        assert host
        assert parts.port
        if host.startswith("/"):
            return cls(f"{host}/.s.PGSQL.{parts.port}")
        return cls(host, parts.port)

    async def open(self) -> Streams:
        if self.port is None:
            return await asyncio.open_unix_connection(self.host)
        return await asyncio.open_connection(self.host, self.port)


class Proxy:
    """Stands before one server of this machine.

    ``latency`` is added to what either side says, in seconds. While it is ``frozen`` nothing
    passes, and while it is ``closed`` nobody gets in.
    """

    def __init__(self, target: Place) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._swallow: tuple[bytes, asyncio.Event] | None = None
        self.latency = 0.0
        self.closed = False

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, url: str) -> str:
        """The same URL, by way of this proxy."""
        parts = urlsplit(url)
        account, _, _ = parts.netloc.rpartition("@")
        place = f"{account}@127.0.0.1:{self.port}" if account else f"127.0.0.1:{self.port}"
        if parts.scheme == "unix":
            return f"redis://{place}/0"
        return urlunsplit(parts._replace(netloc=place))

    def freeze(self) -> None:
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    def lead_to(self, url: str) -> None:
        """Stand before another server from here on; who is connected has to come again."""
        self._target = Place.of(url)
        self.cut()

    def swallow_reply(self, asked: bytes) -> asyncio.Event:
        """Let the next message that holds these bytes through, and cut its sender off from the
        reply. Returns the event of its having happened."""
        done = asyncio.Event()
        self._swallow = (asked, done)
        return done

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=512)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.closed:
            writer.transport.abort()
            return
        try:
            their_reader, their_writer = await self._target.open()
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, their_writer}
        deaf = asyncio.Event()
        pumps = [
            asyncio.ensure_future(self._pump(reader, their_writer, deaf, asks=True)),
            asyncio.ensure_future(self._pump(their_reader, writer, deaf, asks=False)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._writers -= {writer, their_writer}
            writer.transport.abort()
            their_writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deaf: asyncio.Event, *, asks: bool
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.latency:
                    await asyncio.sleep(self.latency)
                await self._thawed.wait()
                if asks and self._swallow is not None and self._swallow[0] in data:
                    deaf.set()
                    self._swallow[1].set()
                    self._swallow = None
                elif not asks and deaf.is_set():
                    # The reply has come, so what was asked is done; its sender never hears.
                    break
                writer.write(data)
                await writer.drain()


@contextlib.asynccontextmanager
async def open_proxy(url: str) -> AsyncIterator[Proxy]:
    """A proxy before the server of a URL."""
    proxy = Proxy(Place.of(url))
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
