"""Fetches the pictures that a server answers with as URLs."""

from __future__ import annotations

import base64

import aiohttp
from openai import AsyncOpenAI
from yarl import URL

_MOST_BYTES = 64 << 20
_DATA = "data:"


async def fetch_picture(url: str, client: AsyncOpenAI, timeout: float) -> bytes:
    """The encoded picture at a URL, which may also contain the picture itself. ``timeout`` is in seconds.

    The key goes only to the server that gave the URL. Redirects are not followed. Raises ``ValueError`` and
    ``aiohttp.ClientError``.
    """
    if url.startswith(_DATA):
        return base64.b64decode(url.partition(",")[2], validate=True)
    server = URL(str(client.base_url))
    place = server.join(URL(url))
    if place.scheme not in ("http", "https"):
        raise ValueError("the URL of the picture is not http")
    headers = {"Authorization": f"Bearer {client.api_key}"} if place.origin() == server.origin() else {}
    patience = aiohttp.ClientTimeout(total=timeout)
    async with (
        aiohttp.ClientSession(timeout=patience, headers=headers) as session,
        session.get(place, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            raise ValueError(f"the picture cannot be fetched ({answer.status})")
        data = bytearray()
        async for piece in answer.content.iter_chunked(1 << 16):
            data += piece
            if len(data) > _MOST_BYTES:
                raise ValueError("the picture is too large")
        return bytes(data)
