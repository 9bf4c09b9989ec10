"""The calls about novels: reading them, exports, and their changes as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from service.api import responses as a
from service.api.queries import NovelFormat
from service.client.event_calls import EventCalls
from service.client.server_events import ServerEvent
from service.client.transport import Id


class NovelCalls(EventCalls):
    """Each call of ``/api/v1/novels`` as a method."""

    async def list_novels(self, *, cursor: str | None = None, limit: int = 20) -> a.Items[a.NovelListed]:
        """Return a page of the novels, newest first, of ``limit`` items at most (1 to 100)."""
        query = {"cursor": cursor, "limit": limit}
        return await self.ask(a.Items[a.NovelListed], "GET", "/api/v1/novels", query=query)

    async def read_novel(self, novel_id: Id) -> a.Novel:
        """Return a novel with its plan and the state of its chapters. Raises ``NotFound``."""
        return await self.ask(a.Novel, "GET", _novel(novel_id))

    async def delete_novel(self, novel_id: Id) -> a.Deleted:
        """Delete a novel with its texts for good; the session that made it stays. Raises ``NotFound``."""
        return await self.ask(a.Deleted, "DELETE", _novel(novel_id))

    async def export_novel(self, novel_id: Id, stem: Path, format: NovelFormat = "markdown") -> Path:
        """Save a novel as a file, and return its path: ``stem`` with the suffix of the format.

        Raises ``NotFound``, and ``OSError``. It may be cancelled: a part may stay, in ``STEM.part``.
        """
        return await self.save(f"{_novel(novel_id)}/export", stem, query={"format": format})

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


def _novel(novel_id: Id) -> str:
    return f"/api/v1/novels/{novel_id}"
