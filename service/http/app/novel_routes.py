"""The paths of novels."""

from __future__ import annotations

from service.api import queries as q
from service.api import responses as a
from service.http.app.route import Route
from service.http.live import endpoints as live
from service.http.resources import novels
from service.novels.exports import FORMATS

_NOVEL = "/api/v1/novels/{id}"

NOVELS: tuple[Route, ...] = (
    Route("GET", "/api/v1/novels", "List your novels, newest first",
          private=novels.index, answer=a.Items[a.NovelListed], query=q.Paged),
    Route("GET", _NOVEL, "Read a novel with its plan and the state of its chapters",
          private=novels.show, answer=a.Novel),
    Route("DELETE", _NOVEL, "Delete a novel with its texts; the session that made it stays",
          private=novels.delete, answer=a.Deleted),
    Route("GET", f"{_NOVEL}/export", "Export a novel as a file: Markdown, DOCX, EPUB, JSON, OPML or CSV",
          private=novels.export_novel, query=q.NovelExportQuery,
          media=tuple(dict.fromkeys(made.media_type for made in FORMATS.values()))),
    Route("GET", f"{_NOVEL}/events", "Listen to the changes of a novel, as server-sent events",
          private=live.novel_events, query=q.EventsQuery, token_in_query=True,
          head=False, media=("text/event-stream",), statuses=(422,)),
)  # fmt: skip
