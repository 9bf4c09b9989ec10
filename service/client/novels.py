"""The calls about novels: reading them, exports, and their changes as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from service.api import responses as a
from service.api.queries import NovelFormat
from service.client.event_calls import EventCalls
from service.client.server_events import ServerEvent
from service.client.transport import Id, Request


class NovelCalls(EventCalls):
    """Each call of ``/api/v1/novels`` as a method."""

    async def list_novels(
        self, *, session_id: Id | None = None, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.NovelListed]:
        """Return a page of the novels, newest first, of ``limit`` items at most (1 to 100). With
        ``session_id``, the page has only the novel that this session made."""
        query = {"session_id": session_id, "cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.NovelListed], "GET", "/api/v1/novels", query=query)

    async def read_novel(self, novel_id: Id) -> a.Novel:
        """Return a novel with its plan and the state of its chapters. Raises ``NotFound``."""
        return await self.ask(a.Novel, "GET", _novel(novel_id))

    async def rename_novel(self, novel_id: Id, title: str) -> a.Novel:
        """Change the title of a novel, and return the novel. Raises ``InvalidInput`` and ``NotFound``."""
        return await self.ask(a.Novel, "PATCH", _novel(novel_id), body={"title": title})

    async def delete_novel(self, novel_id: Id) -> a.Deleted:
        """Delete a novel with its texts for good; the session that made it stays. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _novel(novel_id))

    async def export_novel(self, novel_id: Id, stem: Path, format: NovelFormat = "markdown") -> Path:
        """Save a novel as a file, and return its path: ``stem`` with the suffix of the format.

        Raises ``NotFound``, and ``OSError``. It may be cancelled: a part may stay, in ``STEM.part``.
        """
        return await self.save(f"{_novel(novel_id)}/export", stem, query={"format": format})

    async def make_picture_book(self, novel_id: Id, request: Request | None = None) -> a.PictureBook:
        """Make a story of a novel, or show its request with ``preview``.

        ``request`` may have ``people`` (ids), ``chapters`` (numbers), ``preview``, and ``story``: fields of a
        request for a story. Raises ``InvalidInput``, ``NotFound``, and ``QuotaExceeded``.
        """
        path = f"{_novel(novel_id)}/picture-book"
        return await self.ask(a.PictureBook, "POST", path, body=request or {}, idempotent=True)

    async def read_chapter(self, novel_id: Id, number: int) -> a.Chapter:
        """Return a chapter with its text. Raises ``NotFound``."""
        return await self.ask(a.Chapter, "GET", _chapter(novel_id, number))

    async def draft_chapter(self, novel_id: Id, number: int, request: Request | None = None) -> a.Chapter:
        """Have a chapter written from the plan, and return it as it is now; ``novel_events`` has the words.

        ``request`` may have ``instruction``, ``expected_version`` and ``budget_usd``. Raises
        ``InvalidInput``, ``NotFound``, and ``Conflict`` if it is being written or has changed.
        """
        path = f"{_chapter(novel_id, number)}/draft"
        return await self.ask(a.Chapter, "POST", path, body=request or {}, idempotent=True)

    async def redraft_passage(self, novel_id: Id, number: int, request: Request) -> a.Chapter:
        """Have a passage written again, and return the chapter as it is now.

        ``request`` has an ``instruction``, and the ``passage`` word for word or its ``start`` and ``end``.
        Raises as ``draft_chapter`` does.
        """
        path = f"{_chapter(novel_id, number)}/redraft"
        return await self.ask(a.Chapter, "POST", path, body=request, idempotent=True)

    async def edit_chapter(
        self, novel_id: Id, number: int, text: str, *, expected_version: int | None = None
    ) -> a.Chapter:
        """Give a chapter your own text, as a new version, and return it. Raises as ``draft_chapter`` does."""
        given = {"text": text, "expected_version": expected_version}
        body = {name: value for name, value in given.items() if value is not None}
        return await self.ask(a.Chapter, "PATCH", _chapter(novel_id, number), body=body)

    async def estimate_chapter(self, novel_id: Id, number: int) -> a.ChapterEstimate:
        """Return what the draft of a chapter would cost, in US dollars; nothing is written. Raises
        ``NotFound``."""
        return await self.ask(a.ChapterEstimate, "POST", f"{_chapter(novel_id, number)}/estimate")

    async def cancel_chapter(self, novel_id: Id, number: int) -> a.Chapter:
        """Stop the writing of a chapter, and return it; its text stays as it is. Raises ``NotFound``."""
        return await self.ask(a.Chapter, "POST", f"{_chapter(novel_id, number)}/cancel")

    async def list_chapter_versions(
        self, novel_id: Id, number: int, *, cursor: str | None = None, limit: int = 20
    ) -> a.Items[a.ChapterVersionListed]:
        """Return a page of the texts that a chapter has had, newest first, without the texts. A page has
        ``limit`` items at most (1 to 100). Raises ``NotFound``."""
        query = {"cursor": cursor, "limit": limit}
        path = f"{_chapter(novel_id, number)}/versions"
        return await self.ask(a.Items[a.ChapterVersionListed], "GET", path, query=query)

    async def read_chapter_version(self, novel_id: Id, number: int, version: int) -> a.ChapterVersion:
        """Return a text that a chapter has had. Raises ``NotFound``."""
        path = f"{_chapter(novel_id, number)}/versions/{version}"
        return await self.ask(a.ChapterVersion, "GET", path)

    async def restore_chapter(self, novel_id: Id, number: int, version: int) -> a.Chapter:
        """Use an earlier text again, as a new version, and return the chapter. Raises ``NotFound``, and
        ``Conflict`` if the chapter is being written."""
        path = f"{_chapter(novel_id, number)}/versions/{version}/restore"
        return await self.ask(a.Chapter, "POST", path)

    async def novel_events(
        self, novel_id: Id, *, since: int | None = None, types: Sequence[str] = ()
    ) -> AsyncIterator[ServerEvent]:
        """Yield the changes of a novel as they come: a snapshot first, or all that came after version
        ``since``. ``types`` are types (``chapter.written``), families (``chapter.*``) and ``tick``; all if it
        is empty.

        It ends when the service ends the stream. Close it (``aclose``), or cancel the task, to leave it.
        Raises ``NotFound``, ``InvalidInput``, ``Overloaded``, and ``Unavailable`` if the connection is lost.
        """
        query = {"types": ",".join(types)} if types else {}
        async for event in self._events(f"{_novel(novel_id)}/events", since, query):
            yield event


def _chapter(novel_id: Id, number: int) -> str:
    return f"{_novel(novel_id)}/chapters/{number}"


def _novel(novel_id: Id) -> str:
    return f"/api/v1/novels/{novel_id}"
