"""RunPlan runs of a story, many at once and in any order: what is stale, what is told, what waits."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.client.view import StoryView
from service.domain.assets import all_assets, sources
from service.domain.events import STORY_EVENTS
from service.domain.lineage import (
    SCENES,
    Edit,
    RunPlan,
    busy,
    dependants,
    followers,
    plan_edit,
    plan_images,
    plan_regenerate,
    stale_names,
    waiting_outside,
)
from service.domain.projection import project, story_state
from service.http.docs.asyncapi import describe_live
from service.jobs.jobs import Job, Move, decide, latest_by_name, needs_left, resume, unfinished
from service.jobs.states import JobStatus
from service.runtime.kinds import kinds_of
from service.stories.insert import planned_jobs
from service.stories.kind import StoryKind
from service.stories.runs import CLEARED
from tests.cases import for_each
from tests.factories import USER, story_jobs

BEGIN = datetime(2026, 11, 21, tzinfo=UTC)
READY, FAILED, CANCELLED = JobStatus.READY, JobStatus.FAILED, JobStatus.CANCELLED
Change = tuple[datetime, str, frozenset[int] | None]


class StoryRuns:
    """One story with all its runs, as the settlement keeps it, and a listener who merges its events."""

    def __init__(self, scenes: int) -> None:
        self.scenes = scenes
        self.jobs: list[Job] = story_jobs(scenes)
        self.now = BEGIN
        self.view = StoryView()
        self.view.start(0, story_state(self.jobs, scenes))
        self.version = 0
        #: When which asset was made, and of a direction which scenes it read (None: all).
        self.changes: list[Change] = []
        self.marked: set[str] = set()

    # -- what happens

    def settle(self, *moves: Move, opened: Sequence[Job] = ()) -> None:
        """Make moves and project them, and let the listener hear of it."""
        self.now += timedelta(seconds=1)
        decision = decide(self.jobs, moves)
        jobs = [*decision.jobs, *opened]
        told = project(jobs, decision.steps, self.scenes, self.now, opened=opened)
        before = {job.id: job for job in self.jobs}
        self.jobs = [self._stamped(job, before.get(job.id, job)) for job in jobs]
        for event in told.events:
            assert event.type in STORY_EVENTS
            self.version += 1
            assert self.view.apply(self.version, json.loads(json.dumps(event.data)))

    def _stamped(self, job: Job, before: Job) -> Job:
        """The times that the settlement writes."""
        if job.attempt > before.attempt:
            job = replace(job, started_at=self.now)
        if job.status is READY and before.status is not READY:
            only = job.input.get(SCENES)
            self.changes.append((self.now, job.name, None if only is None else frozenset(only)))
            self.marked.discard(job.name)
            return replace(job, completed_at=self.now)
        return job if job.status is READY else replace(job, completed_at=None)

    def open(self, plan: RunPlan, *moves: Move) -> bool:
        """Begin a run; False where it has to wait for another."""
        pictures = plan.makes_pictures and any(
            not job.status.final and job.group in ("cover", "scene", "character_sheet") for job in self.jobs
        )
        if pictures or not plan.jobs or busy(plan.names, self.jobs, self.scenes):
            return False
        story = self.jobs[0].aggregate_id
        jobs = planned_jobs(plan.jobs, story, USER, uuid4(), kind=plan.kind, inputs=plan.inputs)
        jobs = waiting_outside(jobs, self.jobs, self.scenes)
        for waiting, new in followers(jobs, self.jobs, self.scenes):
            self.jobs = [
                replace(job, needs=(*job.needs, (new, False))) if job.id == waiting else job
                for job in self.jobs
            ]
        self.settle(*moves, opened=jobs)
        return True

    def work(self, which: int, end: JobStatus = READY) -> None:
        """Some queued job runs, or one that runs comes to its end."""
        running = [job for job in self.jobs if job.status in (JobStatus.QUEUED, JobStatus.GENERATING)]
        if not running:
            return
        job = running[which % len(running)]
        if job.status is JobStatus.QUEUED:
            self.settle(Move(job.id, JobStatus.GENERATING, worker_id=uuid4()))
            return
        error = {"code": "X", "message": "It broke."} if end is FAILED else None
        made = {"hash": str(uuid4()), "url": "/x"} if end is READY else None
        self.settle(Move(job.id, end, attempt=job.attempt, result=made, error=error, delay=0.0))

    def cancel(self, error: Mapping[str, object] | None = None) -> None:
        held = [job.id for job in self.jobs if not job.status.final]
        self.settle(*(Move(id_, CANCELLED, error=error) for id_ in reversed(held)))

    def resume(self) -> None:
        self.settle(*resume(unfinished(self.jobs)))

    def finish(self) -> None:
        """Everything that can be made is made."""
        for _ in range(400):
            if all(job.status.final for job in self.jobs):
                return
            self.work(0)
        raise AssertionError("it came to no end")

    def edit(self, scenes: Collection[int], *, rebuild: bool) -> bool:
        """The text of some scenes changes, as ``PATCH content`` does it."""
        edit = Edit(spoken=frozenset(scenes))
        standing = self.standing
        plan = plan_edit(self.jobs, self.scenes, edit) if rebuild else RunPlan("edit", ())
        touched = (edit.outdates | plan.names | {"content"}) & standing.keys()
        if standing["content"].status is not READY or any(
            not standing[name].status.final for name in touched
        ):
            return False
        text = standing["content"]
        moves = [Move(text.id, None, result={**text.result, "data": {"summary": f"{self.now}"}})]
        ready = [standing[name] for name in sorted(edit.outdates & standing.keys())]
        moves += [
            Move(job.id, None, result={**job.result, "stale": True}) for job in ready if job.status is READY
        ]
        if rebuild and not self.open(plan, *moves):
            return False
        if not rebuild:
            self.settle(*moves)
        self.marked |= {job.name for job in ready if job.status is READY}
        return True

    # -- what is so

    @property
    def standing(self) -> dict[str, Job]:
        return latest_by_name(self.jobs)

    @property
    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(json.dumps(story_state(self.jobs, self.scenes)))
        return told

    def outdated(self) -> set[str]:
        """The ready assets of which a source was made, or is being made, since they were begun."""
        return {
            name
            for name, job in self.standing.items()
            if job.status is READY and (name in self.marked or self._source_changed(name, job))
        }

    def _source_changed(self, name: str, job: Job) -> bool:
        number = int(name[6:]) if name.startswith("scene_") else None
        begun = job.started_at
        assert begun is not None
        for source in sources(name, self.scenes):
            if any(
                at > begun and (only is None or number in only)
                for at, what, only in self.changes
                if what == source
            ):
                return True
            for other in self.jobs:
                only = other.input.get(SCENES)
                if other.name == source and not other.status.final and (only is None or number in only):
                    return True
        return False


class Happenings:
    """Draws what happens next, all from one seed."""

    KINDS = ("work",) * 12 + ("fail", "retry", "regenerate", "images", "edit", "cancel", "resume")

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.runs = StoryRuns(self.chance.randint(1, 3))
        if self.chance.random() < 0.7:
            self.runs.finish()

    def happen(self) -> None:
        getattr(self, f"_{self.chance.choice(self.KINDS)}")()

    def _work(self) -> None:
        self.runs.work(self.chance.randrange(20))

    def _fail(self) -> None:
        self.runs.work(self.chance.randrange(20), FAILED)

    def _retry(self) -> None:
        self.runs.work(self.chance.randrange(20), JobStatus.RETRYING)
        due = [job.id for job in self.runs.jobs if job.status is JobStatus.RETRYING]
        self.runs.settle(*(Move(id_, JobStatus.QUEUED) for id_ in due))

    def _regenerate(self) -> None:
        names = self.chance.sample(all_assets(self.runs.scenes), self.chance.randint(1, 3))
        cascade = self.chance.random() < 0.5
        self.runs.open(
            plan_regenerate(self.runs.jobs, self.runs.scenes, names, nonce=str(uuid4()), cascade=cascade)
        )

    def _images(self) -> None:
        look = {"style": "ink"}
        self.runs.open(plan_images(self.runs.jobs, self.runs.scenes, nonce=str(uuid4()), look=look))

    def _edit(self) -> None:
        scenes = self.chance.sample(range(1, self.runs.scenes + 1), self.chance.randint(1, self.runs.scenes))
        self.runs.edit(scenes, rebuild=self.chance.random() < 0.7)

    def _cancel(self) -> None:
        self.runs.cancel()

    def _resume(self) -> None:
        self.runs.resume()


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_a_listener_has_the_storys_state_whatever_happens_at_once(seed: int) -> None:
    happenings = Happenings(seed)
    runs = happenings.runs
    for _ in range(40):
        happenings.happen()
        assert runs.view.assets == runs.state["assets"]
        assert runs.view.overall == runs.state["overall"]
        assert runs.view.version == runs.version
        assert stale_names(runs.jobs, runs.scenes) == runs.outdated()
        jobs = {job.id: job for job in runs.jobs}
        waiting = [job for job in runs.jobs if job.status is JobStatus.PENDING]
        assert all(needs_left(job, jobs) for job in waiting)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_finished_after_all_is_whole_and_nothing_of_a_cascade_is_stale(seed: int) -> None:
    happenings = Happenings(seed)
    runs = happenings.runs
    for _ in range(40):
        happenings.happen()
    for _ in range(2):
        runs.resume()
        runs.finish()
    assert runs.state["overall"] == "ready"
    assert runs.open(
        plan_regenerate(runs.jobs, runs.scenes, ["content"], nonce="n", cascade=True, character_sheet=True)
    )
    runs.finish()
    assert stale_names(runs.jobs, runs.scenes) == frozenset()


def a_book(scenes: int = 3) -> StoryRuns:
    runs = StoryRuns(scenes)
    runs.finish()
    return runs


@for_each("asked", [["cover"], ["scene_1", "audio"], ["direction"], ["content"], ["pdf"]])
@for_each("cascade", [False, True])
def test_a_run_that_is_cancelled_before_it_made_anything_leaves_no_trace(
    asked: list[str], cascade: bool
) -> None:
    runs = a_book()
    before = runs.state
    assert runs.open(plan_regenerate(runs.jobs, 3, asked, nonce="n", cascade=cascade))
    runs.work(0)
    runs.cancel()
    assert runs.state == before
    assert runs.view.assets == before["assets"]


def test_an_image_job_that_is_cleared_leaves_the_former_pictures_and_is_not_gone_on_with() -> None:
    runs = a_book()
    before = runs.state
    runs.open(plan_images(runs.jobs, 3, nonce="n", look={}))
    runs.cancel(CLEARED)
    assert runs.state == before
    assert unfinished(runs.jobs) == []


def test_a_first_build_whose_pictures_were_cleared_is_gone_on_with() -> None:
    runs = StoryRuns(2)
    runs.cancel(CLEARED)
    runs.resume()
    runs.finish()
    assert runs.state["overall"] == "ready"


def test_an_edit_that_is_cancelled_says_what_does_not_fit_and_can_be_gone_on_with() -> None:
    runs = a_book()
    assert runs.edit([2], rebuild=True)
    runs.cancel()
    outdated = {"scene_2", "audio", "activities", "pdf", "epub"}
    assert stale_names(runs.jobs, 3) >= outdated
    assert {name for name, asset in runs.view.assets.items() if asset.get("stale")} == outdated
    runs.resume()
    runs.finish()
    assert runs.state["overall"] == "ready"
    assert {name for name, asset in runs.view.assets.items() if asset.get("stale")} == {"activities"}


def test_runs_side_by_side_wait_for_what_they_are_made_from() -> None:
    runs = a_book()
    assert runs.open(plan_regenerate(runs.jobs, 3, ["pdf"], nonce="n")) is True
    assert runs.open(plan_regenerate(runs.jobs, 3, ["cover"], nonce="n")) is False  # the PDF is in line
    runs.finish()
    assert runs.open(plan_regenerate(runs.jobs, 3, ["cover"], nonce="n"))
    assert runs.open(plan_regenerate(runs.jobs, 3, ["pdf"], nonce="n"))
    assert runs.standing["pdf"].status is JobStatus.PENDING
    assert runs.open(plan_regenerate(runs.jobs, 3, ["activities"], nonce="n"))
    made = {need for need, _ in runs.standing["pdf"].needs}
    assert made >= {runs.standing["cover"].id, runs.standing["activities"].id}
    runs.finish()
    assert stale_names(runs.jobs, 3) == {"scene_1", "scene_2", "scene_3", "epub"}


@given(st.integers(1, 12), st.data())
def test_dependants_are_closed_and_never_among_what_was_asked_for(scenes: int, data: st.DataObject) -> None:
    asked = data.draw(st.sets(st.sampled_from(all_assets(scenes)), min_size=1))
    reached = dependants(asked, scenes)
    assert not reached & asked
    assert dependants(reached | asked, scenes) == frozenset()
    assert all(set(sources(name, scenes)) & (reached | asked) for name in reached)


def test_the_protocols_page_and_document_name_every_event() -> None:
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
    described = json.dumps(describe_live(version="1", kinds=kinds_of(StoryKind())))
    for event, told in STORY_EVENTS.items():
        assert f"| `{event}` | {told} |" in page
        assert event in described
