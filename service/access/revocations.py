"""Tokens that were withdrawn before they expire: a user who was signed out needs a newer token.

The table has a mark instead of each user's id. So deleted users stay signed out, and their ids are not kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from service.access.tokens import Identity, Tokens
from service.db.pool import Database
from service.db.sql import load
from service.errors import Unauthorized

_USERS = load("users")


def mark_of(user_id: UUID) -> bytes:
    """The mark of a user in ``sign_outs``."""
    return hashlib.sha256(str(user_id).encode()).digest()


class Revocations:
    """Verifies tokens, and knows the sign-outs that this process has read last."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._signed_out: dict[bytes, datetime] = {}
        self._newest: datetime | None = None

    async def refresh(self) -> frozenset[bytes]:
        """Read new sign-outs. Returns the marks of users who were signed out since the last call. Raises the
        errors of asyncpg. It may be cancelled."""
        rows = await self._database.pool.fetch(_USERS["signed_out"], self._newest)
        news = {row["user_mark"] for row in rows if self._signed_out.get(row["user_mark"]) != row["at"]}
        self._signed_out.update({row["user_mark"]: row["at"] for row in rows})
        if rows:
            self._newest = rows[-1]["at"]
        return frozenset(news)

    def since(self, user_id: UUID) -> datetime | None:
        """The time of the user's last sign-out, or None."""
        return self._signed_out.get(mark_of(user_id))

    def refuses(self, user_id: UUID, issued_at: datetime | None) -> bool:
        """Whether a token was issued before its user was signed out. Tokens have times in whole seconds."""
        since = self.since(user_id)
        return since is not None and (issued_at is None or issued_at <= since)

    async def admit(self, token: str) -> Identity:
        """As ``verify``, but first fetch the issuer's keys if the key of the token is unknown. It may be
        cancelled."""
        await self._tokens.seek_key(token)
        return self.verify(token)

    def verify(self, token: str) -> Identity:
        """The identity of the token. Raises ``Unauthorized``, with TOKEN_REVOKED if it was withdrawn, and
        ``Unavailable`` while the issuer's keys cannot be read."""
        identity = self._tokens.verify(token)
        if self.refuses(identity.user_id, identity.issued_at):
            raise Unauthorized("The token was withdrawn. Get a new one.", code="TOKEN_REVOKED")
        return identity
