"""Live changes: the websocket, and server-sent events of one story or of the user's library."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.errors import InvalidInput
from service.http.app.keys import SOCKETS, STREAMS
from service.http.io.paths import story_id_of
from service.hub.protocol import SUBPROTOCOL
from service.runtime.channels import library_channel
from service.stories.kind import story_channel


async def socket(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/ws; the websocket checks tokens itself. Raises ``InvalidInput`` for a request without an
    upgrade."""
    try:
        return await request.app[SOCKETS].handle(request)
    except web.HTTPBadRequest as refusal:
        message = (
            f"The path is a websocket. Request an upgrade with the subprotocol {SUBPROTOCOL}. See /docs/live."
        )
        raise InvalidInput(message, code="BAD_REQUEST") from refusal


async def events(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/stories/{id}/events"""
    channel = story_channel(story_id_of(request))
    return await request.app[STREAMS].handle(request, caller.user_id, channel)


async def library(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/account/events"""
    channel = library_channel(caller.user_id)
    return await request.app[STREAMS].handle(request, caller.user_id, channel)
