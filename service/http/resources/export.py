"""``GET /api/v1/account/export``: all data about a user as a zip file, which is made while it is sent.

``rows/{table}.ndjson`` has the user's rows of one table, one JSON object per line. ``files/…`` has the files
of the store, named by their keys. ``MISSING.txt`` has the keys of files that are missing from the store.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

import structlog
from aiohttp import hdrs, web

from service.access.personal_data import read_rows
from service.access.tokens import Identity
from service.errors import Conflict, NotFound
from service.http.app.keys import EXPORTS, SERVICES, USERS

log = structlog.get_logger(__name__)

_IN_MEMORY_BYTES = 4 << 20
_PIECE_BYTES = 256 * 1024


async def export(request: web.Request, caller: Identity) -> web.StreamResponse:
    """Stream the zip file. Raises ``Conflict`` while another export of the user runs. The call may be
    cancelled. The zip file is then incomplete."""
    with _only_one(request, caller.user_id), SpooledTemporaryFile(_IN_MEMORY_BYTES) as rows:
        # All rows are read first, so that a slow client does not keep a transaction open.
        door, kinds = request.app[USERS].door(caller.user_id), request.app[SERVICES].kinds
        ends, keys = await read_rows(door, caller.user_id, rows, kinds=kinds)
        response = web.StreamResponse(headers=_headers())
        await response.prepare(request)
        archive = _Archive(response)
        rows.seek(0)
        for name, size in ends.items():
            await archive.add_rows(f"rows/{name}.ndjson", rows, size)
        await _add_files(request, archive, keys)
        await archive.end()
    return response


@contextmanager
def _only_one(request: web.Request, user_id: UUID) -> Iterator[None]:
    under_way = request.app[EXPORTS]
    if user_id in under_way:
        raise Conflict(
            "An export of your data is running already. Wait until it ends.", code="EXPORT_RUNNING"
        )
    under_way.add(user_id)
    try:
        yield
    finally:
        under_way.discard(user_id)


def _headers() -> dict[str, str]:
    name = f"storytroupe-{datetime.now(UTC):%Y-%m-%d}.zip"
    return {
        hdrs.CONTENT_TYPE: "application/zip",
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
    }


async def _add_files(request: web.Request, archive: _Archive, keys: list[str]) -> None:
    missing: list[str] = []
    for key in keys:
        try:
            data = await request.app[SERVICES].store.get(key)
        except NotFound:
            missing.append(key)
            continue
        await archive.add(f"files/{key}", data, zipfile.ZIP_STORED)
    if missing:
        await archive.add("MISSING.txt", "\n".join(missing).encode(), zipfile.ZIP_STORED)


class _Pipe(io.RawIOBase):
    """A buffer of the bytes that the zip writer has written and that are not sent yet."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._written += piece
        return len(piece)

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


class _Archive:
    """A zip file that is sent to a client while it is made. A thread compresses the files. Sending waits for
    the client."""

    def __init__(self, response: web.StreamResponse) -> None:
        self._response = response
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED)

    async def add(self, name: str, data: bytes, compression: int) -> None:
        """Add a file whose bytes are all in memory."""
        await asyncio.to_thread(self._zip.writestr, _entry(name, compression), data)
        await self._send()

    async def add_rows(self, name: str, source: IO[bytes], size: int) -> None:
        """Add a file with the next ``size`` bytes of ``source``, piece by piece."""
        with self._zip.open(_entry(name, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as entry:
            while size:
                piece = source.read(min(size, _PIECE_BYTES))
                size -= len(piece)
                await asyncio.to_thread(entry.write, piece)
                await self._send()

    async def end(self) -> None:
        self._zip.close()
        await self._send()
        await self._response.write_eof()

    async def _send(self) -> None:
        data = self._pipe.take()
        if data:
            await self._response.write(data)


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    entry.compress_type = compression
    return entry
