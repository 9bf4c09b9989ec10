"""Receives uploaded files. The first part of a file is kept in memory, and the rest on the disk. The size and
the parts of forms are limited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from aiohttp import MultipartReader, StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.multipart import BodyPartReader

from service.api.fields import invalid
from service.errors import InvalidInput, TooLarge
from service.storage.pictures import MAX_BYTES

_CHUNK = 1 << 16
#: How many bytes of a file stay in memory.
_IN_MEMORY = 1 << 18
#: The limits of a form without its picture: its size in bytes, the number of parts, and the headers of each
#: part.
_MAX_FORM = MAX_BYTES + (64 << 10)
_MOST_PARTS = 8
_MOST_PART_HEADERS = 8
_MAX_PART_HEADER = 2048
_MAX_FIELD = 1000
#: The greatest number of lines outside of parts. Each line costs time in addition to its bytes.
_MOST_LINES = 256
#: How many pieces are parsed before other tasks run. This takes one or two milliseconds.
_IN_A_TURN = 64
#: The errors that aiohttp's form reader raises for a broken form.
_BROKEN = (ValueError, AssertionError, RuntimeError, RuntimeWarning, HttpProcessingError)


@dataclass(slots=True)
class Given:
    """An uploaded file. ``declared`` says what the file shows, according to the user."""

    file: IO[bytes]
    declared: str
    size: int = 0

    async def write(self, chunk: bytes) -> None:
        """Append bytes to the file. Raises ``TooLarge`` above the limit. The call waits for the disk."""
        self.size += len(chunk)
        if self.size > MAX_BYTES:
            raise _too_large()
        if self.size <= _IN_MEMORY:
            self.file.write(chunk)
        else:
            await asyncio.to_thread(self.file.write, chunk)

    def read(self) -> bytes:
        """Return the bytes of the whole file. Call this in a thread, since it blocks while it reads the
        disk."""
        self.file.seek(0)
        return self.file.read()


@asynccontextmanager
async def take_upload(request: web.Request) -> AsyncIterator[Given]:
    """Yield the uploaded picture of a request. The picture is the whole body, or the part ``image`` of a
    form. The file is deleted when the block ends.

    Raises ``TooLarge``, ``TooSlow``, and ``InvalidInput`` for a form that cannot be read or has no picture.
    A caller may cancel it.
    """
    if (request.content_length or 0) > _MAX_FORM:
        raise _too_large()
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        given = Given(file, request.query.get("declared", ""))
        if request.content_type == "multipart/form-data":
            await _read_form(request, given)
        else:
            while chunk := await request.content.read(_CHUNK):
                await given.write(chunk)
        yield given


async def _read_form(request: web.Request, given: Given) -> None:
    try:
        reader = _reader(request)
        for _ in range(_MOST_PARTS):
            part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader):
                raise InvalidInput(
                    "The form contains another form. Send the picture as a part of one form.",
                    code="BAD_REQUEST",
                )
            await _read_part(part, given)
        else:
            raise TooLarge(
                f"The form has too many parts: at most {_MOST_PARTS - 1} are allowed.", code="TOO_MANY_PARTS"
            )
    except _BROKEN as broken:
        raise InvalidInput(
            "The form cannot be read. Send it as multipart/form-data.", code="BAD_REQUEST"
        ) from broken
    if not given.size:
        raise invalid([("image", "The form has no picture. Send it as the part `image`.")])


async def _read_part(part: BodyPartReader, given: Given) -> None:
    """Read a part of a form, and keep it if the service uses it. Other parts are skipped, but they count
    against the limit of the form."""
    if part.name == "declared":
        given.declared = (await _field(part)).decode(errors="replace").strip()
    elif part.name == "image" and not given.size:
        while chunk := await part.read_chunk(_CHUNK):
            await given.write(chunk)


async def _field(part: BodyPartReader) -> bytes:
    value = b""
    while chunk := await part.read_chunk(_MAX_FIELD):
        value += chunk
        if len(value) > _MAX_FIELD:
            raise TooLarge(f"A field of the form is too large: at most {_MAX_FIELD} bytes are allowed.")
    return value


def _reader(request: web.Request) -> MultipartReader:
    """Return aiohttp's form reader for the body of a request. The reader's input is limited."""
    body: Any = _Bounded(request.content)
    return MultipartReader(
        request.headers, body, max_field_size=_MAX_PART_HEADER, max_headers=_MOST_PART_HEADERS
    )


class _Bounded:
    """A stream that raises an error after ``_MAX_FORM`` bytes. Bytes between the parts count too. It has only
    the methods that the form reader uses.

    The form reader reads all bytes that have arrived without a pause. So this stream lets other tasks run in
    between.
    """

    def __init__(self, content: StreamReader) -> None:
        self._content = content
        self._lines = self._taken = 0
        self.at_eof = content.at_eof
        self.unread_data = content.unread_data

    async def read(self, size: int) -> bytes:
        await self._turn()
        return self._counted(await self._content.read(size))

    async def readline(self, *, max_line_length: int | None = None) -> bytes:
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise ValueError("the form has too many header lines")
        await self._turn()
        return self._counted(await self._content.readline(max_line_length=max_line_length))

    async def _turn(self) -> None:
        self._taken += 1
        if self._taken % _IN_A_TURN == 0:
            await asyncio.sleep(0)

    def _counted(self, data: bytes) -> bytes:
        if self._content.total_bytes > _MAX_FORM:
            raise _too_large()
        return data


def _too_large() -> TooLarge:
    return TooLarge(f"The picture is too large: at most {MAX_BYTES >> 20} MiB are allowed.")
