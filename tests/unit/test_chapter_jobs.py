"""What the jobs of a novel mean for its chapters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from service.jobs.jobs import Job, Step
from service.jobs.states import JobStatus
from service.novels.chapter_jobs import MADE_FROM, TEXT, Chapter, project_chapters
from service.novels.errors import ChapterChanged
from tests.factories import USER

NOVEL = uuid4()
PLANNED, WRITTEN = Chapter("planned", 0, 0), Chapter("ready", 2, 900)


def a_job(status: JobStatus, **changes: Any) -> Job:
    given = {"number": 1, "version": 0} | changes
    return Job(uuid4(), NOVEL, USER, uuid4(), "chapter_1", "chapter", status, input=given)


def told(chapter: Chapter, before: JobStatus, after: JobStatus, **patch: Any) -> tuple[Any, Any]:
    """The events and the chapters of one step."""
    job = a_job(before, version=chapter.version)
    return project_chapters(NOVEL, {1: chapter}, [Step(job, replace(job, status=after), patch)], [])


def test_a_new_job_says_that_the_chapter_is_asked_for() -> None:
    events, [row] = project_chapters(NOVEL, {1: PLANNED}, [], [a_job(JobStatus.QUEUED)])
    assert [event.type for event in events] == ["chapter.requested"]
    assert events[0].data == {
        "chapters": {"1": {"status": "generating", "version": 0, "words": 0}},
        "jobs": {"chapter_1": {"status": "queued", "progress": 0, "attempt": 0}},
    }
    assert (row.status, row.version, row.text) == ("generating", 0, None)


def test_a_written_text_is_the_next_version() -> None:
    events, [row] = told(
        WRITTEN, JobStatus.GENERATING, JobStatus.READY, **{TEXT: "a b c", MADE_FROM: {"model": "m"}}
    )
    assert events[0].type == "chapter.written"
    assert TEXT not in str(events[0].data["chapters"])
    assert (row.status, row.version, row.words, row.text) == ("ready", 3, 3, "a b c")
    assert (row.by, row.made_from) == ("ai", {"model": "m"})


@pytest.mark.parametrize(
    ("chapter", "after", "event", "status"),
    [
        (PLANNED, JobStatus.FAILED, "chapter.failed", "failed"),
        (PLANNED, JobStatus.CANCELLED, "chapter.cancelled", "planned"),
        (WRITTEN, JobStatus.CANCELLED, "chapter.cancelled", "ready"),
        (WRITTEN, JobStatus.RETRYING, "chapter.retrying", "generating"),
    ],
)
def test_a_chapter_keeps_its_text_however_its_job_ends(
    chapter: Chapter, after: JobStatus, event: str, status: str
) -> None:
    running = replace(chapter, status="generating")
    events, rows = told(running, JobStatus.GENERATING, after)
    assert [one.type for one in events] == [event]
    assert events[0].data["chapters"]["1"] == {
        "status": status,
        "version": chapter.version,
        "words": chapter.words,
    }
    assert all(row.text is None and row.version == chapter.version for row in rows)


def test_progress_says_nothing() -> None:
    assert told(WRITTEN, JobStatus.GENERATING, JobStatus.GENERATING, scene=1) == ([], [])


def test_a_job_is_not_set_going_again_where_the_chapter_has_another_text() -> None:
    job = a_job(JobStatus.FAILED, version=1)
    again = Step(job, replace(job, status=JobStatus.QUEUED), {})
    with pytest.raises(ChapterChanged):
        project_chapters(NOVEL, {1: WRITTEN}, [again], [])
    events, _ = project_chapters(NOVEL, {1: Chapter("failed", 1, 5)}, [again], [])
    assert events[0].type == "chapter.requested"


def test_a_text_that_is_written_and_settled_at_once_is_stored() -> None:
    job = a_job(JobStatus.QUEUED)
    running, ready = replace(job, status=JobStatus.GENERATING), replace(job, status=JobStatus.READY)
    steps = [Step(job, running, {}), Step(running, ready, {TEXT: "one two"})]
    events, [row] = project_chapters(NOVEL, {1: PLANNED}, steps, [])
    assert [event.type for event in events] == ["chapter.started", "chapter.written"]
    assert (row.text, row.version, row.words) == ("one two", 1, 2)
