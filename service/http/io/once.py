"""The one way in which a POST that makes something is answered: one effect for one ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.background.nudges import JOBS_CANCELLED, OUTBOX, QUEUE
from service.db.pool import Connection
from service.http.app.keys import SERVICES, USERS
from service.http.io.bodies import json_response
from service.http.io.idempotency import REPLAYED, Kept, key_of

#: What a change of a story's jobs is told to.
JOBS = (OUTBOX, QUEUE, JOBS_CANCELLED)

#: Does it, and writes the answer's body.
Effect = Callable[[Connection], Awaitable[str]]


async def answer_once(
    request: web.Request,
    caller: Identity,
    raw: Mapping[str, Any],
    effect: Effect,
    *,
    status: int = HTTPStatus.OK,
    topics: Sequence[str] = JOBS,
) -> web.Response:
    """The effect's answer, or that of an earlier request with the same key.

    The effect and the key are of one transaction: what the effect raises undoes both. ``raw`` is
    the body that another request with the key must have, too; ``topics`` are nudged afterwards.
    """
    key = key_of(request, caller.user_id, raw)
    async with request.app[USERS].acting(caller.user_id) as connection:
        kept = await key.take(connection) if key else None
        if kept is not None:
            return json_response(kept.body, status=kept.status, headers={REPLAYED: "true"})
        body = await effect(connection)
        if key is not None:
            await key.keep(connection, Kept(status, body))
    request.app[SERVICES].nudges.send(*topics)
    return json_response(body, status=status)
