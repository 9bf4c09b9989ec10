"""Deletes files and folders that no row refers to any more. A file is recorded first, then deleted from the
store, then removed from the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

import asyncpg
import structlog

from service.db.pool import TRANSIENT, Database
from service.db.sql import load
from service.domain.assets import plates_folder
from service.errors import StorytroupeError

log = structlog.get_logger(__name__)

_SQL = load("discarded")
_AT_ONCE = 500

#: A function that deletes a file or a folder of the store, by its key.
Delete = Callable[[str], Awaitable[None]]


async def note_folder(database: Database, folder: str) -> None:
    """Record a folder. Its files are deleted in an hour if its story or character does not exist then.

    Call this before the story or character is deleted. The later deletion also removes files that an actor
    stores meanwhile, and files that remain because this process died.
    """
    await database.pool.execute(_SQL["note_folder"], folder)


async def discard(database: Database, delete: Delete, keys: Collection[str]) -> None:
    """Delete files whose rows were deleted, and the files that were prepared from them. Raises nothing. A
    file that cannot be deleted now stays recorded."""
    if not keys:
        return
    gone = sorted({*keys, *filter(None, map(plates_folder, keys))})
    try:
        await database.pool.execute(_SQL["note"], gone)
        await _delete(database, delete, gone)
    except (*TRANSIENT, asyncpg.PostgresError) as error:
        log.warning("files not deleted", keys=gone, error=error)


async def delete_discarded(database: Database, delete: Delete) -> None:
    """Delete recorded files, the oldest records first. A file that cannot be deleted now stays recorded."""
    rows = await database.pool.fetch(_SQL["noted"], _AT_ONCE)
    await _delete(database, delete, [row["key"] for row in rows])


async def delete_folder(database: Database, delete: Delete, folder: str) -> None:
    """Delete a recorded folder now, and then other recorded files. The folder stays recorded, so that it is
    deleted again later. The store's errors are logged and not raised.
    """
    await _is_deleted(delete, folder)
    await delete_discarded(database, delete)


async def _delete(database: Database, delete: Delete, keys: Collection[str]) -> None:
    deleted = [key for key in keys if await _is_deleted(delete, key)]
    await database.pool.execute(_SQL["forget"], deleted)


async def _is_deleted(delete: Delete, key: str) -> bool:
    try:
        await delete(key)
    except (StorytroupeError, OSError) as error:
        log.warning("file not deleted", key=key, error=error)
        return False
    return True
