"""Who asks: from the request's bearer token to the handler's caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from service.access.tokens import Identity
from service.errors import Unauthorized
from service.http.keys import REVOCATIONS

Public = Callable[[web.Request], Awaitable[web.StreamResponse]]
Private = Callable[[web.Request, Identity], Awaitable[web.StreamResponse]]


def authenticated(handler: Private, *, query: bool = False) -> Public:
    """The handler behind a token. ``query``: it may stand in ``?token=``, too."""

    async def behind_token(request: web.Request) -> web.StreamResponse:
        return await handler(request, await identify(request, query=query))

    return behind_token


async def identify(request: web.Request, *, query: bool = False) -> Identity:
    """Who asks. Raises ``Unauthorized``, and ``Unavailable`` where that cannot be told now."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        token = request.query.get("token", "") if query else ""
    if not token.strip():
        raise Unauthorized()
    return await request.app[REVOCATIONS].admit(token.strip())
