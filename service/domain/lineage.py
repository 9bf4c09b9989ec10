"""Decides from the dependencies between assets which assets are stale, and which jobs a later run needs.
Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from service.domain.assets import (
    BOOKS,
    CONTENT,
    INTERNAL,
    PICTURE_GROUPS,
    PlannedJob,
    all_assets,
    group_of,
    plan_run,
    scene_names,
    scene_number,
    sources,
)
from service.jobs.jobs import NONCE, Job, latest_by_name
from service.jobs.states import JobStatus

#: A key in the input of a direction's job. The value lists the only scenes that the job analyses again.
SCENES = "scenes"
#: A key in the result of a ready job. It says that a user has changed the sources of the asset since the job
#: made it.
STALE = "stale"
#: A key in the result of a direction's job. The value lists the scenes that a user has changed since.
STALE_SCENES = "stale_scenes"
#: A key in the input of a picture's job. The value is the requested look, which replaces the look in the
#: brief.
LOOK = ("style", "instructions")


def dependants(names: Iterable[str], scene_count: int) -> frozenset[str]:
    """Return all assets that depend directly or indirectly on these assets. The given assets are not
    included."""
    reached = set(names)
    asked = frozenset(reached)
    # Assets are ordered so that sources come first. So one pass finds every dependent asset.
    for name in all_assets(scene_count):
        if reached.intersection(sources(name, scene_count)):
            reached.add(name)
    return frozenset(reached) - asked


def stale_names(jobs: Sequence[Job], scene_count: int) -> frozenset[str]:
    """Return the ready assets that are stale: their sources have changed since, or are being made again.

    ``jobs`` are all jobs of the story, older runs first.
    """
    by_name: dict[str, list[Job]] = {}
    for job in jobs:
        by_name.setdefault(job.name, []).append(job)
    standing = latest_by_name(jobs)
    return frozenset(
        name
        for name, job in standing.items()
        if job.status is JobStatus.READY and _is_stale(job, by_name, scene_count)
    )


def _is_stale(job: Job, by_name: Mapping[str, Sequence[Job]], scene_count: int) -> bool:
    if job.result.get(STALE):
        return True
    made_from = (one for name in sources(job.name, scene_count) for one in by_name.get(name, ()))
    return any(_feeds(source, job.name) and _is_newer(source, job) for source in made_from)


def _feeds(source: Job, name: str) -> bool:
    """Return whether the asset uses the result of this job. A direction may cover only some scenes, so other
    pictures do not use it."""
    only = source.input.get(SCENES)
    return only is None or scene_number(name) in only


def _is_newer(source: Job, job: Job) -> bool:
    if not source.status.final:
        return True
    if source.status is not JobStatus.READY or source.completed_at is None or job.started_at is None:
        return False
    return source.completed_at > job.started_at


def busy(names: frozenset[str], jobs: Sequence[Job], scene_count: int) -> list[str]:
    """Return the assets that a new run of the given assets conflicts with. They are the given assets with an
    open job, and dependent assets whose open job has left the state of waiting. A dependent job that still
    waits is no conflict, because it will use the results of the new run."""
    standing = latest_by_name(jobs)
    begun = {
        name
        for name in dependants(names, scene_count) & standing.keys()
        if standing[name].status is not JobStatus.PENDING
    }
    return sorted(name for name in (names | begun) & standing.keys() if not standing[name].status.final)


def waiting_outside(opened: Sequence[Job], jobs: Sequence[Job], scene_count: int) -> list[Job]:
    """Return the jobs of a new run with additional needs: the sources that other runs are making."""
    standing, own = latest_by_name(jobs), {job.name for job in opened}
    return [_waiting_for(job, standing, set(sources(job.name, scene_count)) - own) for job in opened]


def _waiting_for(job: Job, standing: Mapping[str, Job], wanted: set[str]) -> Job:
    others = [standing[name] for name in wanted & standing.keys() if not standing[name].status.final]
    if not others:
        return job
    needs = (*job.needs, *((other.id, other.name == CONTENT) for other in others))
    return replace(job, needs=needs, status=JobStatus.PENDING)


def followers(opened: Sequence[Job], jobs: Sequence[Job], scene_count: int) -> list[tuple[UUID, UUID]]:
    """Return pairs of a waiting job of another run and a new job that it depends on. The waiting job must
    wait for the new job too."""
    waiting = [job for job in latest_by_name(jobs).values() if job.status is JobStatus.PENDING]
    return [
        (job.id, new.id) for job in waiting for new in opened if new.name in sources(job.name, scene_count)
    ]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A later run of a story: its jobs, their inputs, and the kind of the run."""

    kind: str
    jobs: tuple[PlannedJob, ...]
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the run's jobs."""
        return frozenset(planned.name for planned in self.jobs)

    @property
    def makes_pictures(self) -> bool:
        """Return whether any job of the run makes a picture."""
        return any(planned.group in PICTURE_GROUPS for planned in self.jobs)


def plan_regenerate(
    jobs: Sequence[Job],
    scene_count: int,
    asked: Collection[str],
    *,
    nonce: str | None,
    cascade: bool = False,
    character_sheet: bool = False,
    look: Mapping[str, str] | None = None,
    kind: str = "regenerate",
) -> RunPlan:
    """Plan a run that makes the requested assets again, and the assets that were skipped because the
    requested assets did not exist. With ``cascade``, it also makes all dependent assets again.

    Without a ``nonce``, the stored answers of identical provider calls are used again. ``character_sheet``
    means that the heroes have no reference images, so a first cover needs a sheet. ``look`` replaces fields
    of the look of the requested pictures.
    """
    standing = latest_by_name(jobs)
    made_from = dependants(asked, scene_count) & standing.keys()
    wanted = {*asked, *(name for name in made_from if cascade or standing[name].status is JobStatus.SKIPPED)}
    return _plan_run(
        kind, jobs, scene_count, wanted, frozenset(asked), nonce, look=look, sheet=character_sheet
    )


