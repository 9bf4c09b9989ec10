"""Live changes: the websocket, and server-sent events of a story, a session, a novel or a library."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.queries import EventsQuery
from service.errors import InvalidInput
from service.genesis.kind import session_channel
from service.http.app.keys import SOCKETS, STREAMS
from service.http.io.paths import novel_id_of, session_id_of, story_id_of
from service.http.io.queries import read_query
from service.http.live.sse import ALL, Types
from service.hub.protocol import SUBPROTOCOL
from service.novels.kind import novel_channel
from service.runtime.channels import library_channel
from service.stories.kind import story_channel


async def socket(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/ws: the websocket itself checks the token. Raises ``InvalidInput`` for a request that does
    not ask for a websocket."""
    try:
        return await request.app[SOCKETS].handle(request)
    except web.HTTPBadRequest as refusal:
        message = (
            f"The path is a websocket. Request an upgrade with the subprotocol {SUBPROTOCOL}. See /docs/live."
        )
        raise InvalidInput(message, code="BAD_REQUEST") from refusal


async def events(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/stories/{id}/events: stream the changes of a story as server-sent events."""
    return await _stream(request, caller, story_channel(story_id_of(request)))


async def session_events(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/genesis/{id}/events/stream: stream the changes of a Genesis session as server-sent
    events."""
    return await _stream(request, caller, session_channel(session_id_of(request)))


async def novel_events(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/novels/{id}/events"""
    return await _stream(request, caller, novel_channel(novel_id_of(request)))


async def library(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/account/events: stream the changes of all your stories as server-sent events."""
    channel = library_channel(caller.user_id)
    return await request.app[STREAMS].handle(request, caller.user_id, channel)


async def _stream(request: web.Request, caller: Identity, channel: str) -> web.StreamResponse:
    """Stream the events of a channel. The query says which types. Raises ``InvalidInput`` if the query is not
    valid."""
    wanted = read_query(EventsQuery, request).types
    types = ALL if wanted is None else Types(wanted.split(","))
    return await request.app[STREAMS].handle(request, caller.user_id, channel, types)
