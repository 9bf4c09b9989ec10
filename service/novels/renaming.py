"""Renaming novels."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.events import NewEvent
from service.novels.kind import NovelKind
from service.novels.store import lock_novel
from service.runtime.kinds import Kinds, kinds_of
from service.runtime.settlement import Change, Settled, settle_locked

_NOVELS = load("novels", "service.novels")
_KINDS: Kinds = kinds_of(NovelKind())


async def rename_novel(connection: Connection, novel_id: UUID, title: str) -> Settled:
    """Give a novel another title. An equal title changes nothing.

    Returns what was settled, which the caller passes to the settler afterwards. Raises ``NovelNotFound``.
    """
    locked = await lock_novel(connection, novel_id)
    changed = await connection.fetchval(_NOVELS["rename_novel"], novel_id, title)
    events = {novel_id: [NewEvent("novel.renamed", {"title": title})]} if changed else {}
    return await settle_locked(connection, _KINDS, [locked], Change(events=events))
