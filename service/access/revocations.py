"""Refuses tokens that were withdrawn before they expire. A user who was signed out needs a newer token.

The table ``sign_outs`` has a derived mark of each user, not the user's id. So the tokens of a deleted user
stay withdrawn although the id is no longer stored.
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
    """Return the mark that stands for a user in the table ``sign_outs``."""
    return hashlib.sha256(str(user_id).encode()).digest()


class Revocations:
    """Verifies tokens, and refuses those that the sign-outs known to this process have withdrawn."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._signed_out: dict[bytes, datetime] = {}
        self._newest: datetime | None = None

    async def refresh(self) -> frozenset[bytes]:
        """Read new sign-outs from the database. Returns the marks of users who were signed out since the last
        call. Raises the errors of asyncpg. A caller may cancel it."""
        rows = await self._database.pool.fetch(_USERS["signed_out"], self._newest)
        news = {row["user_mark"] for row in rows if self._signed_out.get(row["user_mark"]) != row["at"]}
        self._signed_out.update({row["user_mark"]: row["at"] for row in rows})
        if rows:
            self._newest = rows[-1]["at"]
        return frozenset(news)

    def since(self, user_id: UUID) -> datetime | None:
        """Return the time of the user's last sign-out, or None."""
        return self._signed_out.get(mark_of(user_id))

    def refuses(self, user_id: UUID, issued_at: datetime | None) -> bool:
        """Return whether a token is withdrawn: it was issued no later than its user's last sign-out."""
        since = self.since(user_id)
        return since is not None and (issued_at is None or issued_at <= since)

    async def admit(self, token: str) -> Identity:
        """Verify a token as ``verify`` does, but first fetch the issuer's keys if the token's key is unknown.
        A caller may cancel it."""
        await self._tokens.seek_key(token)
        return self.verify(token)

    def verify(self, token: str) -> Identity:
        """Return the identity of the token. Raises ``Unauthorized`` for an invalid token (TOKEN_REVOKED if it
        was withdrawn), and ``Unavailable`` while the issuer's keys cannot be read."""
        identity = self._tokens.verify(token)
        if self.refuses(identity.user_id, identity.issued_at):
            raise Unauthorized("The token was withdrawn. Get a new one.", code="TOKEN_REVOKED")
        return identity
