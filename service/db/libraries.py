"""Libraries: named groups of a user's stories. All functions see only the rows of the user for whom the
transaction acts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from service.db.caps import hold_user
from service.db.pool import Connection
from service.db.sql import load
from service.errors import Conflict, NotFound

_SQL = load("libraries")

MAX_LIBRARIES = 200


async def default_library(connection: Connection, user_id: UUID) -> UUID:
    """Return the id of the user's default library. The first call creates the library."""
    made: UUID | None = await connection.fetchval(_SQL["default_library"], user_id)
    # If another request created the library at the same time, the first statement neither creates nor sees
    # it. The second statement sees it.
    return made or await connection.fetchval(_SQL["default_library"], user_id)


async def get_library(connection: Connection, id_: UUID) -> asyncpg.Record:
    """Return one library's row. Raises ``NotFound`` if the library does not exist."""
    return _found(await connection.fetchrow(_SQL["library"], id_))


async def list_libraries(
    connection: Connection, user_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Return a page of a user's libraries, newest first. Every user has at least one. ``after`` is the time
    and id of the last row of the previous page."""
    await default_library(connection, user_id)
    at, id_ = after or (None, None)
    return list(await connection.fetch(_SQL["library_page"], user_id, at, id_, limit))


async def open_library(connection: Connection, user_id: UUID, name: str) -> asyncpg.Record:
    """Create a library. Returns its row. Raises ``Conflict`` if the user has too many."""
    await hold_user(connection, user_id)
    row = await connection.fetchrow(_SQL["insert_library"], user_id, name, MAX_LIBRARIES)
    if row is None:
        raise Conflict(
            f"A user has at most {MAX_LIBRARIES} libraries. Delete one first.", code="TOO_MANY_LIBRARIES"
        )
    return row


async def rename_library(connection: Connection, id_: UUID, name: str) -> asyncpg.Record:
    """Rename a library. Returns its row. Raises ``NotFound`` if the library does not exist."""
    return _found(await connection.fetchrow(_SQL["rename_library"], id_, name))


async def delete_library(connection: Connection, id_: UUID) -> None:
    """Delete an empty library. Raises ``NotFound`` if the library does not exist, and ``Conflict`` if it
    holds stories or is the default library."""
    try:
        if await connection.fetchval(_SQL["delete_library"], id_) is not None:
            return
    except asyncpg.ForeignKeyViolationError as error:
        message = "This library contains stories. Move or delete the stories first."
        raise Conflict(message, code="LIBRARY_NOT_EMPTY") from error
    await get_library(connection, id_)
    raise Conflict("The default library cannot be deleted.", code="DEFAULT_LIBRARY")


async def move_story(connection: Connection, story_id: UUID, library_id: UUID) -> None:
    """Move a story to a library of the same user. Raises ``NotFound`` if the story or the library does not
    exist."""
    await get_library(connection, library_id)
    if await connection.fetchval(_SQL["move_story"], story_id, library_id) is None:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")


def _found(row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise NotFound("The library does not exist.", code="LIBRARY_NOT_FOUND")
    return row
