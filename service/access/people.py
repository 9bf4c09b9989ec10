"""What operators do with users: list users, change their tiers, grant packs, sign users out, and delete
users."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from service.db.pool import Connection, Database
from service.db.sql import load
from service.errors import NotFound

_USERS, _FILES = load("users"), load("discarded")


async def find_users(
    connection: Connection, *, after: tuple[datetime, UUID] | None = None, limit: int
) -> list[asyncpg.Record]:
    """Return users, newest first, each with the number of stories and the spend of this month."""
    at, id_ = after or (None, None)
    return list(await connection.fetch(_USERS["user_page"], at, id_, None, limit))


async def find_user(connection: Connection, user_id: UUID) -> asyncpg.Record:
    """Return one user in the form of ``find_users``. Raises ``NotFound`` if the user does not exist."""
    row = await connection.fetchrow(_USERS["user_page"], None, None, user_id, 1)
    if row is None:
        raise NotFound("The user does not exist.", code="USER_NOT_FOUND")
    return row


async def set_tier(connection: Connection, user_id: UUID, tier: str) -> None:
    """Set the tier of a user. Creates the user if needed. Raises ``NotFound`` for an unknown tier."""
    known = await _names(connection, "tiers")
    if tier not in known:
        raise NotFound(
            f"The tier {tier!r} does not exist. The tiers are: {', '.join(known)}.", code="TIER_NOT_FOUND"
        )
    await connection.execute(_USERS["ensure_user"], user_id, tier)
    await connection.execute(_USERS["set_tier"], user_id, tier)


async def grant_pack(connection: Connection, user_id: UUID, pack: str) -> int:
    """Add the stories of a pack to the user's quota. Returns how many stories all packs have granted to the
    user. Raises ``NotFound`` for an unknown user or pack."""
    await find_user(connection, user_id)
    granted: int | None = await connection.fetchval(_USERS["grant_pack"], user_id, pack)
    if granted is None:
        known = ", ".join(await _names(connection, "packs"))
        raise NotFound(f"The pack {pack!r} does not exist. The packs are: {known}.", code="PACK_NOT_FOUND")
    return granted


async def _names(connection: Connection, of: str) -> list[str]:
    """Return the names in the table ``tiers`` or ``packs``. Operators change these tables, so a table may be
    empty."""
    row = await connection.fetchrow(_USERS["tiers_and_packs"])
    return list(row[of] or ()) if row else []


async def sign_out(connection: Connection, user_id: UUID, issued_at: datetime | None = None) -> datetime:
    """Withdraw every token that was issued to a user until now. Returns the time of this sign-out.

    ``issued_at`` is when the token of this request was issued. This token is withdrawn even if the issuer's
    clock is ahead of ours.
    """
    at: datetime = await connection.fetchval(_USERS["sign_out"], user_id, issued_at)
    return at


async def withdraw_tokens(database: Database, user_id: UUID, issued_at: datetime | None = None) -> datetime:
    """Withdraw every token of a user who asks for it, as ``sign_out`` does. The database's owner writes the
    row: the role of user requests must not be able to undo a withdrawal."""
    return await database.retry_transaction(lambda connection: sign_out(connection, user_id, issued_at))


async def forget(database: Database, user_id: UUID, issued_at: datetime | None = None) -> bool:
    """Delete a user with all rows, note the user's files for deletion, and withdraw every token of the user.

    Running jobs of the user continue, but their results are refused. Returns whether the user existed.
    """

    async def work(connection: Connection) -> bool:
        await sign_out(connection, user_id, issued_at)
        await connection.execute(_USERS["lock_aggregates_of_user"], user_id)
        await connection.execute(_FILES["note_all_of_user"], user_id)
        await connection.execute(_FILES["note_folders_of_user"], user_id)
        await connection.execute(_FILES["note_folder_of_user"], user_id)
        return await connection.fetchval(_USERS["delete_user"], user_id) is not None

    return await database.retry_transaction(work)
