"""A TCP proxy that delays, cuts, freezes, turns away, and swallows single replies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """Stands before one server on loopback.

    ``latency`` is added to what either side says, in seconds. While it is ``frozen`` nothing
    passes, and while it is ``closed`` nobody gets in.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
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
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        self._target = (parts.hostname, parts.port)
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
            their_reader, their_writer = await asyncio.open_connection(*self._target)
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
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    proxy = Proxy(parts.hostname, parts.port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
