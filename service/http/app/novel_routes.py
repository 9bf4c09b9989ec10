"""The paths of novels."""

from __future__ import annotations

from service.api import queries as q
from service.api import responses as a
from service.api.requests import ChapterPatch, DraftRequest, NovelPatch, PictureBookRequest, RedraftRequest
from service.http.app.route import Route
from service.http.live import endpoints as live
from service.http.resources import chapters, novels, picture_book
from service.novels.exports import FORMATS

_NOVEL = "/api/v1/novels/{id}"
_CHAPTER = f"{_NOVEL}/chapters/{{number}}"

NOVELS: tuple[Route, ...] = (
    Route("GET", "/api/v1/novels", "List your novels, newest first",
          private=novels.index, answer=a.Items[a.NovelListed], query=q.NovelsQuery),
    Route("GET", _NOVEL, "Read a novel with its plan and the state of its chapters",
          private=novels.show, answer=a.Novel),
    Route("PATCH", _NOVEL, "Change the title of a novel",
          private=novels.rename, body=NovelPatch, answer=a.Novel),
    Route("DELETE", _NOVEL, "Delete a novel with its texts; the session that made it stays",
          private=novels.delete, answer=a.Deleted),
    Route("GET", f"{_NOVEL}/export", "Export a novel as a file: Markdown, DOCX, EPUB, JSON, OPML or CSV",
          private=novels.export_novel, query=q.NovelExportQuery,
          media=tuple(dict.fromkeys(made.media_type for made in FORMATS.values()))),
    Route("GET", f"{_NOVEL}/events", "Listen to the changes of a novel, as server-sent events",
          private=live.novel_events, query=q.EventsQuery, token_in_query=True,
          head=False, media=("text/event-stream",), statuses=(422,)),
    Route("POST", f"{_NOVEL}/picture-book", "Make a story of a novel, or show its request with `preview`",
          private=picture_book.make, body=PictureBookRequest, body_optional=True, answer=a.PictureBook,
          created=True, idempotent=True, statuses=(403,)),
    Route("GET", _CHAPTER, "Read a chapter with its text",
          private=chapters.show, answer=a.Chapter),
    Route("PATCH", _CHAPTER, "Give a chapter your own text, as a new version",
          private=chapters.edit, body=ChapterPatch, answer=a.Chapter, statuses=(409,)),
    Route("POST", f"{_CHAPTER}/draft", "Have a chapter written from the plan, as a new version",
          private=chapters.draft, body=DraftRequest, body_optional=True, answer=a.Chapter, status=202,
          idempotent=True, statuses=(409,)),
    Route("POST", f"{_CHAPTER}/redraft", "Have a passage of a chapter written again, as a new version",
          private=chapters.redraft, body=RedraftRequest, answer=a.Chapter, status=202, idempotent=True,
          statuses=(409,)),
    Route("POST", f"{_CHAPTER}/estimate", "Estimate the cost of a draft of a chapter; nothing is written",
          private=chapters.estimate, answer=a.ChapterEstimate),
    Route("POST", f"{_CHAPTER}/cancel", "Stop the writing of a chapter; its text stays as it is",
          private=chapters.cancel, answer=a.Chapter),
    Route("GET", f"{_CHAPTER}/versions", "List the texts that a chapter has had, newest first",
          private=chapters.versions, answer=a.Items[a.ChapterVersionListed], query=q.Paged),
    Route("GET", f"{_CHAPTER}/versions/{{version}}", "Read a text that a chapter has had",
          private=chapters.version, answer=a.ChapterVersion),
    Route("POST", f"{_CHAPTER}/versions/{{version}}/restore", "Use an earlier text again, as a new version",
          private=chapters.restore, answer=a.Chapter, statuses=(409,)),
)  # fmt: skip
