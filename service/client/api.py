"""The client: a method for each call of a user, which returns the service's own models."""

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
from service.client.socket import SocketConnector
from service.client.stories import StoryCalls

# Their place in 0.1.0; new code takes them from ``transport``.
from service.client.transport import Id as Id
from service.client.transport import Request as Request
from service.client.webhooks import WebhookCalls

T = TypeVar("T")

#: Seconds. A server that sends nothing for so long is unreachable: an event stream has a comment every 15 s.
_CONNECT_SECONDS, _READ_SECONDS = 10, 60


class Client(StoryCalls, GenesisCalls, CharacterCalls, LibraryCalls, WebhookCalls, AccountCalls):
    """Calls one running service, as one user. ``connect`` makes it.

    Every call raises ``Unauthorized`` for a token that is not valid, ``Forbidden`` for one that does not
    allow the call, ``Overloaded`` when a limit of the service or of the user is reached
    (``data["retry_after"]`` has the seconds to wait, if they are known), ``Unavailable`` when the service
    does not answer, and ``StorytroupeError`` for an answer that the client does not understand. The docstring
    of a method names what else it raises.

    Every call may be cancelled. The service may have taken the request by then; what it has begun goes on.
    A call that makes something sends an ``Idempotency-Key`` of its own, a new one each time.

    Ids may be ``UUID`` or text. A request may be one of the models of ``service.api.requests``, or a mapping
    with the same fields. Fields of an answer that this client does not know are left out.
    """


async def every(page: Callable[..., Awaitable[Items[T]]], *args: Any, **wanted: Any) -> AsyncIterator[T]:
    """Yield every item of a list, page by page: ``every(client.list_stories, status="ready")``.

    ``args`` and ``wanted`` go to ``page``, a method of the client that takes a ``cursor``; ``limit`` among
    them is the size of a page. Raises what ``page`` raises. It may be left at any item.
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
    """Yield a client of the service at ``url``, and close its connections at the end of the block.

    Nothing is sent before the first call. An empty ``token`` is not sent. With the path of a ``socket``, the
    client reaches the service there, and never at the port that its URL names. A call waits 10 s for a
    connection, and 60 s for each part of an answer.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_READ_SECONDS)
    connector = SocketConnector(url, socket) if socket else None
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as session:
        yield Client(session, url)
