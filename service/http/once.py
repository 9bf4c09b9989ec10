"""Requests that change a story, each with one effect for one ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.background.nudges import OUTBOX, QUEUE, STOPPED
from service.db.pool import Connection
from service.http.bodies import json_response
from service.http.idempotency import REPLAYED, Kept, key_of
from service.http.keys import SERVICES, USERS

#: Does it, and writes the answer's body.
Effect = Callable[[Connection], Awaitable[str]]


async def answer_once(
    request: web.Request,
    caller: Identity,
    raw: Mapping[str, Any],
    effect: Effect,
    *,
    status: int = HTTPStatus.OK,
) -> web.Response:
    """The effect's answer, or that of an earlier request with the same key.

    The effect and the key are of one transaction: what the effect raises undoes both.
    """
    key = key_of(request, caller.user_id, raw)
    async with request.app[USERS].acting(caller.user_id) as connection:
        kept = await key.take(connection) if key else None
        if kept is not None:
            return json_response(kept.body, status=kept.status, headers={REPLAYED: "true"})
        body = await effect(connection)
        if key is not None:
            await key.keep(connection, Kept(status, body))
    request.app[SERVICES].nudges.send(OUTBOX, QUEUE, STOPPED)
    return json_response(body, status=status)
