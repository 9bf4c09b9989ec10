"""``Idempotency-Key``: a repeated request has its effect once, and gets the same answer each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.background.nudges import JOBS_CANCELLED, OUTBOX, QUEUE
from service.db.idempotency import IdempotencyKey, Kept, hash_of
from service.db.pool import Connection
from service.errors import InvalidInput
from service.http.app.keys import SERVICES, USERS
from service.http.io.bodies import json_response

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST = 255

#: The topics of the nudge after a change of a story's jobs.
JOBS = (OUTBOX, QUEUE, JOBS_CANCELLED)

#: Changes the database, and returns the body of the answer.
Effect = Callable[[Connection], Awaitable[str]]


async def respond_idempotently(
    request: web.Request,
    caller: Identity,
    raw: Mapping[str, Any],
    effect: Effect,
    *,
    status: int = HTTPStatus.OK,
    topics: Sequence[str] = JOBS,
) -> web.Response:
    """The answer of the effect, or that of an earlier request with the same key.

    One transaction holds the effect and the key: an error of the effect undoes both. Every request with the
    key must have the same body ``raw``. ``topics`` are nudged after the commit. Raises what the effect
    raises, and ``InvalidInput`` for a key that is not valid or was used for another request. It may be
    cancelled; the transaction is then undone unless it was committed already.
    """
    key = key_of(request, caller.user_id, raw)

    async def work(connection: Connection) -> Kept:
        async def answer() -> Kept:
            return Kept(status, await effect(connection))

        return await key.respond(connection, answer) if key is not None else await answer()

    kept = await request.app[USERS].run(caller.user_id, work)
    if kept.replayed:
        return json_response(kept.body, status=kept.status, headers={REPLAYED: "true"})
    request.app[SERVICES].nudges.send(*topics)
    return json_response(kept.body, status=status)


def key_of(request: web.Request, user_id: UUID, body: Mapping[str, Any]) -> IdempotencyKey | None:
    """The key of the request, or None. Raises ``InvalidInput`` for a key that is not valid."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        message = f"The header {HEADER} is not valid. Send 1 to {_LONGEST} printable ASCII characters."
        raise InvalidInput(message, code="INVALID_IDEMPOTENCY_KEY")
    return IdempotencyKey(user_id, request.path.rstrip("/"), key, hash_of(body))
