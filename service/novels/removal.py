"""Deleting novels."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import cancels
from service.novels.store import lock_novel
from service.runtime.kinds import Kinds
from service.runtime.settlement import Change, Settled, settle_locked

_NOVELS = load("novels", "service.novels")


async def delete_novel(connection: Connection, kinds: Kinds, novel_id: UUID) -> Settled:
    """Delete a novel with all that it has; the session that made it stays. What runs is cancelled first.

    Returns what was settled, which the caller passes to the settler afterwards. Raises ``NovelNotFound``.
    """
    locked = await lock_novel(connection, novel_id)
    settled = await settle_locked(connection, kinds, [locked], Change(cancels(locked.jobs)))
    await connection.execute(_NOVELS["delete_novel"], novel_id)
    return settled
