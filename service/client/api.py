"""The HTTP API as a program uses it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from service.errors import Conflict, NotFound, StorytroupeError, Unauthorized, Unavailable
from service.storage.store import EXTENSIONS

_KINDS: dict[int, type[StorytroupeError]] = {
    401: Unauthorized,
    404: NotFound,
    409: Conflict,
    503: Unavailable,
}
_CHUNK = 64 * 1024


class Client:
    """Calls one running service, as one user. Raises the service's own errors."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url.rstrip("/")

    async def create_story(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for a story; the story as it was accepted."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return await self._call("POST", "/api/v1/stories", json=body, headers=headers)

    async def estimate(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the story of a request would cost, in US dollars, and how long it would take, in seconds."""
        return await self._call("POST", "/api/v1/stories/estimate", json=body)

    async def read_report(self, story_id: str) -> dict[str, Any]:
        """What a story's pictures were checked for, what was seen, and what its calls cost."""
        return await self._call("GET", f"/api/v1/stories/{story_id}/report")

    async def read_story(self, story_id: str) -> dict[str, Any]:
        """A story with its content and assets."""
        return await self._call("GET", f"/api/v1/stories/{story_id}")

    async def download(self, story_id: str, asset: str, stem: Path) -> Path:
        """Save an asset's bytes beside ``stem``, with the suffix of their type; where they are."""
        async with self._request("GET", f"/api/v1/stories/{story_id}/assets/{asset}") as response:
            await _check(response)
            path = stem.with_suffix(f".{EXTENSIONS.get(response.content_type, 'bin')}")
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    file.write(chunk)
        part.replace(path)
        return path

    async def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        async with self._request(method, path, **options) as response:
            await _check(response)
            data: dict[str, Any] = (await response.json())["data"]
            return data

    @asynccontextmanager
    async def _request(self, method: str, path: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self.session.request(method, self.url + path, **options) as response:
                yield response
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise no_answer(self.url) from error


@asynccontextmanager
async def connect(url: str, token: str) -> AsyncIterator[Client]:
    """A client of the service at ``url``; a token that is empty is not sent."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Client(session, url)


def no_answer(url: str) -> Unavailable:
    """The error of a service that is not there."""
    return Unavailable(
        f"No Storytroupe answers at {url}: start it with `storytroupe up`, or give its address with --url."
    )


async def _check(response: aiohttp.ClientResponse) -> None:
    """Raise the error that the service tells of."""
    if response.ok:
        return
    try:
        body = await response.json()
        code, message, data = body["code"], body["message"], body.get("data") or {}
    except (aiohttp.ContentTypeError, ValueError, KeyError, TypeError):
        raise StorytroupeError(f"The service answered {response.status} {response.reason}.") from None
    kind = _KINDS.get(response.status, StorytroupeError)
    raise kind(f"{message}{_faults(data)}", code=code)


def _faults(data: dict[str, Any]) -> str:
    """The faults after the first, which the message tells already."""
    rows = [f"{row['path']}: {row['message']}" for row in data.get("errors", ())[1:]]
    return f" Also {'; '.join(rows)}" if rows else ""
