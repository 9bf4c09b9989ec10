"""The HTTP routes of aquaria: where one stands, for pollers, and its changes as server-sent events."""

from __future__ import annotations

from uuid import UUID

import orjson
from aiohttp import web

from service.access.tokens import Identity
from service.db.pool import Connection
from service.http.app.authentication import authenticated
from service.http.app.keys import POLLS, STREAMS, USERS
from service.runtime.channels import ChannelNames
from service.runtime.kinds import kinds_of
from tests.toy.kind import AquariumKind

_KIND = AquariumKind()
_NAMES = ChannelNames(kinds_of(_KIND))


def add_routes(app: web.Application) -> None:
    """Serve aquaria beside all else."""
    app.router.add_get("/api/v1/aquaria/{id}", authenticated(show))
    app.router.add_get("/api/v1/aquaria/{id}/events", authenticated(events))


async def show(request: web.Request, caller: Identity) -> web.Response:
    """An aquarium as JSON; with ``?wait=`` as it next is."""
    id_ = UUID(request.match_info["id"])
    channel = _NAMES.name(_KIND.name, id_)

    async def load(connection: Connection) -> str:
        snapshot = await _KIND.snapshot(connection, id_)
        if snapshot is None:
            raise _NAMES.missing(channel)
        return orjson.dumps(snapshot.state).decode()

    return await request.app[POLLS].answer(
        request, caller.user_id, channel, lambda: request.app[USERS].run(caller.user_id, load)
    )


async def events(request: web.Request, caller: Identity) -> web.StreamResponse:
    """Its changes, as they come."""
    channel = _NAMES.name(_KIND.name, UUID(request.match_info["id"]))
    return await request.app[STREAMS].handle(request, caller.user_id, channel)
