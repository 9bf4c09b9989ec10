"""Keys of idempotent requests. A key is stored in the same transaction as the effect of its request, so that
both are stored or neither."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.errors import InvalidInput

_KEYS = load("idempotency")


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer: the status and the unchanged body. ``replayed`` is true if an earlier request got this
    answer."""

    status: int
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An idempotency key of a user for one route, with the hash of the request's body."""

    user_id: UUID
    route: str
    key: str
    body_hash: str

    async def respond(self, connection: Connection, effect: Callable[[], Awaitable[Kept]]) -> Kept:
        """Run the effect and return its answer, or return the stored answer if the key was used before. A
        parallel request with the same key waits until this transaction ends.

        Raises ``InvalidInput`` if the key was used with a different body.
        """
        if await connection.fetchval(_KEYS["take_key"], *self._name, self.body_hash) is None:
            return await self._first_answer(connection)
        kept = await effect()
        await connection.execute(_KEYS["keep_answer"], *self._name, kept.status, kept.body)
        return kept

    async def _first_answer(self, connection: Connection) -> Kept:
        first = await connection.fetchrow(_KEYS["first_answer"], *self._name)
        if first is None or first["body_hash"] != self.body_hash:
            message = "This Idempotency-Key was used for another request. Use a new one."
            raise InvalidInput(message, code="IDEMPOTENCY_KEY_REUSED")
        return Kept(first["status"], first["answer"], replayed=True)

    @property
    def _name(self) -> tuple[UUID, str, str]:
        return self.user_id, self.route, self.key


def hash_of(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a request's JSON in hexadecimal digits. The order of object keys does not
    matter."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


async def forget_story(connection: Connection, user_id: UUID, story_id: UUID) -> None:
    """Delete the answers that mention a deleted story."""
    await connection.execute(_KEYS["forget_story"], user_id, str(story_id))
