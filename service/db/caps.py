"""What a user has at most so many of: counted by one request of the user's at a time."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load

_USERS = load("users")


async def hold_user(connection: Connection, user_id: UUID) -> None:
    """Hold the user's row until the transaction ends. A statement of its own: what counts afterwards sees
    all that others have added while this one waited."""
    await connection.execute(_USERS["hold_user"], user_id)
