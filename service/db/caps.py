"""Limits on the number of a user's things: requests of one user count them one at a time."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load

_USERS = load("users")


async def hold_user(connection: Connection, user_id: UUID) -> None:
    """Lock the user's row until the transaction ends.

    This is a separate statement: a count after it sees what other transactions added while this one waited.
    """
    await connection.execute(_USERS["hold_user"], user_id)
