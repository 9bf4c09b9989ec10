"""Reads the body of a request and counts its bytes against the user's memory budget."""

from __future__ import annotations

import asyncio

from aiohttp import web

from service.errors import TooLarge
from service.http.io.budgets import Budget, Share
from service.settings import Settings

#: A body of at most this many bytes is not counted. It uses less memory than its connection, and the number
#: of connections is limited.
SMALL = 64 << 10

#: The key of a request for its body's share of the user's budget.
SHARE = web.RequestKey("share", Share)


def budgets(settings: Settings) -> tuple[Budget, Budget, Budget]:
    """Return three budgets: for bytes of request bodies in memory, for pictures that are being received, and
    for bytes of files that are being sent."""
    return (
        Budget(
            settings.body_bytes_per_user,
            settings.body_bytes,
            code="TOO_MANY_BODIES",
            message="Too many bytes of large bodies are being received. Try again in a moment.",
            fair=True,
        ),
        Budget(
            settings.uploads_per_user,
            settings.uploads,
            code="TOO_MANY_UPLOADS",
            message="Too many pictures are being received. Send them one after the other.",
        ),
        Budget(
            settings.file_bytes_per_user,
            settings.file_bytes,
            code="TOO_MANY_DOWNLOADS",
            message="Too many bytes of files are being sent to you. Fetch fewer files at once.",
        ),
    )


async def take_in(request: web.Request, most: int | None = None) -> bytes:
    """Read the body of a request. The limit is ``most`` bytes, or the limit of the application. Bytes are
    counted when they arrive, so a body that is announced but not sent uses no budget.

    Raises ``TooLarge``, ``TooSlow``, and ``Overloaded`` if too many bytes are being received. The call may be
    cancelled.
    """
    most = request.client_max_size if most is None else most
    if (request.content_length or 0) > most:
        raise _too_large(most)
    body, counted = bytearray(), 0
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
        if len(body) > SMALL:
            request[SHARE].take(len(body) - counted)
            counted = len(body)
        # The next piece may already be there, so this lets other tasks run first.
        await asyncio.sleep(0)
    return bytes(body)


def _too_large(most: int) -> TooLarge:
    size = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
    return TooLarge(f"The body is too large: at most {size} are allowed.")
