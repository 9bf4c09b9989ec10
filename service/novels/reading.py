"""Reading novels: lists, one novel with its plan, and the tree that exports are made of.

Each function takes a transaction of the user who asks. Another user's novel does not exist for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.api.responses.novel_plan import NovelDocument
from service.db.pool import Connection
from service.db.sql import load
from service.novels.errors import NovelNotFound
from service.novels.kind import NovelKind
from service.novels.store import chapters_of, get_novel
from service.novels.tree import bible_of, outline_of, tree_of

_NOVELS = load("novels", "service.novels")

#: A position in a list: a time and an id.
Position = tuple[Any, UUID]


async def list_novels(
    connection: Connection, user_id: UUID, *, session_id: UUID | None, after: Position | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Rows of a user's novels, newest first; ``kind.summary`` makes an answer of each. With ``session_id``,
    only the novel that this session made."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        _NOVELS["novels_listed"], user_id, limit, *(after or (None, None)), session_id
    )
    return rows


async def show_novel(connection: Connection, novel_id: UUID) -> dict[str, Any]:
    """A novel's state with its plan. Raises ``NovelNotFound``."""
    snapshot = await NovelKind().snapshot(connection, novel_id)
    if snapshot is None:
        raise NovelNotFound
    plan = (await get_novel(connection, novel_id)).data
    return {**snapshot.state, "bible": bible_of(plan), "outline": outline_of(plan)}


async def read_tree(connection: Connection, novel_id: UUID) -> tuple[NovelDocument, datetime]:
    """The whole tree of a novel, with its texts, and when it changed last. Raises ``NovelNotFound``."""
    novel = await get_novel(connection, novel_id)
    tree = tree_of(novel, await chapters_of(connection, novel_id))
    return tree, novel.updated_at.astimezone(UTC)
