"""Derives the database columns of a story and of its runs from the story's jobs. Pure.

``stories.status``, ``asset_generation_status`` and ``story_generation_tasks`` are written only from these
results. ``legacy`` has the status words of the source document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from service.domain.assets import ASSETS, CONTENT, INTERNAL, PICTURE_GROUPS, all_assets
from service.domain.lineage import STALE, STALE_SCENES, stale_names
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step, latest_by_name
from service.jobs.states import JobStatus, Overall, RunStatus


def _run_steps() -> Mapping[str, frozenset[str]]:
    """Return the steps of a run in order, each with its actor groups. The last asset of a step determines the
    position of the step."""
    names = dict.fromkeys(asset.step for asset in reversed(ASSETS))
    return {step: frozenset(asset.name for asset in ASSETS if asset.step == step) for step in reversed(names)}


#: The steps of a run in the order in which they are published, each with its actor groups.
RUN_STEPS = _run_steps()
DONE = "done"


@dataclass(frozen=True, slots=True)
class Pictures:
    """The image job of a run: the status of its pictures, their progress (0–100), and the failed pictures."""

    status: Literal["processing", "completed", "failed"]
    progress: int
    error: str | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """The ``story_generation_tasks`` row of a run. ``pictures`` is None if the run makes no pictures."""

    task_id: UUID
    status: RunStatus
    current_step: str
    retry_attempts: int
    last_error: str | None
    progress: int
    pictures: Pictures | None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """The derived columns of the story's row in ``stories``. ``patch`` has the columns that actors
    returned."""

    status: str
    overall: Overall
    asset_generation_status: Mapping[str, Any]
    patch: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A new file of an asset, from its actor's result."""

    name: str
    job_id: UUID
    key: str
    hash: str
    bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything that a settlement writes for one story in addition to its jobs."""

    story: StoryRow
    runs: tuple[RunRow, ...]
    events: tuple[NewEvent, ...]
    files: tuple[NewFile, ...] = ()
    quota: str | None = None
    #: Whether this settlement starts to make the story again.
    begun: bool = False


def overall_of(assets: Mapping[str, Job]) -> Overall:
    """Return the combined status of all public assets, from the newest job of each asset. A job that a user
    cleared counts as missing."""
    states = {_ending(job) for name, job in assets.items() if name not in INTERNAL}
    if any(not job.status.final for job in assets.values()):
        return Overall.GENERATING
    if states == {JobStatus.READY}:
        return Overall.READY
    if JobStatus.CANCELLED in states:
        return Overall.CANCELLED
    content = assets.get(CONTENT)
    has_text = content is not None and (content.status is JobStatus.READY or content.kept is not None)
    return Overall.PARTIAL if has_text else Overall.FAILED


def story_status(overall: Overall) -> str:
    """Return the value of ``stories.status``. A partial story can be read, so its status is ``ready``."""
    return Overall.READY.value if overall is Overall.PARTIAL else overall.value


def asset_state(job: Job, *, stale: bool = False) -> dict[str, Any]:
    """Return the state of an asset as JSON. A queued job has the status pending. The content has the status
    generating as soon as the first part of the text arrives.

    The state has the result of an earlier run until a new result exists.
    """
    status = job.status.value
    if job.status in (JobStatus.QUEUED, JobStatus.PENDING):
        status = "generating" if job.name == CONTENT else "pending"
    state: dict[str, Any] = {"status": status, "progress": job.progress, "metadata": dict(job.metadata)}
    if job.status is JobStatus.READY:
        state |= dict(job.result)
        state["completedAt"] = job.completed_at.isoformat() if job.completed_at else None
    else:
        state |= {key: value for key, value in (job.kept or {}).items() if key != STALE}
    if stale:
        state[STALE] = True
    if job.error is not None:
        state |= {"error": job.error_text, "error_code": job.error.get("code", "")}
    return state


def run_of(task_id: UUID, jobs: Sequence[Job]) -> RunRow:
    """Return the row of a run, derived from its jobs. If the run failed or was cancelled, the row has the
    first step that did not succeed, with its failures, its error and its progress."""
    status = _run_status(jobs)
    lost = status in (RunStatus.FAILED, RunStatus.CANCELLED)
    step = _first_step(jobs, _is_missing if lost else _is_open)
    of_step = [job for job in jobs if job.group in RUN_STEPS.get(step, frozenset())]
    errors = _errors(of_step if lost else ()) or _errors(jobs)
    return RunRow(
        task_id=task_id,
        status=status,
        current_step=step,
        retry_attempts=max((job.failures for job in of_step), default=0),
        last_error=errors[0 if lost else -1] if errors else None,
        progress=_reached(jobs) if lost else mean_progress(jobs),
        pictures=_pictures(jobs),
    )


def _pictures(jobs: Sequence[Job]) -> Pictures | None:
    made = [job for job in jobs if job.group in PICTURE_GROUPS]
    if not made:
        return None
    if any(_is_open(job) for job in made):
        return Pictures("processing", mean_progress(made), None)
    # A character sheet only helps to draw pictures. A book can be complete without it.
    shown = [job for job in made if job.name not in INTERNAL] or made
    missing = [job for job in shown if _is_missing(job)]
    if len(missing) == len(shown):
        errors = _errors(missing)
        return Pictures("failed", _reached(made), errors[0] if errors else "No picture was made.")
    names = ", ".join(job.name for job in missing)
    return Pictures("completed", 100, f"These pictures could not be made: {names}." if missing else None)


def _errors(jobs: Iterable[Job]) -> list[str]:
    return [job.error_text for job in jobs if job.error is not None]


def _is_open(job: Job) -> bool:
    return not job.status.final


def _is_missing(job: Job) -> bool:
    return job.status is not JobStatus.READY


def _ending(job: Job) -> JobStatus:
    """Return the status of a job for the run. A job that a user cleared counts as failed. It does not make
    the run cancelled."""
    return JobStatus.FAILED if job.status is JobStatus.CANCELLED and job.given_up else job.status


def _reached(jobs: Sequence[Job]) -> int:
    """Return the progress of a set of ended jobs, 0–100. A job that is not ready counts with its last
    progress."""
    return sum(100 if job.status is JobStatus.READY else job.progress for job in jobs) // max(1, len(jobs))


def mean_progress(jobs: Iterable[Job]) -> int:
    """Return the progress of a set of jobs, 0–100. It is 100 only if every job has ended. A cancelled job
    counts with its last progress."""
    done = [
        100 if job.status.final and job.status is not JobStatus.CANCELLED else job.progress for job in jobs
    ]
    return sum(done) // len(done) if done else 100


def _first_step(jobs: Sequence[Job], wanted: Callable[[Job], bool]) -> str:
    """Return the first step that has a matching job."""
    groups = {job.group for job in jobs if wanted(job)}
    return next((step for step, of_step in RUN_STEPS.items() if groups & of_step), DONE)


def _run_status(jobs: Sequence[Job]) -> RunStatus:
    statuses = {_ending(job) for job in jobs}
    if any(not status.final for status in statuses):
        waiting = {JobStatus.PENDING, JobStatus.QUEUED}
        begun = any(job.attempt for job in jobs) or not statuses <= waiting
        return RunStatus.IN_PROGRESS if begun else RunStatus.PENDING
    if JobStatus.CANCELLED in statuses:
        return RunStatus.CANCELLED
    content_lost = any(job.name == CONTENT and job.status is not JobStatus.READY for job in jobs)
    return RunStatus.FAILED if content_lost or JobStatus.READY not in statuses else RunStatus.COMPLETED


def story_state(jobs: Sequence[Job], scene_count: int) -> dict[str, Any]:
    """Return ``asset_generation_status`` as the source document defines it."""
    latest, stale = latest_by_name(jobs), stale_names(jobs, scene_count)
    return {
        "overall": overall_of(latest).value,
        "assets": {
            name: asset_state(latest[name], stale=name in stale)
            for name in all_assets(scene_count)
            if name in latest and name not in INTERNAL
        },
    }


def project(
    jobs: Sequence[Job],
    steps: Sequence[Step],
    scene_count: int,
    now: datetime,
    *,
    opened: Sequence[Job] = (),
) -> Projection:
    """Return what these job steps change in the story: its columns, its runs and its events.

    ``jobs`` are all jobs of the story, as the steps have left them. The jobs of older runs come first.
    ``opened`` are the jobs of a new run that were just inserted.
    """
    stamped = _stamp(jobs, steps, now)
    before = _before(jobs, steps, opened)
    publication = _Publication(stamped, stale_names(stamped, scene_count))
    overall, was = overall_of(publication.latest), overall_of(latest_by_name(before))
    moved = [*opened, *(step.after for step in steps)]
    touched = sorted({job.run_id for job in moved})
    runs = tuple(run_of(run, [job for job in stamped if job.run_id == run]) for run in touched)
    events = [publication.opened(job) for job in opened]
    events += [publication.step(step) for step in steps if not publication.covered(step)]
    events += publication.aged(stale_names(before, scene_count), {job.name for job in moved})
    if overall is not was:
        events.append(
            NewEvent(f"story.{overall.value}", {"overall": overall.value, "status": story_status(overall)})
        )
    patch: dict[str, Any] = {}
    for step in steps:
        patch |= step.patch
    story = StoryRow(story_status(overall), overall, story_state(stamped, scene_count), patch)
    return Projection(story, runs, tuple(events), _files(steps), _quota(steps), begun=bool(opened))


def _stamp(jobs: Sequence[Job], steps: Sequence[Step], now: datetime) -> list[Job]:
    """Return the jobs. Those that these steps made ready get the time of the settlement."""
    ready = {step.after.id for step in steps if _became_ready(step)}
    return [replace(job, completed_at=now) if job.id in ready else job for job in jobs]


def _became_ready(step: Step) -> bool:
    return step.after.status is JobStatus.READY and step.before.status is not JobStatus.READY


def _before(jobs: Sequence[Job], steps: Sequence[Step], opened: Sequence[Job]) -> list[Job]:
    new = {job.id for job in opened}
    first: dict[UUID, Job] = {}
    for step in steps:
        first.setdefault(step.before.id, step.before)
    return [first.get(job.id, job) for job in jobs if job.id not in new]


_EVENTS = {
    JobStatus.PENDING: "asset.pending",
    JobStatus.QUEUED: "asset.queued",
    JobStatus.GENERATING: "asset.started",
    JobStatus.RETRYING: "asset.retrying",
    JobStatus.READY: "asset.ready",
    JobStatus.FAILED: "asset.failed",
    JobStatus.CANCELLED: "asset.cancelled",
    JobStatus.SKIPPED: "asset.skipped",
}


def _event_type(step: Step) -> str:
    job = step.after
    if job.status is not step.before.status:
        return "content.ready" if job.name == CONTENT and _became_ready(step) else _EVENTS[job.status]
    if job.status is not JobStatus.READY:
        return "asset.checkpoint"
    if job.name == CONTENT:
        return "content.edited"
    return "asset.stale" if STALE in job.result or STALE_SCENES in job.result else "asset.restored"


class _Publication:
    """Makes the events of a settlement. A client that merges all events has the state of the story."""

    def __init__(self, jobs: Sequence[Job], stale: frozenset[str]) -> None:
        self.latest = latest_by_name(jobs)
        self._completed = {job.id: job.completed_at for job in jobs}
        self._stale = stale

    def opened(self, job: Job) -> NewEvent:
        """Return the event of a job of a new run: the job is queued, or it waits for other jobs."""
        return NewEvent(_EVENTS[job.status], self._data(self.latest[job.name]))

    def step(self, step: Step) -> NewEvent:
        """Return the event of a step. For a withdrawn job, the event has the earlier result, which is valid
        again."""
        job, standing = step.after, self.latest[step.after.name]
        if standing.id == job.id:
            standing = replace(job, kept=standing.kept, completed_at=self._completed[job.id])
        data = self._data(standing) | {"attempt": job.attempt}
        if job.name == CONTENT and "title" in step.patch:
            data["title"] = step.patch["title"]
        return NewEvent(_event_type(step), data)

    def covered(self, step: Step) -> bool:
        """Return whether the earlier result of a ready asset is hidden because the asset is being made
        again."""
        replaced = step.before.status is JobStatus.READY and step.after.status is JobStatus.READY
        return replaced and self.latest[step.after.name].id != step.after.id

    def aged(self, before: frozenset[str], published: set[str]) -> list[NewEvent]:
        """Return the events of assets that became stale or are no longer stale because other assets
        changed."""
        changed = sorted((before ^ self._stale) - published)
        return [
            NewEvent("asset.stale" if name in self._stale else "asset.fresh", self._data(self.latest[name]))
            for name in changed
        ]

    def _data(self, job: Job) -> dict[str, Any]:
        where = "jobs" if job.name in INTERNAL else "assets"
        stale = job.name in self._stale and job.status is JobStatus.READY
        return {where: {job.name: asset_state(job, stale=stale)}}


def _files(steps: Sequence[Step]) -> tuple[NewFile, ...]:
    made = [step.after for step in steps if _became_ready(step)]
    return tuple(
        NewFile(
            job.name,
            job.id,
            job.result["key"],
            job.result["hash"],
            job.result["bytes"],
            job.result["media_type"],
        )
        for job in made
        if "key" in job.result
    )


def _quota(steps: Sequence[Step]) -> str | None:
    """Return how the story's quota reservation ends. It is committed when the text is ready, and refunded
    when the text can no longer be made."""
    for step in steps:
        if step.after.name == CONTENT and step.after.status.final:
            return "commit" if step.after.status is JobStatus.READY else "refund"
    return None
