"""Cancels and deletes stories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.db.discarded import note_folder
from service.db.idempotency import forget_story
from service.db.pool import Connection, Database, Door
from service.db.sql import load
from service.jobs.jobs import cancels
from service.runtime.kinds import Kinds
from service.runtime.settlement import Settled, settle
from service.storage.store import story_folder
from service.stories.queries import get_story, story_jobs

_STORIES, _ACCOUNTS = load("stories"), load("accounts")


async def cancel(connection: Connection, kinds: Kinds, story_id: UUID) -> tuple[Settled, Mapping[str, Any]]:
    """Cancel the open jobs of a story. Finished jobs stay unchanged. Returns the story's row, and the
    settlement, which the caller passes to the settler after the commit. Raises ``NotFound``."""
    settled = await _cancel_open(connection, kinds, story_id)
    return settled, await get_story(connection, story_id)


async def delete(door: Door, *, database: Database, kinds: Kinds, user_id: UUID, story_id: UUID) -> list[str]:
    """Delete a story. The open jobs are cancelled first, so that the story's credit is refunded if a refund
    is due.

    ``door`` opens transactions of the user. Returns the keys of the files that the caller must delete. Raises
    ``NotFound``.
    """
    async with door() as connection:
        await get_story(connection, story_id)
    await note_folder(database, story_folder(user_id, story_id))
    async with door() as connection:
        await get_story(connection, story_id)
        await _cancel_open(connection, kinds, story_id)
        keys = await _files(connection, story_id)
        await connection.execute(_STORIES["delete_story"], story_id)
        await forget_story(connection, user_id, story_id)
    return keys


async def _cancel_open(connection: Connection, kinds: Kinds, story_id: UUID) -> Settled:
    return await settle(connection, kinds, cancels(await story_jobs(connection, story_id)))


async def _files(connection: Connection, story_id: UUID) -> list[str]:
    files = await connection.fetch(_STORIES["files_of_story"], story_id)
    paid = await connection.fetch(_ACCOUNTS["paid_files"], story_id)
    return sorted({row["key"] for row in files} | {row["result_key"] for row in paid})
