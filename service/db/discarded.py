"""Files and folders that nothing refers to any more: noted, deleted from the store, and then forgotten."""

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

#: Deletes a file of the store, or a folder, by its key.
Delete = Callable[[str], Awaitable[None]]


async def note_folder(database: Database, folder: str) -> None:
    """Have all that is in a folder deleted an hour from now, if its story or character is gone by then.

    To be said before these are deleted: what an actor is storing meanwhile, and what a process that dies
    between their end and that of their files leaves behind, goes then.
    """
    await database.pool.execute(_SQL["note_folder"], folder)


async def discard(database: Database, delete: Delete, keys: Collection[str]) -> None:
    """Delete files whose rows are gone, with what was made ready of them. Raises nothing: what cannot be
    deleted now stays noted."""
    if not keys:
        return
    gone = sorted({*keys, *filter(None, map(plates_folder, keys))})
    try:
        await database.pool.execute(_SQL["note"], gone)
        await _delete(database, delete, gone)
    except (*TRANSIENT, asyncpg.PostgresError) as error:
        log.warning("files not deleted", keys=gone, error=repr(error))


async def delete_discarded(database: Database, delete: Delete) -> None:
    """Delete files that were noted, the first ones first; those that cannot be deleted now stay noted."""
    rows = await database.pool.fetch(_SQL["noted"], _AT_ONCE)
    await _delete(database, delete, [row["key"] for row in rows])


async def delete_folder(database: Database, delete: Delete, folder: str) -> None:
    """Delete a folder that was noted, though it may be too early for the last time, and what else was noted.
    Raises nothing of the store's."""
    await _is_deleted(delete, folder)
    await delete_discarded(database, delete)


async def _delete(database: Database, delete: Delete, keys: Collection[str]) -> None:
    deleted = [key for key in keys if await _is_deleted(delete, key)]
    await database.pool.execute(_SQL["forget"], deleted)


async def _is_deleted(delete: Delete, key: str) -> bool:
    try:
        await delete(key)
    except (StorytroupeError, OSError) as error:
        log.warning("file not deleted", key=key, error=repr(error))
        return False
    return True
