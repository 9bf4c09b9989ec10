"""What the jobs of a novel mean for its chapters: new states of chapters, and events. Pure.

``data`` of an event about a chapter is ``{chapters: {number: {status, version, words}}, jobs: {name: {status,
progress, attempt, error?}}}``. A text is in no event: it may be long, and is read by its chapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step
from service.jobs.states import JobStatus
from service.novels.errors import ChapterChanged
from service.novels.store import ChapterRow, words_in
from service.novels.tables import ChapterStatus

GROUP = "chapter"
#: In a job's patch: the text that it wrote, and what it was made from.
TEXT, MADE_FROM = "text", "made_from"

_EVENTS = {
    JobStatus.GENERATING: "chapter.started",
    JobStatus.RETRYING: "chapter.retrying",
    JobStatus.READY: "chapter.written",
    JobStatus.FAILED: "chapter.failed",
    JobStatus.CANCELLED: "chapter.cancelled",
    JobStatus.SKIPPED: "chapter.cancelled",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's state without its text. ``version`` is 0 for one that has none."""

    status: ChapterStatus
    version: int
    words: int

    @property
    def at_rest(self) -> ChapterStatus:
        """The status where nobody writes it."""
        return "ready" if self.version else "planned"

    def json(self) -> dict[str, Any]:
        """The chapter as states and events have it."""
        return {"status": self.status, "version": self.version, "words": self.words}


def job_name(number: int) -> str:
    """The name of the job that writes a chapter."""
    return f"{GROUP}_{number}"


def job_json(job: Job) -> dict[str, Any]:
    """A job as states and events have it."""
    told: dict[str, Any] = {"status": job.status.value, "progress": job.progress, "attempt": job.attempt}
    if job.error is None:
        return told
    return told | {"error": {"code": job.error.get("code", ""), "message": job.error_text}}


def chapter_event(type_: str, number: int, chapter: Chapter, job: Job | None = None) -> NewEvent:
    """An event about one chapter, and about its job if a job has caused it."""
    jobs = {"jobs": {job.name: job_json(job)}} if job else {}
    return NewEvent(type_, {"chapters": {str(number): chapter.json()}, **jobs})


def project_chapters(
    novel_id: UUID, chapters: Mapping[int, Chapter], steps: Sequence[Step], opened: Sequence[Job]
) -> tuple[list[NewEvent], list[ChapterRow]]:
    """The events of steps and of new jobs, and the chapters that they change. Raises ``ChapterChanged`` where
    a job is set going again whose chapter has another text meanwhile."""
    now, events, rows = dict(chapters), list[NewEvent](), dict[int, ChapterRow]()
    for job, step in [*((job, None) for job in opened), *((step.after, step) for step in steps)]:
        if step is not None and step.before.status is job.status:
            continue
        number = int(job.input["number"])
        before = now[number]
        if step is not None and step.before.status.final and before.version != job.input["version"]:
            raise ChapterChanged(job=job.name)
        text = step.patch.get(TEXT) if step else None
        now[number] = after = _after(before, job.status, text)
        events.append(chapter_event(_EVENTS.get(job.status, "chapter.requested"), number, after, job))
        if after != before:
            rows[number] = _row(novel_id, number, after, rows.get(number), step if text else None)
    return events, list(rows.values())


def _after(chapter: Chapter, status: JobStatus, text: str | None) -> Chapter:
    if status is JobStatus.READY and text is not None:
        return Chapter("ready", chapter.version + 1, words_in(text))
    if status is JobStatus.FAILED:
        return Chapter("failed", chapter.version, chapter.words)
    if status.final:
        return Chapter(chapter.at_rest, chapter.version, chapter.words)
    return Chapter("generating", chapter.version, chapter.words)


def _row(
    novel_id: UUID, number: int, chapter: Chapter, earlier: ChapterRow | None, written: Step | None
) -> ChapterRow:
    """The chapter's change; a text that an earlier step of the same settlement brought stays in it."""
    if written is None:
        text, made_from = (earlier.text, earlier.made_from) if earlier else (None, {})
    else:
        text, made_from = written.patch[TEXT], written.patch.get(MADE_FROM, {})
    words = None if text is None else words_in(text)
    return ChapterRow(novel_id, number, chapter.status, chapter.version, text, words, made_from=made_from)
