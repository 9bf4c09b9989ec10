"""Webhooks of users, and the deliveries of webhooks. Functions with the argument ``connection`` see only the
rows of the acting user. Functions with the argument ``database`` are for operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from service.db.caps import hold_user
from service.db.pool import Connection, Database
from service.db.sql import load
from service.domain.webhooks import new_secret
from service.errors import Conflict, NotFound

_SQL = load("webhooks")

MAX_WEBHOOKS = 20

#: The position of the last row of a page: its time and its id.
Position = tuple[datetime, UUID]


async def create_webhook(
    connection: Connection, user_id: UUID, url: str, events: Sequence[str]
) -> tuple[asyncpg.Record, str]:
    """Create a webhook. Returns its row and its secret. Raises ``Conflict`` if the user has too many."""
    secret = new_secret()
    await hold_user(connection, user_id)
    row = await connection.fetchrow(_SQL["insert_webhook"], user_id, url, secret, list(events), MAX_WEBHOOKS)
    if row is None:
        raise Conflict(
            f"A user has at most {MAX_WEBHOOKS} webhooks. Delete one first.", code="TOO_MANY_WEBHOOKS"
        )
    return row, secret


async def list_webhooks(
    connection: Connection, user_id: UUID, *, after: Position | None, limit: int
) -> list[asyncpg.Record]:
    """A page of the user's webhooks, newest first."""
    return list(await connection.fetch(_SQL["webhook_page"], user_id, *(after or (None, None)), limit))


async def get_webhook(connection: Connection, id_: UUID) -> asyncpg.Record:
    """The row of a webhook. Raises ``NotFound``."""
    return _found(await connection.fetchrow(_SQL["webhook"], id_))


async def change_webhook(
    connection: Connection, id_: UUID, *, url: str | None, events: Sequence[str] | None, enabled: bool | None
) -> asyncpg.Record:
    """Change a webhook, and return its row. An argument that is None keeps the current value. Raises
    ``NotFound``."""
    named = None if events is None else list(events)
    return _found(await connection.fetchrow(_SQL["store_webhook"], id_, url, named, enabled))


async def delete_webhook(connection: Connection, id_: UUID) -> None:
    """Delete a webhook with its deliveries. Raises ``NotFound``."""
    _found(await connection.fetchrow(_SQL["delete_webhook"], id_))


async def rotate_secret(
    connection: Connection, id_: UUID, overlap_seconds: float
) -> tuple[asyncpg.Record, str]:
    """Give a webhook a new secret. For ``overlap_seconds``, deliveries are signed with the old secret, too.
    Returns a row with the webhook's id and ``previous_until``, and the new secret. Raises ``NotFound``."""
    secret = new_secret()
    return _found(await connection.fetchrow(_SQL["rotate_secret"], id_, secret, overlap_seconds)), secret


async def list_deliveries(
    connection: Connection, id_: UUID, *, status: str | None, after: Position | None, limit: int
) -> list[asyncpg.Record]:
    """A page of a webhook's deliveries, newest first. Raises ``NotFound`` if the webhook does not exist."""
    await get_webhook(connection, id_)
    rows = await connection.fetch(_SQL["delivery_page"], id_, *(after or (None, None)), status, limit)
    return list(rows)


async def redeliver(connection: Connection, id_: UUID, delivery_id: UUID) -> asyncpg.Record:
    """Queue a delivery again, with its full number of tries. Returns the row of the delivery. Raises
    ``NotFound``."""
    row = await connection.fetchrow(_SQL["redeliver"], delivery_id, id_)
    if row is None:
        raise NotFound("The delivery does not exist.", code="DELIVERY_NOT_FOUND")
    return row


async def list_dead(database: Database, *, after: Position | None, limit: int) -> list[asyncpg.Record]:
    """A page of the permanently failed deliveries of all users, newest first."""
    return list(await database.pool.fetch(_SQL["dead_deliveries"], *(after or (None, None)), limit))


async def redeliver_dead(database: Database, ids: Sequence[UUID]) -> list[UUID]:
    """Queue permanently failed deliveries again. Returns the ids of those that exist."""
    async with database.as_owner() as connection:
        rows = await connection.fetch(_SQL["redeliver_dead"], list(ids))
    return [row["id"] for row in rows]


def _found(row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise NotFound("The webhook does not exist.", code="WEBHOOK_NOT_FOUND")
    return row
