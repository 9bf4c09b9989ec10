"""The dependencies between assets: which assets are stale, and what a later run must make. Pure."""

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

#: In the input of a direction: the only scenes that it reads again.
SCENES = "scenes"
#: In the result of a ready job: a person has changed its sources since it was made.
STALE = "stale"
#: The same for a direction, by scene.
STALE_SCENES = "stale_scenes"
#: In the input of a picture's job: the requested look, which replaces the brief's.
LOOK = ("style", "instructions")


def dependants(names: Iterable[str], scene_count: int) -> frozenset[str]:
    """All assets made from these, directly or not, without these assets themselves."""
    reached = set(names)
    asked = frozenset(reached)
    # In the graph's order sources come first, so one pass reaches every dependant.
    for name in all_assets(scene_count):
        if reached.intersection(sources(name, scene_count)):
            reached.add(name)
    return frozenset(reached) - asked


def stale_names(jobs: Sequence[Job], scene_count: int) -> frozenset[str]:
    """The ready assets whose sources have changed since, or are being made again.

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
    """Whether this job of a source was used for the asset: a direction may cover only some scenes."""
    only = source.input.get(SCENES)
    return only is None or scene_number(name) in only


def _is_newer(source: Job, job: Job) -> bool:
    if not source.status.final:
        return True
    if source.status is not JobStatus.READY or source.completed_at is None or job.started_at is None:
        return False
    return source.completed_at > job.started_at


def busy(names: frozenset[str], jobs: Sequence[Job], scene_count: int) -> list[str]:
    """The given assets with an open job, and their dependants whose open job no longer waits. A run over the
    assets must wait for these. A dependant that still waits will use the results of the run."""
    standing = latest_by_name(jobs)
    begun = {
        name
        for name in dependants(names, scene_count) & standing.keys()
        if standing[name].status is not JobStatus.PENDING
    }
    return sorted(name for name in (names | begun) & standing.keys() if not standing[name].status.final)


def waiting_outside(opened: Sequence[Job], jobs: Sequence[Job], scene_count: int) -> list[Job]:
    """The jobs of a new run, with needs for sources that other runs are making."""
    standing, own = latest_by_name(jobs), {job.name for job in opened}
    return [_waiting_for(job, standing, set(sources(job.name, scene_count)) - own) for job in opened]


def _waiting_for(job: Job, standing: Mapping[str, Job], wanted: set[str]) -> Job:
    others = [standing[name] for name in wanted & standing.keys() if not standing[name].status.final]
    if not others:
        return job
    needs = (*job.needs, *((other.id, other.name == CONTENT) for other in others))
    return replace(job, needs=needs, status=JobStatus.PENDING)


def followers(opened: Sequence[Job], jobs: Sequence[Job], scene_count: int) -> list[tuple[UUID, UUID]]:
    """The waiting jobs of other runs that depend on one of these new jobs: they must wait for it, too. Pairs
    of the waiting job and the new one."""
    waiting = [job for job in latest_by_name(jobs).values() if job.status is JobStatus.PENDING]
    return [
        (job.id, new.id) for job in waiting for new in opened if new.name in sources(job.name, scene_count)
    ]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A run after the first: its jobs, their inputs, and the kind of the run."""

    kind: str
    jobs: tuple[PlannedJob, ...]
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names of its jobs."""
        return frozenset(planned.name for planned in self.jobs)

    @property
    def makes_pictures(self) -> bool:
        """Whether one of its jobs makes a picture."""
        return any(planned.group in PICTURE_GROUPS for planned in self.jobs)


def plan_regenerate(
    jobs: Sequence[Job],
    scene_count: int,
    asked: Collection[str],
    *,
    nonce: str | None,
    cascade: bool = False,
    character_sheet: bool = False,
    kind: str = "regenerate",
) -> RunPlan:
    """Make the requested assets again, with those that were skipped because these did not exist; with
    ``cascade``, all of their dependants.

    Without a ``nonce``, stored answers of identical calls are used again. ``character_sheet``: the heroes
    have no reference images, so a first cover needs a sheet.
    """
    standing = latest_by_name(jobs)
    made_from = dependants(asked, scene_count) & standing.keys()
    wanted = {*asked, *(name for name in made_from if cascade or standing[name].status is JobStatus.SKIPPED)}
    return _plan_run(kind, jobs, scene_count, wanted, frozenset(asked), nonce, sheet=character_sheet)


def plan_images(
    jobs: Sequence[Job],
    scene_count: int,
    *,
    nonce: str,
    look: Mapping[str, str],
    character_sheet: bool = False,
) -> RunPlan:
    """All pictures again, with the given ``look``, and the books that contain them."""
    pictures = frozenset(("cover", *scene_names(scene_count)))
    wanted = {*pictures, *(BOOKS & latest_by_name(jobs).keys())}
    return _plan_run("images", jobs, scene_count, wanted, pictures, nonce, look=look, sheet=character_sheet)


def plan_edit(jobs: Sequence[Job], scene_count: int, edit: Edit) -> RunPlan:
    """The jobs that an edited text needs: readings, pictures and narration of its scenes, and the books."""
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
    """A person's changes of the text: the scenes with new words, and those with a new description of their
    picture."""

    spoken: frozenset[int] = frozenset()
    described: frozenset[int] = frozenset()

    @property
    def pictured(self) -> frozenset[int]:
        """The scenes whose pictures must change."""
        return self.spoken | self.described

    @property
    def renews(self) -> frozenset[str]:
        """The assets that a rebuild makes again. A new title changes only the books."""
        scenes = {f"scene_{number}" for number in self.pictured}
        return frozenset(scenes | BOOKS | ({"audio"} if self.spoken else set()))

    @property
    def outdates(self) -> frozenset[str]:
        """The assets that no longer match the text. They include the questions, which a rebuild does not make
        again."""
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
        inputs[name] = _look_of(standing.get(name)) | (dict(look or {}) if name in asked else {})
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
    """Add the assets that users cannot request and that pictures need, if they are missing, failed or
    stale."""
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
    """Whether no asset of that name exists or is in progress."""
    return job is None or (job.status.final and job.status is not JobStatus.READY and job.kept is None)


def _reading(direction: Job, scenes: frozenset[int]) -> Mapping[str, Any]:
    """The input of a direction that reads these scenes again, with scenes of a direction that has not
    begun."""
    return {SCENES: sorted(scenes.union(direction.result.get(STALE_SCENES, ())))}


def scope_of(given: Mapping[str, Any]) -> str:
    """The part of its name that a job with this input makes: a direction may read only some scenes."""
    return str(given[SCENES]) if SCENES in given else ""


def _look_of(job: Job | None) -> dict[str, Any]:
    """A picture that is made again keeps the look that was requested last."""
    return {key: job.input[key] for key in LOOK if key in job.input} if job is not None else {}


def _plan(wanted: Collection[str], scene_count: int) -> tuple[PlannedJob, ...]:
    return plan_run([name for name in all_assets(scene_count) if name in wanted], scene_count)


def is_public(name: str) -> bool:
    """Whether readers of the story see the asset."""
    return name not in INTERNAL
