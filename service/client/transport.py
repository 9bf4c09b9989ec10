"""Sends requests to the service, and converts answers to models and errors to the service's exceptions."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import aiohttp
from pydantic import BaseModel

from service.domain.media import EXTENSIONS
from service.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Overloaded,
    QuotaExceeded,
    StorytroupeError,
    TooLarge,
    TooSlow,
    Unauthorized,
    Unavailable,
)

A = TypeVar("A", bound=BaseModel)
Id: TypeAlias = UUID | str
#: The body of a request: a mapping with the fields of the API, or a model of ``service.api.requests``.
Request: TypeAlias = BaseModel | Mapping[str, Any]

_KINDS: Mapping[int, type[StorytroupeError]] = {
    400: InvalidInput,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Conflict,
    408: TooSlow,
    413: TooLarge,
    422: InvalidInput,
    429: Overloaded,
    503: Unavailable,
}
_CHUNK = 64 * 1024
_ENDINGS = {
    **EXTENSIONS,
    "application/zip": "zip",
    "application/json": "json",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/csv": "csv",
    "text/markdown": "md",
    "text/x-opml": "opml",
}


class Transport:
    """Sends requests to one running service as one user. ``session`` sends the token. The caller must close
    the session."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url.rstrip("/")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    async def ask(
        self,
        answer: type[A],
        method: str,
        path: str,
        *,
        body: Request | None = None,
        query: Mapping[str, Any] | None = None,
        idempotent: bool = False,
        bare: bool = False,
        **options: Any,
    ) -> A:
        """Send one request, and return the answer as an instance of ``answer``. Fields that the model does
        not know are ignored.

        Values of ``query`` that are None are not sent. With ``idempotent``, the request has a new
        Idempotency-Key. ``bare`` means that the answer has no envelope. ``options`` are passed to aiohttp.
        Raises the service's error, or ``Unavailable`` if the service does not answer. The call may be
        cancelled, but the service may still complete the request.
        """
        if isinstance(body, BaseModel):
            body = body.model_dump(mode="json", exclude_unset=True)
        if body is not None:
            options["json"] = body
        if idempotent:
            options["headers"] = {"Idempotency-Key": str(uuid.uuid4()), **options.get("headers", {})}
        async with self.request(method, path, params=_params(query), **options) as response:
            await check(response)
            value = await response.json()
        return answer.model_validate(value if bare else value["data"], extra="ignore")

    async def save(self, path: str, stem: Path, *, query: Mapping[str, Any] | None = None) -> Path:
        """Save a file. Returns the path of the file: ``stem`` with the suffix of the file's type.

        Raises the errors of ``ask``, and ``OSError`` if the file cannot be written. The call may be
        cancelled. An incomplete file ``STEM.part`` may then remain.
        """
        async with self.request("GET", path, params=_params(query)) as response:
            await check(response)
            target = stem.with_suffix(f".{_ENDINGS.get(response.content_type, 'bin')}")
            part = target.with_suffix(".part")
            with part.open("wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    file.write(chunk)
        part.replace(target)
        return target

    @asynccontextmanager
    async def request(self, method: str, path: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request, and yield its answer. The caller must check the status. ``path`` begins with
        ``/``.

        Raises ``Unavailable`` if the service cannot be reached or stops sending, also inside the block. An
        answer that ends too early raises ``aiohttp.ClientPayloadError``.
        """
        try:
            async with self.session.request(method, self.url + path, **options) as response:
                yield response
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise no_answer(self.url) from error


def _params(query: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the query parameters that are not None, as text."""
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in given.items()
    }


def no_answer(url: str) -> Unavailable:
    """Return the error for a service that does not answer at ``url``."""
    return Unavailable(
        f"No Storytroupe answers at {url}: start it with `storytroupe up`, or give its address with --url."
    )


async def check(response: aiohttp.ClientResponse) -> None:
    """Raise the error in an answer, with its code and data. Return normally if the answer is a success."""
    if response.ok:
        return
    try:
        body = await response.json()
        code, message, data = body["code"], body["message"], body.get("data") or {}
    except (aiohttp.ContentTypeError, ValueError, KeyError, TypeError):
        raise StorytroupeError(f"The service answered {response.status} {response.reason}.") from None
    kind = QuotaExceeded if code == QuotaExceeded.code else _KINDS.get(response.status, StorytroupeError)
    raise kind(f"{message}{_faults(data)}", code=code, **data)


def _faults(data: Mapping[str, Any]) -> str:
    """Return the other faults of an invalid request as text. The error's message already names the first
    fault."""
    rows = [f"{row['path']}: {row['message']}" for row in data.get("errors", ())[1:]]
    return f" Also {'; '.join(rows)}" if rows else ""
