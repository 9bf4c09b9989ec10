"""``Idempotency-Key``: if a request is repeated, its effect happens only once and every answer is the
same."""

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

#: The topics that are nudged after a change of a story's jobs.
JOBS = (OUTBOX, QUEUE, JOBS_CANCELLED)

#: A function that changes the database and returns the body of the answer.
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
    """Run the effect and return its answer, or return the answer of an earlier request with the same key.

    The effect and the key are stored in one transaction. An error of the effect rolls both back. Every
    request with the key must have the same body ``raw``. ``topics`` are nudged after the commit. Raises the
    errors of the effect, and ``InvalidInput`` for a key that is not valid or was used for a different
    request. A caller may cancel it. The transaction is then rolled back, unless it was already committed.
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
    """Return the idempotency key of the request, or None. Raises ``InvalidInput`` for a key that is not
    valid."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        message = f"The header {HEADER} is not valid. Send 1 to {_LONGEST} printable ASCII characters."
        raise InvalidInput(message, code="INVALID_IDEMPOTENCY_KEY")
    return IdempotencyKey(user_id, request.path.rstrip("/"), key, hash_of(body))