def plan_images(
    jobs: Sequence[Job],
    scene_count: int,
    *,
    nonce: str,
    look: Mapping[str, str],
    character_sheet: bool = False,
) -> RunPlan:
    """Plan a run that makes all pictures again with the given ``look``, and the books that contain them."""
    pictures = frozenset(("cover", *scene_names(scene_count)))
    wanted = {*pictures, *(BOOKS & latest_by_name(jobs).keys())}
    return _plan_run("images", jobs, scene_count, wanted, pictures, nonce, look=look, sheet=character_sheet)


def plan_edit(jobs: Sequence[Job], scene_count: int, edit: Edit) -> RunPlan:
    """Plan the run after an edit of the text: scene analyses, pictures and narration of the edited scenes,
    and the books."""
    standing = latest_by_name(jobs)
    stale_scenes = edit.pictured
    wanted = edit.renews & standing.keys()
    inputs: dict[str, Mapping[str, Any]] = {name: _look_of(standing[name]) for name in wanted}
    if stale_scenes and "direction" in standing:
        wanted |= {"direction"}
        inputs["direction"] = _reading(standing["direction"], stale_scenes)
    return RunPlan("edit", _plan(wanted, scene_count), inputs)


@dataclass(frozen=True, slots=True)
class Edit:
    """A user's changes of the text: the scenes with a new text, and the scenes with a new description of
    their picture."""

    spoken: frozenset[int] = frozenset()
    described: frozenset[int] = frozenset()

    @property
    def pictured(self) -> frozenset[int]:
        """Return the scenes whose pictures must change."""
        return self.spoken | self.described

    @property
    def renews(self) -> frozenset[str]:
        """Return the assets that a rebuild makes again. A new title changes only the books."""
        scenes = {f"scene_{number}" for number in self.pictured}
        return frozenset(scenes | BOOKS | ({"audio"} if self.spoken else set()))

    @property
    def outdates(self) -> frozenset[str]:
        """Return the assets that no longer match the text. They include the comprehension questions, which a
        rebuild does not make again."""
        return self.renews | ({"activities"} if self.spoken else frozenset())


def _plan_run(
    kind: str,
    jobs: Sequence[Job],
    scene_count: int,
    wanted: set[str],
    asked: frozenset[str],
    nonce: str | None,
    *,
    look: Mapping[str, str] | None = None,
    sheet: bool = False,
) -> RunPlan:
    standing = latest_by_name(jobs)
    inputs: dict[str, Mapping[str, Any]] = {}
    _add_unseen(jobs, scene_count, wanted, inputs, sheet=sheet)
    for name in wanted - inputs.keys():
        changed = look if look and name in asked and group_of(name) in PICTURE_GROUPS else {}
        inputs[name] = _look_of(standing.get(name)) | dict(changed)
        if nonce and name in asked and name not in BOOKS:
            inputs[name] = {**inputs[name], NONCE: nonce}
    return RunPlan(kind, _plan(wanted, scene_count), inputs)


def _add_unseen(
    jobs: Sequence[Job],
    scene_count: int,
    wanted: set[str],
    inputs: dict[str, Mapping[str, Any]],
    *,
    sheet: bool,
) -> None:
    """Add the internal assets that pictures need, if they are missing, failed or stale. Users cannot request
    internal assets."""
    drawn = {name for name in wanted if group_of(name) in PICTURE_GROUPS - INTERNAL}
    if not drawn or CONTENT in wanted:
        return
    standing = latest_by_name(jobs)
    direction = standing.get("direction")
    if _is_missing(direction) or "direction" in stale_names(jobs, scene_count):
        wanted.add("direction")
    elif direction is not None and direction.result.get(STALE_SCENES):
        wanted.add("direction")
        inputs["direction"] = _reading(direction, frozenset())
    if sheet and "cover" in drawn and _is_missing(standing.get("character_sheet")):
        wanted.add("character_sheet")


def _is_missing(job: Job | None) -> bool:
    """Return whether an asset neither exists nor is in progress."""
    return job is None or (job.status.final and job.status is not JobStatus.READY and job.kept is None)


def _reading(direction: Job, scenes: frozenset[int]) -> Mapping[str, Any]:
    """Return the input for a direction's job that analyses these scenes again. Scenes that the direction's
    result already marks as stale are included."""
    return {SCENES: sorted(scenes.union(direction.result.get(STALE_SCENES, ())))}


def scope_of(given: Mapping[str, Any]) -> str:
    """Return, as text, the scenes that a job with this input is limited to. Empty for all other jobs."""
    return str(given[SCENES]) if SCENES in given else ""


def _look_of(job: Job | None) -> dict[str, Any]:
    """Return the look that was last requested for a picture. A picture that is made again keeps it."""
    return {key: job.input[key] for key in LOOK if key in job.input} if job is not None else {}


def _plan(wanted: Collection[str], scene_count: int) -> tuple[PlannedJob, ...]:
    return plan_run([name for name in all_assets(scene_count) if name in wanted], scene_count)


def is_public(name: str) -> bool:
    """Return whether an asset is public: readers of the story see it."""
    return name not in INTERNAL
