"""Tokens that were withdrawn before their time: whoever was signed out needs a newer one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service.access.tokens import Identity, Tokens
from service.db.pool import Database
from service.db.sql import load
from service.errors import Unauthorized

_USERS = load("users")


class Revocations:
    """The tokens' verdict, and who was signed out since, as this process last read it."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens
        self._signed_out: dict[UUID, datetime] = {}
        self._newest: datetime | None = None

    async def refresh(self) -> list[UUID]:
        """Read what is new. Returns who was signed out since the last time."""
        rows = await self._database.pool.fetch(_USERS["signed_out"], self._newest)
        news = [row["id"] for row in rows if self._signed_out.get(row["id"]) != row["signed_out_at"]]
        self._signed_out.update({row["id"]: row["signed_out_at"] for row in rows})
        if rows:
            self._newest = rows[-1]["signed_out_at"]
        return news

    def refuses(self, user_id: UUID, issued_at: datetime | None) -> bool:
        """Whether a token was issued before its user was signed out. Tokens tell whole seconds."""
        since = self._signed_out.get(user_id)
        return since is not None and (issued_at is None or issued_at <= since)

    def verify(self, token: str) -> Identity:
        """Who the token stands for. Raises ``Unauthorized``, with TOKEN_REVOKED if it was withdrawn."""
        identity = self._tokens.verify(token)
        if self.refuses(identity.user_id, identity.issued_at):
            raise Unauthorized("The token was withdrawn. Get a new one.", code="TOKEN_REVOKED")
        return identity
