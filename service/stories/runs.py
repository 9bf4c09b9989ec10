"""Runs of a story after its first: regenerate, edit and image jobs, and the versions of its files.

All functions run in the caller's transaction, under the lock of the story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.assets import BOOKS, CONTENT, PICTURE_GROUPS
from service.domain.lineage import (
    STALE,
    RunPlan,
    busy,
    dependants,
    followers,
    plan_regenerate,
    waiting_outside,
)
from service.domain.story import StoryBrief, StoryContent
from service.errors import Conflict, NotFound
from service.jobs.jobs import GIVEN_UP, Job, Move, cancels, latest_by_name
from service.jobs.states import JobStatus
from service.runtime import runs
from service.runtime.kinds import Aggregate, Kinds, kinds_of
from service.runtime.settlement import Change, Locked, Settled, lock_aggregate, settle_locked
from service.stories.insert import budget_of, planned_jobs
from service.stories.kind import StoryKind
from service.stories.silence import SILENT_SECONDS

#: The only kind in this module, because a run of a story changes no other aggregate.
_KINDS: Kinds = kinds_of(StoryKind())
_RUNS, _STORIES, _LEDGER = load("runs"), load("stories"), load("ledger")

#: The number of earlier, unused files that are kept of each asset.
KEPT_VERSIONS = 5
CLEARED = {"code": "IMAGE_JOB_CLEARED", "message": "The image job was cleared.", GIVEN_UP: True}


@dataclass(frozen=True, slots=True)
class LockedStory:
    """A locked story with all of its jobs, older runs first. ``request_id`` is the id of the request that
    locked it."""

    aggregate: Aggregate
    jobs: Sequence[Job]
    scene_count: int
    brief: StoryBrief
    content: StoryContent | None
    request_id: str = ""

    @property
    def standing(self) -> dict[str, Job]:
        """The current job of each asset, by the asset's name."""
        return latest_by_name(self.jobs)

    @property
    def lacks_references(self) -> bool:
        """Whether no character of the brief has reference images."""
        return any(not character.reference_images for character in self.brief.characters)

    @property
    def written(self) -> StoryContent:
        """The story's text. Raises ``Conflict`` if the text does not exist yet."""
        if self.content is None:
            raise Conflict("The story has no text yet.", code="CONTENT_MISSING")
        return self.content


