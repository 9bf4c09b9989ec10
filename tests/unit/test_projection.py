"""What a story's columns, runs and old statuses say, derived from its jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from service.domain.assets import BOOKS, PICTURE_GROUPS, plan_build, public_assets
from service.domain.legacy import legacy_status
from service.domain.projection import asset_state, overall_of, project, run_of, story_state, story_status
from service.jobs.jobs import Job, Move, decide
from service.jobs.states import JobStatus, Overall, RunStatus
from service.stories.runs import CLEARED
from tests.cases import for_each
from tests.factories import story_jobs

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def with_statuses(default: JobStatus, scenes: int = 4, **statuses: JobStatus) -> list[Job]:
    return [replace(job, status=statuses.get(job.name, default)) for job in story_jobs(scenes)]


def by_name(jobs: list[Job]) -> dict[str, Job]:
    return {job.name: job for job in jobs}


READY, FAILED, CANCELLED = JobStatus.READY, JobStatus.FAILED, JobStatus.CANCELLED


def test_a_new_story_shows_the_documented_assets() -> None:
    state = story_state(story_jobs(4), 4)
    assert tuple(state["assets"]) == public_assets(4)
    assert state["overall"] == "generating"
    assert state["assets"]["content"]["status"] == "generating"
    assert {state["assets"][name]["status"] for name in public_assets(4)[1:]} == {"pending"}


@pytest.mark.parametrize(
    ("jobs", "overall", "status"),
    [
        (with_statuses(READY), Overall.READY, "ready"),
        (with_statuses(READY, scene_2=FAILED), Overall.PARTIAL, "ready"),
        (with_statuses(JobStatus.SKIPPED, content=FAILED), Overall.FAILED, "failed"),
        (with_statuses(READY, pdf=CANCELLED), Overall.CANCELLED, "cancelled"),
        (with_statuses(READY, pdf=JobStatus.RETRYING), Overall.GENERATING, "generating"),
        (with_statuses(READY, direction=FAILED), Overall.READY, "ready"),
    ],
)
def test_overall_sums_up_the_public_assets(jobs: list[Job], overall: Overall, status: str) -> None:
    assert overall_of(by_name(jobs)) is overall
    assert story_status(overall) == status


def test_content_alone_makes_a_story_ready_where_no_assets_were_asked_for() -> None:
    assert [job.name for job in plan_build(4, character_sheet=True, assets=False)] == ["content"]
    content = replace(story_jobs()[0], status=READY)
    assert overall_of({"content": content}) is Overall.READY


def test_the_last_settlement_ends_the_story_with_an_event_of_its_own() -> None:
    jobs = with_statuses(READY, pdf=JobStatus.GENERATING)
    pdf = by_name(jobs)["pdf"]
    decision = decide(jobs, [Move(pdf.id, READY, attempt=pdf.attempt, result={"url": "/x"})])
    projection = project(decision.jobs, decision.steps, 4, NOW)
    assert [event.type for event in projection.events] == ["asset.ready", "story.ready"]
    assert projection.events[0].data["assets"]["pdf"]["url"] == "/x"
    assert projection.events[1].data == {"overall": "ready", "status": "ready"}
    assert projection.runs[0].status is RunStatus.COMPLETED


def test_a_ready_asset_says_when_and_what() -> None:
    job = replace(story_jobs()[0], status=READY, progress=100, result={"hash": "ab"}, completed_at=NOW)
    assert asset_state(job) == {
        "status": "ready",
        "progress": 100,
        "metadata": {},
        "hash": "ab",
        "completedAt": NOW.isoformat(),
    }


@pytest.mark.parametrize(
    ("jobs", "step", "status"),
    [
        (story_jobs(), "generating_text", RunStatus.PENDING),
        (with_statuses(READY, character_sheet=JobStatus.QUEUED, cover=JobStatus.PENDING),
         "generating_character_images", RunStatus.IN_PROGRESS),
        (with_statuses(READY, scene_3=JobStatus.GENERATING),
         "generating_scene_images", RunStatus.IN_PROGRESS),
        (with_statuses(READY), "done", RunStatus.COMPLETED),
        (with_statuses(READY, audio=FAILED), "done", RunStatus.COMPLETED),
        (with_statuses(JobStatus.SKIPPED, content=FAILED), "generating_text", RunStatus.FAILED),
        (with_statuses(READY, audio=CANCELLED), "generating_audio", RunStatus.CANCELLED),
    ],
)  # fmt: skip
def test_a_run_names_its_first_unfinished_step(jobs: list[Job], step: str, status: RunStatus) -> None:
    run = run_of(uuid4(), jobs)
    assert (run.current_step, run.status) == (step, status)


def test_a_run_that_failed_names_its_step_with_failures_error_and_progress() -> None:
    jobs = with_statuses(JobStatus.SKIPPED, content=FAILED)
    lost: dict[str, Any] = {
        "failures": 3,
        "progress": 60,
        "error": {"code": "PROVIDER_REFUSED", "message": "Refused."},
    }
    jobs = [replace(job, **lost) if job.name == "content" else job for job in jobs]
    run = run_of(uuid4(), jobs)
    assert (run.current_step, run.retry_attempts, run.last_error) == ("generating_text", 3, "Refused.")
    assert run.progress == 60 // len(jobs), "what was never made counts as nothing"


def cleared(jobs: list[Job]) -> list[Job]:
    """The same, with pictures and books cleared away."""
    gone = [job.group in PICTURE_GROUPS or job.name in BOOKS for job in jobs]
    return [replace(job, status=CANCELLED, error=CLEARED) if away else job
            for job, away in zip(jobs, gone, strict=True)]  # fmt: skip


def test_pictures_that_were_cleared_away_leave_a_book_in_part() -> None:
    jobs = cleared(with_statuses(READY))
    run = run_of(uuid4(), jobs)
    assert run.pictures is not None
    assert (run.pictures.status, run.pictures.error) == ("failed", "The image job was cleared.")
    assert (run.status, run.current_step) == (RunStatus.COMPLETED, "done")
    assert overall_of(by_name(jobs)) is Overall.PARTIAL
    making = [replace(job, status=JobStatus.GENERATING) if job.name == "audio" else job for job in jobs]
    assert overall_of(by_name(making)) is Overall.GENERATING, "the rest of the run goes on"


@pytest.mark.parametrize(
    ("jobs", "status", "error"),
    [
        (with_statuses(READY), "completed", None),
        (with_statuses(READY, pdf=JobStatus.PENDING, audio=FAILED), "completed", None),
        (with_statuses(READY, character_sheet=FAILED), "completed", None),
        (with_statuses(READY, scene_2=FAILED), "completed", "These pictures could not be made: scene_2."),
        (with_statuses(FAILED, content=READY), "failed", "No picture was made."),
        (with_statuses(READY, scene_3=JobStatus.QUEUED), "processing", None),
    ],
)
def test_pictures_of_a_run_have_a_status_of_their_own(
    jobs: list[Job], status: str, error: str | None
) -> None:
    pictures = run_of(uuid4(), jobs).pictures
    assert pictures is not None
    assert (pictures.status, pictures.error) == (status, error)


def test_run_without_pictures_is_no_image_job() -> None:
    audio = [job for job in story_jobs() if job.name == "audio"]
    assert run_of(uuid4(), audio).pictures is None


@for_each(
    ("jobs", "status", "words"),
    [
        (story_jobs(), "PENDING", "about to begin"),
        (with_statuses(JobStatus.PENDING, content=JobStatus.GENERATING), "GENERATING_OUTLINE", "Writing"),
        (with_statuses(JobStatus.PENDING, content=READY, audio=READY),
         "GENERATING_REFERENCE_IMAGES", "cover"),
        (with_statuses(READY, scene_3=JobStatus.QUEUED, scene_2=JobStatus.GENERATING),
         "GENERATING_PAGE_IMAGE_2", "page 2"),
        (with_statuses(READY, audio=JobStatus.GENERATING), "GENERATING_PAGE_IMAGE_4", "narration"),
        (with_statuses(READY), "COMPLETE", "ready"),
        (with_statuses(READY, cover=FAILED), "COMPLETE", "could not be made"),
        (with_statuses(READY, cover=CANCELLED), "FAILED", "cancelled"),
        (with_statuses(JobStatus.SKIPPED, content=FAILED), "FAILED", "could not be written"),
    ],
)  # fmt: skip
def test_old_pollers_hear_a_word_and_a_sentence(jobs: list[Job], status: str, words: str) -> None:
    legacy = legacy_status(by_name(jobs))
    assert legacy.status == status
    assert words in legacy.status_message


def test_old_pollers_are_told_what_a_story_waits_for_while_nothing_else_goes_on() -> None:
    waits = {"code": "INSUFFICIENT_QUOTA", "message": "Add credit."}
    jobs = by_name(with_statuses(READY, cover=JobStatus.RETRYING, scene_1=JobStatus.PENDING))
    jobs["cover"] = replace(jobs["cover"], error=waits)
    told = legacy_status(jobs)
    assert (told.status, told.status_message) == (
        "GENERATING_REFERENCE_IMAGES",
        "The story waits. Add credit.",
    )
    jobs["audio"] = replace(jobs["audio"], status=JobStatus.GENERATING)
    assert legacy_status(jobs).status_message == "Drawing the heroes and the cover."
    del jobs["audio"]
    jobs["cover"] = replace(jobs["cover"], error={"code": "PROVIDER_THROTTLED", "message": "Slow down."})
    assert legacy_status(jobs).status_message == "Drawing the heroes and the cover."
