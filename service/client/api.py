"""The client class: a method for each call of the API. The methods return the service's own models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from service.api.responses import Items
from service.client.account import AccountCalls
from service.client.characters import CharacterCalls
from service.client.genesis import GenesisCalls
from service.client.libraries import LibraryCalls
from service.client.novels import NovelCalls
from service.client.socket import SocketConnector
from service.client.stories import StoryCalls

# Version 0.1.0 had these names here. New code imports them from ``transport``.
from service.client.transport import Id as Id
from service.client.transport import Request as Request
from service.client.webhooks import WebhookCalls

T = TypeVar("T")

#: Time limits in seconds. A server that sends nothing for the read limit counts as unreachable. An event
#: stream has a comment at least every 15 s.
_CONNECT_SECONDS, _READ_SECONDS = 10, 60


class Client(StoryCalls, GenesisCalls, NovelCalls, CharacterCalls, LibraryCalls, WebhookCalls, AccountCalls):
    """A client that calls one running service as one user. ``connect`` makes a client.

    Every call raises ``Unauthorized`` if the token is not valid, and ``Forbidden`` if the token does not
    allow the call. It raises ``Overloaded`` when a limit of the service or of the user is reached:
    ``data["retry_after"]`` has the seconds to wait, if they are known. It raises ``Unavailable`` when the
    service does not answer, and ``StorytroupeError`` for an answer that the client does not understand. The
    docstring of a method names its other errors.

    A caller may cancel every call. If the service has already received the request, it completes the request.
    Each call that creates something sends a new ``Idempotency-Key``.

    An id may be a ``UUID`` or a text. A request may be a model of ``service.api.requests``, or a mapping with
    the same fields. Answers omit fields that this client does not know.
    """


async def every(page: Callable[..., Awaitable[Items[T]]], *args: Any, **wanted: Any) -> AsyncIterator[T]:
    """Yield every item of a list, page by page: ``every(client.list_stories, status="ready")``.

    ``page`` is a method of the client with a parameter ``cursor``. It gets ``args`` and ``wanted``. ``limit``
    in ``wanted`` is the size of a page. Raises the errors of ``page``. The caller may stop at any item.
    """
    cursor = None
    while True:
        found = await page(*args, **wanted, cursor=cursor)
        for item in found.items:
            yield item
        cursor = found.next_cursor
        if cursor is None:
            return


@asynccontextmanager
async def connect(url: str, token: str, *, socket: Path | None = None) -> AsyncIterator[Client]:
    """Yield a client for the service at ``url``, and close its connections when the block ends.

    The client sends nothing before the first call. An empty ``token`` is not sent. If ``socket`` is given,
    the client connects to the socket at this path, and never to the port in the URL. A call waits up to 10 s
    for a connection, and up to 60 s for each part of an answer.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_READ_SECONDS)
    connector = SocketConnector(url, socket) if socket else None
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as session:
        yield Client(session, url)
