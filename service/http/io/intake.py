"""What users have in memory at once, and taking in a request's body within that."""

from __future__ import annotations

import asyncio

from aiohttp import web

from service.errors import TooLarge
from service.http.io.budgets import Budget, Share
from service.settings import Settings

#: A body of so many bytes is not counted: it is less than its connection takes up, and those are bounded.
SMALL = 64 << 10

#: What a request's body has taken of its user's budget.
SHARE = web.RequestKey("share", Share)


def budgets(settings: Settings) -> tuple[Budget, Budget, Budget]:
    """The budgets of the bytes of bodies that are in memory, of the pictures that are on their way in, and of
    the bytes of files that are being sent."""
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
    """The body, of ``most`` bytes, or as many as the application takes. What is there is counted as it comes:
    one that is only announced takes nothing from others.

    Raises ``TooLarge``, ``TooSlow``, and ``Overloaded`` where too much is under way.
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
        # The next piece may have come already: others get their turn in between.
        await asyncio.sleep(0)
    return bytes(body)


def _too_large(most: int) -> TooLarge:
    size = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
    return TooLarge(f"The body is too large: at most {size} are allowed.")
