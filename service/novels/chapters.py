"""What a person does with a chapter: ask for a text, edit it, have a passage written again, restore, cancel.

Each function runs in the caller's transaction, under the novel's lock, and returns what was settled, of which
the caller tells the settler after the commit. Each text is a new version; no text is ever replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from service.api.fields import invalid
from service.db.pool import Connection
from service.db.sql import load
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, cancels
from service.jobs.states import JobStatus
from service.novels.asking import PREVIOUS
from service.novels.chapter_jobs import GROUP, Chapter, chapter_event, job_name
from service.novels.errors import ChapterChanged, ChapterNotFound, ChapterRunning
from service.novels.kind import NovelKind
from service.novels.store import ChapterRow, get_novel, lock_novel, store_chapters, words_in
from service.novels.tables import Author, ChapterVersion, NovelChapter
from service.runtime.kinds import Kinds, kinds_of
from service.runtime.runs import set_budget
from service.runtime.settlement import Change, Locked, Settled, settle_locked

_CHAPTERS = load("chapters", "service.novels")
#: A request changes nothing but its novel.
_KINDS: Kinds = kinds_of(NovelKind())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that is asked for. ``passage`` is a part of the present text, from the one code point until
    before the other; None is the whole chapter. ``expected_version`` is the one that the person has read.
    """

    instruction: str = ""
    passage: tuple[int, int] | None = None
    expected_version: int | None = None
    budget_usd: Decimal | None = None

    def input(self, chapter: NovelChapter, previous: str) -> dict[str, Any]:
        """The job's input. ``previous`` is the end of the chapter before as it is now: an edit of that
        chapter changes no call of this job."""
        return {
            "number": chapter.number,
            "version": chapter.version,
            "instruction": self.instruction,
            "passage": list(self.passage) if self.passage else None,
            "previous": previous,
        }


@dataclass(frozen=True, slots=True)
class _Locked:
    novel: Locked
    chapter: NovelChapter

    @property
    def running(self) -> list[Job]:
        """The open jobs that write the chapter."""
        name = job_name(self.chapter.number)
        return [job for job in self.novel.jobs if job.name == name and not job.status.final]


async def read_chapter(connection: Connection, novel_id: UUID, number: int) -> NovelChapter:
    """One chapter with its text. Raises ``NovelNotFound`` and ``ChapterNotFound``."""
    row = await connection.fetchrow(_CHAPTERS["chapter"], novel_id, number)
    if row is None:
        raise await _missing(connection, novel_id)
    return NovelChapter.of(row)


