"""A connection that says what it likes, byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.http_service import HttpService

#: Nothing of ours takes so long, in seconds; a test that waits longer has failed.
PATIENCE = 20


class Line:
    """A connection that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hear(self) -> tuple[int, dict[str, str], bytes]:
        """One answer: its status, its headers, its body."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines if line)
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, body

    async def hear_problem(self) -> tuple[int, str]:
        """One answer that is an error in the documented form: its status and code."""
        status, headers, body = await self.hear()
        told = json.loads(body)
        assert set(told) == {"success", "error", "code", "message", "data"}
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
        return status, told["code"]

    async def ended(self) -> bytes:
        """Wait until the other side has closed. Returns what it still said."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def connect(http_service: HttpService, host: str = "127.0.0.1") -> AsyncIterator[Line]:
    port = int(http_service.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
    line = Line(reader, writer)
    try:
        yield line
    finally:
        line.close()
