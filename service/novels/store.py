"""Queries of novels and their chapters. All functions run in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.events import NewEvent
from service.novels.errors import NovelNotFound
from service.novels.tables import Author, ChapterStatus, Novel, NovelChapter
from service.runtime.kinds import Aggregate
from service.runtime.settlement import Locked, append_events, lock_aggregate

_NOVELS = load("novels", "service.novels")
#: ``aggregates.kind`` of novels.
NOVEL = "novel"


@dataclass(frozen=True, slots=True)
class NewNovel:
    """A novel to insert. ``plan`` has the values of all stages by path, and the order of the elements at the
    path of each collection; ``locks`` are the paths that were locked."""

    id: UUID
    user_id: UUID
    session_id: UUID
    title: str
    language: str
    plan: Mapping[str, Any]
    locks: Sequence[str] = ()

    @property
    def chapters(self) -> int:
        """The number of chapters of its outline."""
        return len(self.plan.get("plot.chapters", ()))


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """A change of a chapter: its new status and, with a ``text``, its new version."""

    novel_id: UUID
    number: int
    status: ChapterStatus
    version: int
    text: str | None = None
    words: int | None = None
    by: Author = "ai"
    made_from: Mapping[str, Any] = field(default_factory=dict)


async def insert_novel(connection: Connection, novel: NewNovel, correlation_id: UUID | None = None) -> None:
    """Write the novel that a session makes, with its plan, rows for its chapters, and its first event. A
    session makes one. ``correlation_id`` is the command that makes it."""
    await connection.execute(
        _NOVELS["insert_novel"],
        novel.id,
        novel.user_id,
        novel.session_id,
        novel.title,
        novel.plan,
        novel.language,
        list(novel.locks),
    )
    await connection.execute(_NOVELS["insert_chapters"], novel.id, novel.chapters)
    made = {"title": novel.title, "session_id": str(novel.session_id), "plan_version": 1}
    event = NewEvent("novel.created", made, correlation_id=correlation_id)
    aggregate = Aggregate(novel.id, NOVEL, novel.user_id, 0)
    await append_events(connection, [aggregate], {novel.id: [event]})


async def lock_novel(connection: Connection, novel_id: UUID) -> Locked:
    """A novel, locked, with its jobs. Raises ``NovelNotFound`` where the connection's user has none such."""
    locked = await lock_aggregate(connection, novel_id)
    if locked is None or locked.aggregate.kind != NOVEL:
        raise NovelNotFound
    return locked


async def get_novel(connection: Connection, novel_id: UUID) -> Novel:
    """One novel. Raises ``NovelNotFound`` where the connection's user has no such novel."""
    row = await connection.fetchrow(_NOVELS["novel"], novel_id)
    if row is None:
        raise NovelNotFound
    return Novel.of(row)


async def novel_of_session(connection: Connection, session_id: UUID) -> Novel | None:
    """The novel of a session; None if the session has no novel."""
    row = await connection.fetchrow(_NOVELS["novel_of_session"], session_id)
    return Novel.of(row) if row is not None else None


async def chapters_of(connection: Connection, novel_id: UUID) -> list[NovelChapter]:
    """The chapters of a novel, in order."""
    return [NovelChapter.of(row) for row in await connection.fetch(_NOVELS["chapters"], novel_id)]


async def store_chapters(connection: Connection, changes: Sequence[ChapterRow]) -> None:
    """Write changes of chapters, each chapter once. A text becomes the version that its change says."""
    if changes:
        await connection.execute(_NOVELS["store_chapters"], [asdict(change) for change in changes])


def words_in(text: str) -> int:
    """The number of words of a text, as white space separates them."""
    return len(text.split())