async def lock_story(connection: Connection, story_id: UUID, request_id: str = "") -> LockedStory:
    """Lock a story for a request. Raises ``NotFound`` if the connection's user has no story with this id."""
    locked = await lock_aggregate(connection, story_id)
    row = await connection.fetchrow(_RUNS["story_for_run"], story_id)
    if locked is None or row is None:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")
    return LockedStory(
        aggregate=locked.aggregate,
        jobs=locked.jobs,
        scene_count=row["scene_count"],
        brief=StoryBrief.model_validate(row["brief"]),
        content=StoryContent.model_validate(row["content"]) if row["content"] else None,
        request_id=request_id,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """An opened run. ``task_id`` is None if a change needed no run."""

    task_id: UUID | None
    names: tuple[str, ...]
    settled: Settled


async def open_run(
    connection: Connection,
    locked: LockedStory,
    plan: RunPlan,
    moves: Sequence[Move] = (),
    *,
    needs_text: bool = False,
) -> Run:
    """Open a run with its jobs, and make ``moves`` as part of the same change.

    Raises ``Conflict``. The code is IMAGE_JOB_RUNNING if the new run makes pictures and an image job already
    runs; CONTENT_MISSING if ``needs_text`` is true, and the text neither exists nor is in progress;
    RUN_IN_PROGRESS if a job runs that makes one of the new run's assets, or an asset made from these.
    """
    if plan.makes_pictures:
        await _refuse_second_image_job(connection, locked.aggregate.id)
    if needs_text and CONTENT not in {name for name, job in locked.standing.items() if not job.status.final}:
        _ = locked.written
    _refuse(busy(plan.names, locked.jobs, locked.scene_count))
    run_id = uuid4()
    opened = _planned(locked, plan, run_id)
    waits = followers(opened, locked.jobs, locked.scene_count)
    settled = await _settle(connection, locked, Change(moves, opened, waits))
    return Run(run_id, tuple(job.name for job in opened), settled)


def _planned(locked: LockedStory, plan: RunPlan, run_id: UUID) -> list[Job]:
    """The jobs of a run after the first. These jobs also wait for assets that other runs are making."""
    jobs = planned_jobs(
        plan.jobs,
        locked.aggregate.id,
        locked.aggregate.user_id,
        run_id,
        kind=plan.kind,
        request_id=locked.request_id,
        priority=locked.jobs[0].priority if locked.jobs else "normal",
        inputs=plan.inputs,
    )
    return waiting_outside(jobs, locked.jobs, locked.scene_count)


async def change(connection: Connection, locked: LockedStory, moves: Sequence[Move]) -> Settled:
    """Make moves on the jobs of the locked story."""
    return await _settle(connection, locked, Change(moves))


async def _settle(connection: Connection, locked: LockedStory, asked: Change) -> Settled:
    return await settle_locked(connection, _KINDS, [Locked(locked.aggregate, locked.jobs)], asked)


def stale_marks(locked: LockedStory, names: frozenset[str]) -> list[Move]:
    """The moves that mark ready assets as stale, because the sources of these assets have changed."""
    standing = locked.standing
    ready = [standing[name] for name in sorted(names & standing.keys())]
    return [
        Move(job.id, None, result={**job.result, STALE: True})
        for job in ready
        if job.status is JobStatus.READY and not job.result.get(STALE)
    ]


def refuse_open(locked: LockedStory, names: frozenset[str]) -> None:
    """Raises ``Conflict`` if a job of one of the assets runs."""
    standing = locked.standing
    _refuse(sorted(name for name in names & standing.keys() if not standing[name].status.final))


def _refuse(busy_names: Sequence[str]) -> None:
    if busy_names:
        raise Conflict(
            f"This is in progress: {', '.join(busy_names)}. Wait until it ends, or cancel it first.",
            code="RUN_IN_PROGRESS",
            assets=list(busy_names),
        )


async def _refuse_second_image_job(connection: Connection, story_id: UUID) -> None:
    job = await image_job(connection, story_id)
    if job is None or job["status"] != "processing":
        return
    age = job["age_seconds"]
    raise Conflict(
        f"The pictures of this story have been in progress for {age:.0f} s. Wait until they are ready, or "
        "cancel them (`clear` has the request).",
        code="IMAGE_JOB_RUNNING",
        job=job_row(job),
        age_seconds=round(age, 3),
        clear={"method": "POST", "path": f"/api/v1/stories/{story_id}/images/clear"},
    )


async def set_budget(connection: Connection, story_id: UUID, budget_usd: float) -> None:
    """Set the budget of a story, in US dollars. Raises ``NotFound``."""
    await lock_story(connection, story_id)
    await runs.set_budget(connection, story_id, budget_of(budget_usd))


async def bind_again(connection: Connection, story_id: UUID, request_id: str) -> None:
    """Bind incomplete books again. These are books that were bound without some parts that are now in
    progress. The new run waits for these parts."""
    locked = await lock_story(connection, story_id, request_id)
    standing = locked.standing
    unfinished = {name for name, job in standing.items() if not job.status.final}
    books = [
        name
        for name in sorted(BOOKS & dependants(unfinished, locked.scene_count) & standing.keys())
        if standing[name].status is JobStatus.READY
    ]
    if books:
        plan = plan_regenerate(locked.jobs, locked.scene_count, books, nonce=None)
        await open_run(connection, locked, plan)


# ── image jobs ──


async def image_job(connection: Connection, story_id: UUID) -> asyncpg.Record | None:
    """The story's running image job. If none runs, the newest image job. None if the story has no image
    job."""
    return await connection.fetchrow(_RUNS["image_job"], story_id, list(PICTURE_GROUPS))


def job_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """An image job in the form of the table in the source document."""
    fields = ("id", "story_id", "status", "progress", "error", "started_at", "completed_at", "created_at")
    return {name: row[name] for name in fields}


async def clear_images(
    connection: Connection, kinds: Kinds, story_id: UUID, *, silent: bool = False
) -> Settled:
    """End the story's image job: cancel the jobs of its pictures, and of the books that are made from these
    pictures.

    Other jobs of the same run continue. With ``silent``, end the image job only if its picture in progress no
    longer reports. This function takes the aggregate's lock. If no image job runs, it changes nothing.
    """
    locked = await lock_aggregate(connection, story_id)
    if locked is None:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")
    job = await image_job(connection, story_id)
    if job is None or job["status"] != "processing":
        return Settled()
    if silent and (job["silent_seconds"] or 0.0) < SILENT_SECONDS:
        return Settled()
    cleared = [one for one in locked.jobs if one.group in PICTURE_GROUPS or one.name in BOOKS]
    its_own = [one for one in cleared if one.run_id == job["id"]]
    return await settle_locked(connection, kinds, [locked], Change(cancels(its_own, CLEARED)))


# ── versions of files ──


async def versions(connection: Connection, story_id: UUID, asset: str) -> list[asyncpg.Record]:
    """The files of an asset, newest first."""
    return list(await connection.fetch(_RUNS["versions"], story_id, asset))


async def version(connection: Connection, story_id: UUID, asset: str, number: int) -> asyncpg.Record:
    """One file of an asset. Raises ``NotFound``."""
    row = await connection.fetchrow(_RUNS["version"], story_id, asset, number)
    if row is None:
        raise NotFound("The asset does not have this version.", code="VERSION_NOT_FOUND")
    return row


async def restore(
    connection: Connection, locked: LockedStory, asset: str, number: int, url: Callable[[str], str]
) -> Settled:
    """Make an earlier file of an asset the current file. Mark the assets that were made from the replaced
    file as stale.

    ``url`` returns the URL for clients from a key. Raises ``NotFound``. Raises ``Conflict`` while a job of
    the asset runs, or a job of an asset that is made from it. Also raises ``Conflict`` for narration, because
    the times of the words belong to one file.
    """
    story_id = locked.aggregate.id
    row = await version(connection, story_id, asset, number)
    made_from = dependants([asset], locked.scene_count)
    refuse_open(locked, made_from | {asset})
    job = locked.standing[asset]
    if row["current"]:
        return Settled()
    if job.status is not JobStatus.READY or asset == "audio":
        why = "its words are timed to the newest" if asset == "audio" else "its asset failed since"
        raise Conflict(f"This version cannot be restored: {why}.", code="NOT_RESTORABLE")
    await connection.execute(_STORIES["retire_files"], [story_id], [asset])
    await connection.execute(_RUNS["make_current"], story_id, asset, number)
    file = {name: row[name] for name in ("key", "hash", "bytes", "media_type")}
    made = row["metadata"] or {}
    result = {"url": url(row["key"]), **file, **made.get("review", {}), **_alt_in(made)}
    patch = {"hue_extracted_colors": {asset: made["colours"]}} if "colours" in made else {}
    back = Move(job.id, None, result=result, patch=patch)
    return await change(connection, locked, [back, *stale_marks(locked, made_from)])


def _alt_in(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {"alt": metadata["alt"]} if "alt" in metadata else {}


async def collect_versions(connection: Connection, story_id: UUID) -> list[str]:
    """Delete the rows of a story's oldest unused files. Returns the keys of these files, which the caller can
    now delete from the store."""
    rows = await connection.fetch(_RUNS["collect_versions"], story_id, KEPT_VERSIONS)
    keys = sorted({row["key"] for row in rows})
    if not keys:
        return []
    unused = [row["key"] for row in await connection.fetch(_RUNS["unused_keys"], story_id, keys)]
    await connection.execute(_LEDGER["forget_answers"], story_id, unused)
    return unused


def text_of(locked: LockedStory) -> Job:
    """The job that made the story's text. Raises ``Conflict`` if the story has no text."""
    refuse_open(locked, frozenset({CONTENT}))
    job = locked.standing.get(CONTENT)
    if job is None or job.status is not JobStatus.READY:
        raise Conflict("The story has no text yet.", code="CONTENT_MISSING")
    return job
