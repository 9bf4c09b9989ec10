"""Enforces limits on how many objects a user has. Requests of one user run the check one after another."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load

_USERS = load("users")


async def hold_user(connection: Connection, user_id: UUID) -> None:
    """Lock the user's row until the transaction ends.

    The lock is a separate statement. So a later count in this transaction includes rows that other
    transactions committed while this transaction waited for the lock.
    """
    await connection.execute(_USERS["hold_user"], user_id)
