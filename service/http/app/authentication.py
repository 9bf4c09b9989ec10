"""Authentication: finds the caller of a request from its bearer token or its signed URL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import hdrs, web

from service.access.links import EXPIRES, is_signed
from service.access.tokens import OPERATOR, Identity
from service.errors import Forbidden, Overloaded, Unauthorized
from service.http.app.keys import BODIES, LINKS, RATE, RATES, REVOCATIONS, SHARED
from service.http.io.intake import SHARE
from service.telemetry.context import about

Public = Callable[[web.Request], Awaitable[web.StreamResponse]]
Private = Callable[[web.Request, Identity], Awaitable[web.StreamResponse]]


def authenticated(handler: Private, *, query: bool = False, signed: bool = False) -> Public:
    """Wrap a handler so that its requests need a token. With ``query``, the token may also be in ``?token=``.
    With ``signed``, a signed URL is enough."""

    async def behind_token(request: web.Request) -> web.StreamResponse:
        if signed and hdrs.AUTHORIZATION not in request.headers and is_signed(_raw_query(request)):
            caller = _holder(request)
        else:
            caller = await identify(request, query=query)
        about(user=caller.user_id)
        _count(request, caller)
        # The request keeps its share of the memory budget until the answer is made, because its body stays in
        # memory until then.
        with request.app[BODIES].share(caller.user_id) as request[SHARE]:
            return await handler(request, caller)

    return behind_token


def operators_only(handler: Private) -> Private:
    """Wrap a handler so that its requests need the operator scope. Other callers get ``Forbidden``."""

    async def checked(request: web.Request, caller: Identity) -> web.StreamResponse:
        if not caller.operator:
            raise Forbidden(f"The token does not have the scope {OPERATOR!r}. Use a token with this scope.")
        return await handler(request, caller)

    return checked


async def identify(request: web.Request, *, query: bool = False) -> Identity:
    """Return the caller of a request. Raises ``Unauthorized``, and ``Unavailable`` while the keys of the
    token's issuer cannot be read."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        token = request.query.get("token", "") if query else ""
    if not token.strip():
        raise Unauthorized()
    return await request.app[REVOCATIONS].admit(token.strip())


def _holder(request: web.Request) -> Identity:
    """Return the user for whom the URL was signed. Raises ``Unauthorized`` if the signature is not valid."""
    user_id = request.app[LINKS].verify(request.path, _raw_query(request))
    request[SHARED] = True
    return Identity(user_id, frozenset(), datetime.fromtimestamp(int(request.query[EXPIRES]), UTC))


def _raw_query(request: web.Request) -> str:
    return request.rel_url.raw_query_string


def _count(request: web.Request, caller: Identity) -> None:
    """Count a request against the rate limit of its user. Raises ``Overloaded`` (RATE_LIMITED) if the user
    sends requests too fast."""
    standing = request.app[RATES].take(caller.user_id)
    if standing is None:
        return
    request[RATE] = standing
    if not standing.admitted:
        raise Overloaded(
            "You send too many requests. Wait a moment, then try again.",
            code="RATE_LIMITED",
            retry_after=standing.wait,
        )