async def versions(
    connection: Connection, novel_id: UUID, number: int, *, before: int | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Up to ``limit`` texts that a chapter has had, newest first, without the texts. ``before`` selects
    versions with smaller numbers. ``id`` of a row is the novel's. Raises as ``read_chapter`` does."""
    await read_chapter(connection, novel_id, number)
    rows: Sequence[Mapping[str, Any]] = await connection.fetch(
        _CHAPTERS["versions"], novel_id, number, limit, before
    )
    return rows


async def read_version(connection: Connection, novel_id: UUID, number: int, version: int) -> ChapterVersion:
    """One text of a chapter. Raises ``NovelNotFound`` and ``ChapterNotFound``."""
    row = await connection.fetchrow(_CHAPTERS["version"], novel_id, number, version)
    if row is None:
        raise await _missing(connection, novel_id)
    return ChapterVersion.of(row)


async def request(
    connection: Connection, novel_id: UUID, number: int, wanted: Wanted, *, request_id: str = ""
) -> Settled:
    """Ask for a text. Raises ``ChapterRunning``, ``ChapterChanged``, and ``InvalidInput`` for a passage that
    the text does not have."""
    locked = await _lock(connection, novel_id, number, wanted.expected_version)
    _refuse_running(locked)
    _check_passage(locked.chapter, wanted.passage)
    if wanted.budget_usd is not None:
        await set_budget(connection, novel_id, wanted.budget_usd)
    aggregate = locked.novel.aggregate
    job = Job(
        id=uuid4(),
        aggregate_id=aggregate.id,
        user_id=aggregate.user_id,
        run_id=uuid4(),
        run_kind="redraft" if wanted.passage else "draft",
        request_id=request_id,
        name=job_name(number),
        group=GROUP,
        status=JobStatus.QUEUED,
        input=wanted.input(locked.chapter, await _end_before(connection, novel_id, number)),
    )
    return await settle_locked(connection, _KINDS, [locked.novel], Change(opened=[job]))


async def cancel(connection: Connection, novel_id: UUID, number: int) -> Settled:
    """Stop the writing of a chapter; its text stays as it is. Nothing happens where nobody writes it."""
    locked = await _lock(connection, novel_id, number, None)
    return await settle_locked(connection, _KINDS, [locked.novel], Change(cancels(locked.running)))


async def edit(
    connection: Connection, novel_id: UUID, number: int, text: str, expected_version: int | None
) -> Settled:
    """Give a chapter a person's text. Raises ``ChapterRunning`` and ``ChapterChanged``."""
    locked = await _lock(connection, novel_id, number, expected_version)
    return await _write(connection, locked, "chapter.edited", text, "person", {})


async def restore(connection: Connection, novel_id: UUID, number: int, version: int) -> Settled:
    """Give a chapter an earlier text again, as a new version. Raises ``ChapterRunning`` and
    ``ChapterNotFound``."""
    locked = await _lock(connection, novel_id, number, None)
    old = await read_version(connection, novel_id, number, version)
    made_from = {**old.made_from, "restored": version}
    return await _write(connection, locked, "chapter.restored", old.text, old.by, made_from)


def find_passage(text: str, quoted: str) -> tuple[int, int]:
    """Where a quoted passage stands in a text. Raises ``InvalidInput`` unless it stands there once."""
    start = text.find(quoted)
    if start < 0:
        raise invalid([("passage", "The chapter does not have this passage. Quote it word for word.")])
    if text.find(quoted, start + 1) >= 0:
        raise invalid([("passage", "The chapter has this passage more than once. Quote more of it.")])
    return start, start + len(quoted)


def _check_passage(chapter: NovelChapter, passage: tuple[int, int] | None) -> None:
    if passage is None:
        return
    start, end = passage
    if not 0 <= start < end <= len(chapter.text or ""):
        raise invalid([("end", f"The chapter's text has {len(chapter.text or '')} characters.")])


def _refuse_running(locked: _Locked) -> None:
    if locked.running:
        raise ChapterRunning(chapter=locked.chapter.number)


async def _end_before(connection: Connection, novel_id: UUID, number: int) -> str:
    """The end of the text of the chapter before; empty where it has none."""
    row = await connection.fetchrow(_CHAPTERS["chapter"], novel_id, number - 1)
    return (row["text"] or "")[-PREVIOUS:] if row else ""


async def _lock(connection: Connection, novel_id: UUID, number: int, expected: int | None) -> _Locked:
    novel = await lock_novel(connection, novel_id)
    chapter = await read_chapter(connection, novel_id, number)
    if expected is not None and expected != chapter.version:
        raise ChapterChanged(version=chapter.version)
    return _Locked(novel, chapter)


async def _write(
    connection: Connection,
    locked: _Locked,
    event: str,
    text: str,
    by: Author,
    made_from: Mapping[str, Any],
) -> Settled:
    """Write a text as the chapter's next version, with its event."""
    _refuse_running(locked)
    chapter, novel_id = locked.chapter, locked.novel.aggregate.id
    words, version = words_in(text), chapter.version + 1
    row = ChapterRow(novel_id, chapter.number, "ready", version, text, words, by, made_from)
    await store_chapters(connection, [row])
    told: NewEvent = chapter_event(event, chapter.number, Chapter("ready", version, words))
    return await settle_locked(connection, _KINDS, [locked.novel], Change(events={novel_id: [told]}))


async def _missing(connection: Connection, novel_id: UUID) -> Exception:
    """The error for a chapter that does not exist, or for its novel."""
    await get_novel(connection, novel_id)
    return ChapterNotFound()
