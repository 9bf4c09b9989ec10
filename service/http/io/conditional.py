"""``ETag`` and ``If-None-Match``: a client that already has the answer gets the status 304 without a body."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus

from aiohttp import hdrs, web

#: The largest piece of an answer that is written to a connection in one step, in bytes.
PIECE_BYTES = 1 << 16

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: The ``Cache-Control`` header that lets a browser cache the answer but makes it ask each time whether the
#: answer has changed.
ASK_AGAIN = "private, no-cache"


def etag_of(body: str | bytes) -> str:
    """Return the ETag for these bytes."""
    data = body.encode() if isinstance(body, str) else body
    return f'"{hashlib.sha256(data).hexdigest()[:24]}"'


def matches(header: str, etag: str) -> bool:
    """Return whether the header has this ETag. A proxy may have changed it to a weak tag."""
    return any(part.strip().removeprefix("W/") in (etag, "*") for part in header.split(","))


def put_body(response: web.Response, body: bytes) -> web.Response:
    """Set the body of an answer. A long body is sent in pieces, so that a client that does not read keeps
    only one piece in memory, not a copy of the whole body."""
    if len(body) <= PIECE_BYTES:
        response.body = body
    else:
        response.body = _pieces(body)
        response.headers[hdrs.CONTENT_LENGTH] = str(len(body))
    return response


async def _pieces(body: bytes) -> AsyncIterator[memoryview]:
    view = memoryview(body)
    for start in range(0, len(body), PIECE_BYTES):
        yield view[start : start + PIECE_BYTES]


def conditional(handler: Handler) -> Handler:
    """Wrap a handler so that each successful answer has an ETag. It is the tag that the handler set, or else
    a tag computed from the body. A client that sends the same tag gets 304."""

    async def tagged(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        if not isinstance(response, web.Response) or response.status != HTTPStatus.OK:
            return response
        if not isinstance(response.body, bytes):
            return response
        etag = response.headers.get(hdrs.ETAG) or etag_of(response.body)
        response.headers[hdrs.ETAG] = etag
        response.headers.setdefault(hdrs.CACHE_CONTROL, ASK_AGAIN)
        if not matches(request.headers.get(hdrs.IF_NONE_MATCH, ""), etag):
            return put_body(response, response.body)
        kept = {name: response.headers[name] for name in (hdrs.ETAG, hdrs.CACHE_CONTROL)}
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=kept)

    return tagged
