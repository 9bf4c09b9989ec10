"""``GET /api/v1/stories/{id}/assets/{asset}``: the file of an asset, or a redirect to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

from aiohttp import hdrs, web

from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.queries import AssetQuery
from service.domain.assets import EDITIONS
from service.domain.media import EXTENSIONS
from service.errors import InvalidInput, NotFound, Unavailable
from service.http.app.keys import FILES, SERVICES, USERS
from service.http.io.conditional import matches, put_body
from service.http.io.paths import asset_of, story_id_of, version_number
from service.http.io.queries import read_query
from service.storage.store import is_of
from service.stories.reading import find_file

_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
_LEAST_VERSION = 8
_LONGEST_NAME = 100
#: The approximate time to make a lost file again, in seconds.
_REMADE_SECONDS = 10
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
#: Characters that a file name must not have. Some of them change the direction of text and so can hide the
#: suffix.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+')


async def show(request: web.Request, caller: Identity) -> web.StreamResponse:
    """Send the current file of an asset, or an earlier file (``?version=``). With the hash of the file
    (``?v=``), the answer may be cached forever. With ``?download``, a browser saves the file. With
    ``?edition``, the file is that of another edition of the PDF."""
    story_id, asset = story_id_of(request), _edition_of(request, asset_of(request))
    number = request.query.get("version")
    version = None if number is None else version_number(number)
    file, name = await request.app[USERS].run(
        caller.user_id, lambda connection: find_file(connection, story_id, asset, version)
    )
    try:
        return await answer_with_file(request, caller.user_id, file, name)
    except NotFound as lost:
        if not file["current"]:
            # Only a lost current version is made again.
            raise
        services = request.app[SERVICES]
        repaired = await services.repair(story_id)
        done = "is being made again" if repaired else "cannot be made again now"
        raise Unavailable(
            f"The file was lost, and {done}. Try again in a moment.",
            code="FILE_LOST",
            retry_after=_REMADE_SECONDS,
        ) from lost


def _edition_of(request: web.Request, asset: str) -> str:
    """Return the asset of the edition in the query. Raises ``InvalidInput`` for an unknown edition, or if the
    asset has no editions."""
    edition = read_query(AssetQuery, request).edition
    if edition is None:
        return asset
    if asset != EDITIONS["screen"]:
        raise invalid([("edition", f"Only the asset {EDITIONS['screen']} has editions.")])
    return EDITIONS[edition]


async def answer_with_file(
    request: web.Request, user_id: UUID, file: Mapping[str, Any], name: str
) -> web.StreamResponse:
    """Answer with the bytes of a stored file, or with a redirect to them. ``file`` has key, hash, bytes and
    media_type.

    If another host serves the files, the answer is a redirect to that host. Raises ``NotFound`` if the file
    is missing or belongs to another user, and ``Overloaded`` if too many bytes are being sent to the user.
    """
    if not is_of(user_id, file["key"]):
        raise _no_file()
    headers = _headers(request, file, name)
    if matches(request.headers.get(hdrs.IF_NONE_MATCH, ""), headers[hdrs.ETAG]):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    store = request.app[SERVICES].store
    disposition = headers[hdrs.CONTENT_DISPOSITION] if "download" in request.query else ""
    link = await store.link(file["key"], saved_as=disposition)
    if link is None or request.method == hdrs.METH_HEAD:
        return await _bytes(request, user_id, file, headers)
    if not await store.has(file["key"]):
        raise _no_file()
    raise web.HTTPFound(link)


def _no_file() -> NotFound:
    return NotFound("The file is not in the store.", code="FILE_NOT_FOUND")


async def _bytes(
    request: web.Request, user_id: UUID, file: Mapping[str, Any], headers: dict[str, str]
) -> web.Response:
    size = file["bytes"]
    part = _part(request, size, headers[hdrs.ETAG])
    status = HTTPStatus.OK
    if part is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers[hdrs.CONTENT_RANGE] = f"bytes {part.start}-{part.stop - 1}/{size}"
    wanted = part if part is not None else range(size)
    if request.method == hdrs.METH_HEAD:
        return web.Response(status=status, headers={**headers, hdrs.CONTENT_LENGTH: str(len(wanted))})
    request.app[FILES].take_until_sent(user_id, size)
    data = await request.app[SERVICES].store.get(file["key"])
    return put_body(web.Response(status=status, headers=headers), data[wanted.start : wanted.stop])


def _headers(request: web.Request, file: Mapping[str, Any], name: str) -> dict[str, str]:
    version = request.query.get("v", "")
    certain = len(version) >= _LEAST_VERSION and file["hash"].startswith(version)
    return {
        hdrs.CONTENT_TYPE: content_type(file["media_type"]),
        hdrs.ETAG: f'"{file["hash"]}"',
        hdrs.CACHE_CONTROL: _FOR_EVER if certain else _ASK_AGAIN,
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.CONTENT_DISPOSITION: disposition(
            name, EXTENSIONS.get(file["media_type"], "bin"), download="download" in request.query
        ),
    }


def content_type(media_type: str) -> str:
    """Return the media type. For texts, it includes the charset UTF-8, because a browser would otherwise
    guess the charset."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def disposition(name: str, extension: str, *, download: bool) -> str:
    """Return the ``Content-Disposition`` header with the file name. The name is also in ASCII, for old
    clients."""
    stem = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).strip(".")[:_LONGEST_NAME]
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain, named = (" ".join(text.split()) or "storytroupe" for text in (ascii_stem, stem))
    kind = "attachment" if download else "inline"
    return (
        f"{kind}; filename=\"{plain}.{extension}\"; filename*=UTF-8''{quote(f'{named}.{extension}', safe='')}"
    )


def _part(request: web.Request, size: int, etag: str) -> range | None:
    """Return the requested range of bytes, or None for the whole file. A header without a valid single range
    is ignored.

    Raises ``InvalidInput`` (416) for a range that begins after the end of the file.
    """
    match = _RANGE.fullmatch(request.headers.get(hdrs.RANGE, ""))
    only_if = request.headers.get(hdrs.IF_RANGE, etag)
    if match is None or match[0] == "bytes=-" or only_if != etag:
        return None
    first, last = match[1], match[2]
    if not first:
        part = range(max(0, size - int(last)), size)
    else:
        part = range(int(first), min(size, int(last) + 1 if last else size))
    if not part and first and last and int(last) < int(first):
        return None
    if not part:
        raise InvalidInput(
            f"The range begins beyond the end of the file, which has {size} bytes.",
            code="RANGE_NOT_SATISFIABLE",
            bytes=size,
        )
    return part
