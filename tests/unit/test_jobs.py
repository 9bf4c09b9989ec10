"""The pure state machine, over many orders of events."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.projection import overall_of, project
from service.jobs.jobs import Job, Move, decide, resume
from service.jobs.states import TRANSITIONS, JobStatus, Overall
from tests.factories import story_jobs

WORKER = uuid4()
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def named(jobs: list[Job], name: str) -> Job:
    return next(job for job in jobs if job.name == name)


def after(jobs: list[Job], *moves: Move) -> list[Job]:
    return list(decide(jobs, moves).jobs)


def claimed(jobs: list[Job], name: str) -> list[Job]:
    return after(jobs, Move(named(jobs, name).id, JobStatus.GENERATING, worker_id=WORKER))


def ended(jobs: list[Job], name: str, status: JobStatus = JobStatus.READY) -> list[Job]:
    jobs = claimed(jobs, name)
    job = named(jobs, name)
    return after(jobs, Move(job.id, status, attempt=job.attempt))


def test_a_claim_raises_the_attempt_and_names_the_worker() -> None:
    content = named(claimed(story_jobs(), "content"), "content")
    assert (content.status, content.attempt, content.worker_id) == (JobStatus.GENERATING, 1, WORKER)


def test_a_move_keeps_every_other_field() -> None:
    texts = {"metadata": {"a": 1}, "result": {"b": 2}, "input": {"c": 3}, "kept": {"d": 4}, "error": {"e": 5}}
    times = {"completed_at": NOW, "started_at": NOW}
    numbers = {"position": 7, "attempt": 3, "failures": 2, "rescues": 1}
    names = {"run_kind": "edit", "scope": "[2]", "priority": "high", "request_id": "asked"}
    (before, *_) = story_jobs()
    before = replace(before, **texts, **times, **numbers, **names, needs=((uuid4(), True),))  # type: ignore[arg-type]
    (made,) = decide([before], [Move(before.id, JobStatus.GENERATING, worker_id=WORKER)]).steps
    assert made.after == replace(before, status=JobStatus.GENERATING, attempt=4, worker_id=WORKER)
    unset = [one.name for one in fields(before) if getattr(before, one.name) == one.default]
    assert set(unset) <= {"worker_id", "progress", "delay", "held"}, "a new field has to be set here, too"


def test_a_late_scheduler_does_not_take_a_running_attempt_back_into_the_line() -> None:
    """Two schedulers find the same job due; it runs again before the second has its say."""
    jobs = ended(story_jobs(), "content", JobStatus.RETRYING)
    due = Move(named(jobs, "content").id, JobStatus.QUEUED, only_from=JobStatus.RETRYING)
    jobs = claimed(after(jobs, due), "content")
    assert decide(jobs, [due]).refused == (due,)


def test_a_second_claim_is_refused() -> None:
    jobs = claimed(story_jobs(), "content")
    decision = decide(jobs, [Move(named(jobs, "content").id, JobStatus.GENERATING, worker_id=uuid4())])
    assert decision.refused
    assert not decision.steps


def test_a_late_write_of_an_earlier_attempt_is_refused() -> None:
    jobs = claimed(story_jobs(), "content")
    content = named(jobs, "content")
    jobs = claimed(after(jobs, Move(content.id, JobStatus.QUEUED, counts="rescue")), "content")
    decision = decide(jobs, [Move(content.id, JobStatus.READY, attempt=1)])
    assert decision.refused
    assert named(list(decision.jobs), "content").status is JobStatus.GENERATING


def test_content_ready_releases_what_waited_for_it_alone() -> None:
    jobs = ended(story_jobs(), "content")
    queued = {job.name for job in jobs if job.status is JobStatus.QUEUED}
    assert queued == {"direction", "character_sheet", "audio", "activities"}


def test_content_failed_skips_all_the_rest() -> None:
    jobs = ended(story_jobs(), "content", JobStatus.FAILED)
    assert {job.status for job in jobs if job.name != "content"} == {JobStatus.SKIPPED}
    assert overall_of({job.name: job for job in jobs}) is Overall.FAILED


def test_a_failed_cover_still_releases_the_scenes() -> None:
    jobs = story_jobs(2)
    for name in ("content", "direction", "character_sheet"):
        jobs = ended(jobs, name)
    jobs = ended(jobs, "cover", JobStatus.FAILED)
    assert named(jobs, "scene_1").status is JobStatus.QUEUED


def test_siblings_that_finish_together_release_their_dependant_once() -> None:
    jobs = story_jobs(3)
    for name in ("content", "direction", "character_sheet", "cover", "activities"):
        jobs = ended(jobs, name)
    scenes = ("scene_1", "scene_2", "scene_3")
    for name in scenes:
        jobs = claimed(jobs, name)
    decision = decide(jobs, [Move(named(jobs, name).id, JobStatus.READY, attempt=1) for name in scenes])
    releases = [step for step in decision.steps if step.after.name == "pdf"]
    assert [step.after.status for step in releases] == [JobStatus.QUEUED]


def test_a_cancel_keeps_what_is_ready() -> None:
    jobs = ended(story_jobs(), "content")
    jobs = after(jobs, *(Move(job.id, JobStatus.CANCELLED) for job in jobs if not job.status.final))
    assert named(jobs, "content").status is JobStatus.READY
    assert overall_of({job.name: job for job in jobs}) is Overall.CANCELLED


def test_a_resume_keeps_what_is_ready_and_begins_the_rest_with_a_new_budget() -> None:
    jobs = ended(story_jobs(2), "content")
    jobs = after(jobs, *(Move(job.id, JobStatus.CANCELLED) for job in jobs if not job.status.final))
    jobs = after(jobs, *resume(jobs))
    assert named(jobs, "content").status is JobStatus.READY
    assert named(jobs, "direction").status is JobStatus.QUEUED
    assert named(jobs, "cover").status is JobStatus.PENDING


def test_a_resume_of_failed_content_waits_for_it_again() -> None:
    jobs = ended(story_jobs(2), "content", JobStatus.FAILED)
    jobs = after(jobs, *resume(jobs))
    assert named(jobs, "content").status is JobStatus.QUEUED
    assert {job.status for job in jobs if job.name != "content"} == {JobStatus.PENDING}
    assert named(jobs, "content").attempt == 1
    assert named(claimed(jobs, "content"), "content").attempt == 2


def test_a_checkpoint_of_a_running_attempt_keeps_progress_monotonic() -> None:
    jobs = claimed(story_jobs(), "content")
    id_ = named(jobs, "content").id
    jobs = after(jobs, Move(id_, None, attempt=1, progress=70), Move(id_, None, attempt=1, progress=33))
    assert named(jobs, "content").progress == 70


@pytest.mark.parametrize("status", [status for status in JobStatus if status.final])
def test_nothing_but_a_resume_leaves_a_final_state(status: JobStatus) -> None:
    assert set(TRANSITIONS[status].values()) <= {"a resume"}


def test_the_arrows_from_ready_are_none() -> None:
    assert not TRANSITIONS[JobStatus.READY]


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), scenes=st.integers(1, 12))
def test_every_order_of_ends_finishes_the_story_with_each_job_settled_once(seed: int, scenes: int) -> None:
    chance = random.Random(seed)
    jobs = story_jobs(scenes)
    queued_times = dict.fromkeys((job.id for job in jobs), 0)
    events = 0
    for _ in range(2000):
        open_jobs = [job for job in jobs if not job.status.final]
        if not open_jobs:
            break
        moves = [_random_move(chance, job) for job in chance.sample(open_jobs, min(3, len(open_jobs)))]
        decision = decide(jobs, moves)
        now = {job.id: job for job in decision.jobs}
        for step in decision.steps:
            assert (
                step.after.status in TRANSITIONS[step.before.status]
                or step.after.status is step.before.status
            )
            assert step.after.attempt >= step.before.attempt
            if step.before.status is JobStatus.PENDING and step.after.status is JobStatus.QUEUED:
                queued_times[step.after.id] += 1
            if step.after.status is JobStatus.GENERATING:
                assert all(now[need].status.final for need, _ in step.after.needs)
        jobs = list(decision.jobs)
        if decision.steps:
            projection = project(jobs, decision.steps, scenes, NOW)
            events += len(projection.events)
            assert len(projection.events) >= len(decision.steps)
    assert all(job.status.final for job in jobs)
    assert all(times <= 1 for times in queued_times.values())
    assert overall_of({job.name: job for job in jobs}) is not Overall.GENERATING


def _random_move(chance: random.Random, job: Job) -> Move:
    if job.status is JobStatus.GENERATING:
        to = chance.choice(
            [JobStatus.READY] * 4 + [JobStatus.FAILED, JobStatus.RETRYING, JobStatus.QUEUED, None]
        )
        return Move(job.id, to, attempt=chance.choice([job.attempt, job.attempt, job.attempt - 1]), delay=0.0)
    if job.status is JobStatus.RETRYING:
        return Move(job.id, JobStatus.QUEUED)
    if chance.random() < 0.02:
        return Move(job.id, JobStatus.CANCELLED)
    return Move(job.id, JobStatus.GENERATING, worker_id=WORKER)


def test_a_checkpoint_with_a_patch_is_progress_so_that_earlier_deaths_do_not_count() -> None:
    jobs = claimed(story_jobs(), "content")
    for _ in range(2):
        lost = Move(named(jobs, "content").id, JobStatus.QUEUED, counts="rescue")
        jobs = claimed(after(jobs, lost), "content")
    content = named(jobs, "content")
    assert content.rescues == 2
    told = Move(content.id, None, attempt=content.attempt, progress=40)
    assert named(after(jobs, told), "content").rescues == 2
    kept = Move(content.id, None, attempt=content.attempt, progress=40, patch={"title": "The Bird"})
    assert named(after(jobs, kept), "content").rescues == 0
