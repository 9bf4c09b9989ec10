"""Characters that users keep. All verbs work within the acting user's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.story import Character
from service.errors import NotFound

_USERS, _CHARACTERS = load("users"), load("characters")


async def find_characters(connection: Connection, ids: Sequence[UUID]) -> list[Character]:
    """Characters in the order of their ids. Raises ``NotFound`` with those that there are not."""
    if not ids:
        return []
    rows = {row["id"]: row for row in await connection.fetch(_USERS["characters"], list(ids))}
    missing = [str(id_) for id_ in ids if id_ not in rows]
    if missing:
        raise _unknown(*missing)
    return [character_of(rows[id_]) for id_ in ids]


async def insert_character(connection: Connection, user_id: UUID, character: Character) -> asyncpg.Record:
    """Keep a new character. Returns its row."""
    id_ = uuid4()
    await connection.execute(_USERS["insert_character"], id_, user_id, character.name, _data(character))
    return await get_character(connection, id_)


async def get_character(connection: Connection, id_: UUID, *, lock: bool = False) -> asyncpg.Record:
    """One character's row, held for a change where it is asked for. Raises ``NotFound``."""
    query = _CHARACTERS["lock_character"] if lock else _CHARACTERS["character"]
    row = await connection.fetchrow(query, id_)
    if row is None:
        raise _unknown(str(id_))
    return row


async def list_characters(
    connection: Connection, user_id: UUID, *, after: tuple[datetime, UUID] | None = None, limit: int = 20
) -> list[asyncpg.Record]:
    """A page of a user's characters, newest first; ``after`` is the last row's time and id."""
    at, id_ = after or (None, None)
    return list(await connection.fetch(_CHARACTERS["character_page"], user_id, at, id_, limit))


async def store_character(connection: Connection, id_: UUID, character: Character) -> asyncpg.Record:
    """Write a character that was changed under its lock. Raises ``NotFound``."""
    row = await connection.fetchrow(_CHARACTERS["store_character"], id_, character.name, _data(character))
    if row is None:
        raise _unknown(str(id_))
    return row


async def delete_character(connection: Connection, id_: UUID) -> None:
    """Keep a character no more. Raises ``NotFound``."""
    if await connection.fetchval(_CHARACTERS["delete_character"], id_) is None:
        raise _unknown(str(id_))


def character_of(row: asyncpg.Record) -> Character:
    """A character from its row."""
    return Character(
        **row["data"],
        id=str(row["id"]),
        name=row["name"],
        reference_images=tuple(row["reference_images"]),
    )


def _data(character: Character) -> dict[str, Any]:
    return character.model_dump(mode="json", exclude={"id", "name", "reference_images"})


def _unknown(*ids: str) -> NotFound:
    named = ", ".join(ids)
    return NotFound(f"There is no character {named}.", code="CHARACTER_NOT_FOUND", ids=list(ids))
