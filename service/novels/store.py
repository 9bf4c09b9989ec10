"""Queries of novels and their chapters. All functions run in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.errors import NotFound
from service.genesis.tables import Novel, NovelChapter

_NOVELS = load("novels", "service.genesis")


async def insert_novel(
    connection: Connection,
    user_id: UUID,
    novel_id: UUID,
    *,
    session_id: UUID,
    title: str,
    plan: Mapping[str, Any],
    chapters: int,
) -> None:
    """Insert the novel of a session, with its plan and the rows of its chapters. A session has at most one
    novel."""
    await connection.execute(_NOVELS["insert_novel"], novel_id, user_id, session_id, title, plan)
    await connection.execute(_NOVELS["insert_chapters"], novel_id, chapters)


async def get_novel(connection: Connection, novel_id: UUID) -> Novel:
    """One novel. Raises ``NotFound`` if the connection's user does not have it."""
    row = await connection.fetchrow(_NOVELS["novel"], novel_id)
    if row is None:
        raise NotFound("This novel does not exist.", code="NOVEL_NOT_FOUND")
    return Novel.of(row)


async def novel_of_session(connection: Connection, session_id: UUID) -> Novel | None:
    """The novel of a session; None if the session has no novel."""
    row = await connection.fetchrow(_NOVELS["novel_of_session"], session_id)
    return Novel.of(row) if row is not None else None


async def chapters_of(connection: Connection, novel_id: UUID) -> list[NovelChapter]:
    """The chapters of a novel, in order."""
    return [NovelChapter.of(row) for row in await connection.fetch(_NOVELS["chapters"], novel_id)]
