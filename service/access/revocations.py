"""Tokens that were withdrawn before their time: whoever was signed out needs a newer one.

Users are known by a mark of their id, so that those who were forgotten stay signed out and unnamed.
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
    """What stands for a user in ``sign_outs``."""
    return hashlib.sha256(str(user_id).encode()).digest()


class Revocations:
    """The tokens' verdict, and who was signed out since, as this process last read it."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._signed_out: dict[bytes, datetime] = {}
        self._newest: datetime | None = None

    async def refresh(self) -> frozenset[bytes]:
        """Read what is new. Returns the marks of those who were signed out since the last time."""
        rows = await self._database.pool.fetch(_USERS["signed_out"], self._newest)
        news = {row["user_mark"] for row in rows if self._signed_out.get(row["user_mark"]) != row["at"]}
        self._signed_out.update({row["user_mark"]: row["at"] for row in rows})
        if rows:
            self._newest = rows[-1]["at"]
        return frozenset(news)

    def since(self, user_id: UUID) -> datetime | None:
        """When the user was last signed out."""
        return self._signed_out.get(mark_of(user_id))

    def refuses(self, user_id: UUID, issued_at: datetime | None) -> bool:
        """Whether a token was issued before its user was signed out. Tokens tell whole seconds."""
        since = self.since(user_id)
        return since is not None and (issued_at is None or issued_at <= since)

    async def admit(self, token: str) -> Identity:
        """As ``verify``, after a look for the token's key where it is not known yet."""
        await self._tokens.seek_key(token)
        return self.verify(token)

    def verify(self, token: str) -> Identity:
        """Who the token stands for. Raises ``Unauthorized``, with TOKEN_REVOKED if it was withdrawn,
        and ``Unavailable`` while there are no keys to tell by."""
        identity = self._tokens.verify(token)
        if self.refuses(identity.user_id, identity.issued_at):
            raise Unauthorized("The token was withdrawn. Get a new one.", code="TOKEN_REVOKED")
        return identity
