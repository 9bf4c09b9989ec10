"""Stores the characters of users. All functions see only the rows of the user for whom the transaction
acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.db.caps import hold_user
from service.db.pool import Connection
from service.db.sql import load
from service.domain.references import Images, ReferenceImage, for_books
from service.domain.story import Character
from service.errors import Conflict, NotFound

_USERS, _CHARACTERS = load("users"), load("characters")

MAX_CHARACTERS = 500
#: The advice in the error message about a character that does not exist.
HOW_TO_MAKE_ONE = (
    "POST /api/v1/characters creates a character and returns its id. GET /api/v1/characters lists your "
    "characters. The field `characters` of a story describes heroes without an id."
)


async def find_characters(connection: Connection, ids: Sequence[UUID]) -> list[Character]:
    """Return characters in the order of ``ids``. Raises ``NotFound`` with the ids that do not exist."""
    if not ids:
        return []
    rows = {row["id"]: row for row in await connection.fetch(_USERS["characters"], list(ids))}
    missing = [str(id_) for id_ in ids if id_ not in rows]
    if missing:
        raise unknown_characters(*missing)
    return [character_of(rows[id_]) for id_ in ids]


async def insert_character(connection: Connection, user_id: UUID, character: Character) -> asyncpg.Record:
    """Store a new character. Returns its row. Raises ``Conflict`` if the user has too many."""
    await hold_user(connection, user_id)
    given = (uuid4(), user_id, character.name, _data(character), MAX_CHARACTERS)
    row = await connection.fetchrow(_CHARACTERS["insert_character"], *given)
    if row is None:
        raise Conflict(
            f"A user can keep at most {MAX_CHARACTERS} characters. Delete one first.",
            code="TOO_MANY_CHARACTERS",
        )
    return row


async def get_character(connection: Connection, id_: UUID, *, lock: bool = False) -> asyncpg.Record:
    """Return one character's row. With ``lock``, the row is locked for a change. Raises ``NotFound`` if the
    character does not exist."""
    query = _CHARACTERS["lock_character"] if lock else _CHARACTERS["character"]
    row = await connection.fetchrow(query, id_)
    if row is None:
        raise unknown_characters(str(id_))
    return row


async def list_characters(
    connection: Connection, user_id: UUID, *, after: tuple[datetime, UUID] | None = None, limit: int = 20
) -> list[asyncpg.Record]:
    """Return a page of a user's characters, newest first. ``after`` is the time and id of the last row of the
    previous page."""
    at, id_ = after or (None, None)
    return list(await connection.fetch(_CHARACTERS["character_page"], user_id, at, id_, limit))


async def store_character(connection: Connection, id_: UUID, character: Character) -> asyncpg.Record:
    """Update a character that the transaction has locked. Raises ``NotFound`` if the character does not
    exist."""
    row = await connection.fetchrow(_CHARACTERS["store_character"], id_, character.name, _data(character))
    if row is None:
        raise unknown_characters(str(id_))
    return row


async def store_images(connection: Connection, id_: UUID, images: Images) -> None:
    """Update the reference pictures of a character that the transaction has locked."""
    rows = [image.model_dump(mode="json") for image in images]
    await connection.execute(_CHARACTERS["store_images"], id_, rows)


async def delete_character(connection: Connection, id_: UUID) -> list[str]:
    """Delete a character. Returns the file keys of its pictures. Raises ``NotFound`` if the character does
    not exist."""
    row = await connection.fetchrow(_CHARACTERS["delete_character"], id_)
    if row is None:
        raise unknown_characters(str(id_))
    return [image.key for image in images_of(row)]


async def sheet_of_book(connection: Connection, id_: UUID, story_id: UUID) -> asyncpg.Record | None:
    """Return the file key and media type of a book's character sheet. None if the book has other heroes
    too."""
    return await connection.fetchrow(_CHARACTERS["sheet_of_book"], story_id, str(id_))


def images_of(row: Mapping[str, Any]) -> Images:
    """Return the reference pictures in a character's row, oldest first."""
    return tuple(ReferenceImage.model_validate(image) for image in row["reference_images"])


def character_of(row: Mapping[str, Any]) -> Character:
    """Return the character that a row contains."""
    return Character(
        **row["data"],
        id=str(row["id"]),
        name=row["name"],
        reference_images=for_books(images_of(row)),
    )


def _data(character: Character) -> dict[str, Any]:
    return character.model_dump(mode="json", exclude={"id", "name", "reference_images"})


def unknown_characters(*ids: str) -> NotFound:
    """Return the error about characters that do not exist or belong to another user."""
    return NotFound(
        f"These characters do not exist: {', '.join(ids)}. {HOW_TO_MAKE_ONE}",
        code="CHARACTER_NOT_FOUND",
        ids=list(ids),
    )
