"""``Idempotency-Key``: one effect, and the same answer, however often a request is made.

The key is taken in the transaction of the effect, so that both are there or neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from service.db.pool import Connection
from service.db.sql import load
from service.errors import InvalidInput

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST = 255
_KEYS = load("idempotency")


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer to a key: its status, and its body as it was."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key of a user on a route, with what it is used for."""

    user_id: UUID
    route: str
    key: str
    body_hash: str

    async def take(self, connection: Connection) -> Kept | None:
        """None: the key is ours until the transaction ends, whoever else asks.

        Otherwise the first answer. Raises ``InvalidInput`` where it was to another body.
        """
        taken = await connection.fetchval(
            _KEYS["take_key"], self.user_id, self.route, self.key, self.body_hash
        )
        if taken is not None:
            return None
        first = await connection.fetchrow(_KEYS["first_answer"], self.user_id, self.route, self.key)
        if first is None or first["body_hash"] != self.body_hash:
            message = f"This {HEADER} was used for another request. Use a new one."
            raise InvalidInput(message, code="IDEMPOTENCY_KEY_REUSED")
        return Kept(first["status"], first["answer"])

    async def keep(self, connection: Connection, kept: Kept) -> None:
        """Keep the answer for those who ask again."""
        await connection.execute(
            _KEYS["keep_answer"], self.user_id, self.route, self.key, kept.status, kept.body
        )


def key_of(request: web.Request, user_id: UUID, body: Mapping[str, Any]) -> IdempotencyKey | None:
    """The request's key, if it has one. Raises ``InvalidInput`` for one that cannot be kept."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        message = f"An {HEADER} has 1 to {_LONGEST} printable ASCII characters."
        raise InvalidInput(message, code="INVALID_IDEMPOTENCY_KEY")
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return IdempotencyKey(user_id, request.path.rstrip("/"), key, digest)
