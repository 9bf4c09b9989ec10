"""Runs of a story after its first: regenerate, edit and image jobs, and the versions of its files.

Everything here happens in the caller's transaction, under the story's lock; events and
projections are written with it, as the settlement writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.assets import CONTENT, PICTURE_GROUPS
from service.domain.lineage import (
    BOOKS,
    STALE,
    Later,
    busy,
    dependants,
    followers,
    plan_regenerate,
    waiting_outside,
)
from service.domain.projection import project, run_of
from service.domain.story import StoryBrief, StoryContent
from service.errors import Conflict, NotFound
from service.jobs.jobs import GIVEN_UP, Job, Move, Priority, decide, latest_by_name
from service.jobs.states import JobStatus
from service.runtime.kinds import Aggregate, Kinds
from service.runtime.settlement import Settled, append_events, load_jobs, settle, write_jobs
from service.stories.kind import StoryKind
from service.stories.store import insert_jobs, planned_jobs

_RUNS, _STORIES, _JOBS = load("runs"), load("stories"), load("jobs")

#: After so long a silence an image job is taken for stuck.
SILENT_SECONDS = 300.0
#: How many unused files of each asset are kept.
KEPT_VERSIONS = 5
CLEARED = {"code": GIVEN_UP, "message": "The image job was cleared."}


@dataclass(frozen=True, slots=True)
class Desk:
    """A story under its lock, with all of its jobs, older runs first; ``request_id`` is that of the request
    for which it was taken up."""

    aggregate: Aggregate
    jobs: Sequence[Job]
    scene_count: int
    brief: StoryBrief
    content: StoryContent | None
    request_id: str = ""

    @property
    def standing(self) -> dict[str, Job]:
        return latest_by_name(self.jobs)

    @property
    def lacks_references(self) -> bool:
        return any(not character.reference_images for character in self.brief.characters)

    @property
    def written(self) -> StoryContent:
        """The text. Raises ``Conflict`` while there is none."""
        if self.content is None:
            raise Conflict("The story has no text yet.", code="CONTENT_MISSING")
        return self.content


async def take_up(connection: Connection, story_id: UUID, request_id: str = "") -> Desk:
    """Lock a story, for a request. Raises ``NotFound`` where the connection's user has no such story."""
    locked = await connection.fetchrow(_STORIES["lock_aggregate"], story_id)
    row = await connection.fetchrow(_RUNS["story_for_run"], story_id)
    if locked is None or row is None:
        raise NotFound("There is no such story.", code="STORY_NOT_FOUND")
    return Desk(
        aggregate=Aggregate(locked["id"], locked["kind"], locked["user_id"], locked["version"]),
        jobs=(await load_jobs(connection, [story_id]))[story_id],
        scene_count=row["scene_count"],
        brief=StoryBrief.model_validate(row["brief"]),
        content=StoryContent.model_validate(row["content"]) if row["content"] else None,
        request_id=request_id,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has been written down, or a change that needed none (``task_id`` None)."""

    task_id: UUID | None
    names: tuple[str, ...]
    settled: Settled


async def open_run(
    connection: Connection, desk: Desk, later: Later, moves: Sequence[Move] = (), *, needs_text: bool = False
) -> Run:
    """Write a run down with its jobs, and make ``moves`` in the same breath.

    Raises ``Conflict``: IMAGE_JOB_RUNNING where it makes pictures and another does already,
    CONTENT_MISSING where ``needs_text`` and none is there or on its way, RUN_IN_PROGRESS where one of its
    assets, or something made from one, is being made.
    """
    task_id = uuid4()
    story = desk.aggregate
    jobs = planned_jobs(later.plan, story.id, story.user_id, task_id, _priority(desk), inputs=later.inputs)
    await _insert_run(connection, desk, later, task_id, jobs)
    if needs_text and CONTENT not in {name for name, job in desk.standing.items() if not job.status.final}:
        _ = desk.written
    _refuse(busy(later.names, desk.jobs, desk.scene_count))
    jobs = waiting_outside(jobs, desk.jobs, desk.scene_count)
    await insert_jobs(connection, jobs)
    pairs = followers(jobs, desk.jobs, desk.scene_count)
    if pairs:
        await connection.execute(_RUNS["wait_longer"], [job for job, _ in pairs], [new for _, new in pairs])
    await connection.execute(_RUNS["begin_again"], story.id)
    settled = await change(connection, desk, moves, opened=jobs)
    return Run(task_id, tuple(job.name for job in jobs), settled)


async def change(
    connection: Connection, desk: Desk, moves: Sequence[Move], *, opened: Sequence[Job] = ()
) -> Settled:
    """Make moves on the jobs at hand, tell of them and of the jobs just ``opened``."""
    decision = decide(desk.jobs, moves)
    settled = Settled(list(decision.steps), list(decision.refused))
    settled.queued = {job.group for job in opened if job.status is JobStatus.QUEUED}
    if not (decision.steps or opened):
        return settled
    now = await connection.fetchval(_JOBS["clock"])
    await write_jobs(connection, [decision], 0.0, now)
    projection = project([*decision.jobs, *opened], decision.steps, desk.scene_count, now, opened=opened)
    story = desk.aggregate
    await StoryKind().store(connection, {story.id: projection})
    await append_events(connection, [story], {story.id: projection.events})
    settled.told = True
    return settled


def stale_marks(desk: Desk, names: frozenset[str]) -> list[Move]:
    """The moves that say of ready assets that what they were made from has changed."""
    standing = desk.standing
    ready = [standing[name] for name in sorted(names & standing.keys())]
    return [
        Move(job.id, None, result={**job.result, STALE: True})
        for job in ready
        if job.status is JobStatus.READY and not job.result.get(STALE)
    ]


def refuse_open(desk: Desk, names: frozenset[str]) -> None:
    """Raises ``Conflict`` where one of the assets is being made just now."""
    standing = desk.standing
    _refuse(sorted(name for name in names & standing.keys() if not standing[name].status.final))


def _refuse(busy_names: Sequence[str]) -> None:
    if busy_names:
        raise Conflict(
            f"This is being made just now: {', '.join(busy_names)}. Wait for it, or cancel it first.",
            code="RUN_IN_PROGRESS",
            assets=list(busy_names),
        )


def _priority(desk: Desk) -> Priority:
    return desk.jobs[0].priority if desk.jobs else "normal"


async def _insert_run(
    connection: Connection, desk: Desk, later: Later, task_id: UUID, jobs: Sequence[Job]
) -> None:
    step = run_of(task_id, jobs).current_step
    story = desk.aggregate
    run = (task_id, story.id, story.user_id, later.kind, later.makes_pictures, step, desk.request_id)
    if await connection.fetchval(_STORIES["insert_run"], *run) is None:
        raise await _image_job_running(connection, story.id)


async def _image_job_running(connection: Connection, story_id: UUID) -> Conflict:
    job = await image_job(connection, story_id)
    age = job["age_seconds"] if job else 0.0
    return Conflict(
        f"The pictures of this story are being made, since {age:.0f} s. Wait for them, or clear the job.",
        code="IMAGE_JOB_RUNNING",
        job=job_row(job) if job else {},
        age_seconds=round(age, 3),
        clear={"method": "POST", "path": f"/api/v1/stories/{story_id}/images/clear"},
    )


async def set_budget(connection: Connection, story_id: UUID, budget_usd: float) -> None:
    """Give a story another cap. Raises ``NotFound``."""
    await take_up(connection, story_id)
    await connection.execute(_RUNS["set_budget"], story_id, budget_usd)


async def bind_again(connection: Connection, story_id: UUID, request_id: str) -> None:
    """Make books again that are ready while parts of them are not: a run that waits for these parts."""
    desk = await take_up(connection, story_id, request_id)
    standing = desk.standing
    unfinished = {name for name, job in standing.items() if not job.status.final}
    books = [
        name
        for name in sorted(BOOKS & dependants(unfinished, desk.scene_count) & standing.keys())
        if standing[name].status is JobStatus.READY
    ]
    if books:
        await open_run(connection, desk, plan_regenerate(desk.jobs, desk.scene_count, books, nonce=None))


# ── image jobs ──


async def image_job(connection: Connection, story_id: UUID) -> asyncpg.Record | None:
    """The story's processing image job, or else its newest one."""
    return await connection.fetchrow(_RUNS["image_job"], story_id, list(PICTURE_GROUPS))


def job_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """An image job as the source document's table has it."""
    fields = ("id", "story_id", "status", "progress", "error", "started_at", "completed_at", "created_at")
    return {name: row[name] for name in fields}


async def clear_images(
    connection: Connection, kinds: Kinds, story_id: UUID, *, silent: bool = False
) -> Settled:
    """End the story's image job: cancel its pictures, and the books that were to be made from them.

    Nothing else of its run is touched. ``silent``: only if nothing is heard of the picture that is being
    made. The aggregate's lock is taken here. Clearing nothing is no error.
    """
    if await connection.fetchrow(_STORIES["lock_aggregate"], story_id) is None:
        raise NotFound("There is no such story.", code="STORY_NOT_FOUND")
    job = await image_job(connection, story_id)
    if job is None or job["status"] != "processing":
        return Settled()
    if silent and (job["silent_seconds"] or 0.0) < SILENT_SECONDS:
        return Settled()
    jobs = (await load_jobs(connection, [story_id]))[story_id]
    cleared = [one for one in jobs if one.group in PICTURE_GROUPS or one.name in BOOKS]
    its_own = [one.id for one in cleared if one.task_id == job["id"] and not one.status.final]
    # The last in the graph first: else the end of the first would skip the rest.
    moves = [Move(id_, JobStatus.CANCELLED, error=CLEARED) for id_ in reversed(its_own)]
    return await settle(connection, kinds, moves)


# ── versions of files ──


async def versions(connection: Connection, story_id: UUID, asset: str) -> list[asyncpg.Record]:
    """The files that were made for an asset, newest first."""
    return list(await connection.fetch(_RUNS["versions"], story_id, asset))


async def version(connection: Connection, story_id: UUID, asset: str, number: int) -> asyncpg.Record:
    """One file of an asset. Raises ``NotFound``."""
    row = await connection.fetchrow(_RUNS["version"], story_id, asset, number)
    if row is None:
        raise NotFound("There is no such version of this asset.", code="VERSION_NOT_FOUND")
    return row


async def restore(
    connection: Connection, desk: Desk, asset: str, number: int, url: Callable[[str], str]
) -> Settled:
    """Make an earlier file the current one, and mark what was made from the other as stale.

    ``url`` tells where a client finds a key. Raises ``NotFound``, and ``Conflict`` while the asset,
    or what is made from it, is being made, and for narration, whose words are timed to one file.
    """
    story_id = desk.aggregate.id
    row = await version(connection, story_id, asset, number)
    made_from = dependants([asset], desk.scene_count)
    refuse_open(desk, made_from | {asset})
    job = desk.standing[asset]
    if row["current"]:
        return Settled()
    if job.status is not JobStatus.READY or asset == "audio":
        why = "its words are timed to the newest" if asset == "audio" else "its asset failed since"
        raise Conflict(f"This version cannot be brought back: {why}.", code="NOT_RESTORABLE")
    await connection.execute(_STORIES["retire_files"], [story_id], [asset])
    await connection.execute(_RUNS["make_current"], story_id, asset, number)
    told = {name: row[name] for name in ("key", "hash", "bytes", "media_type")}
    made = row["metadata"] or {}
    result = {"url": url(row["key"]), **told, **made.get("review", {}), **_alt_in(made)}
    patch = {"hue_extracted_colors": {asset: made["colours"]}} if "colours" in made else {}
    back = Move(job.id, None, result=result, patch=patch)
    return await change(connection, desk, [back, *stale_marks(desk, made_from)])


def _alt_in(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {"alt": metadata["alt"]} if "alt" in metadata else {}


async def collect_versions(connection: Connection, story_id: UUID) -> list[str]:
    """Forget the oldest unused files of a story. Returns the keys that may now be deleted."""
    rows = await connection.fetch(_RUNS["collect_versions"], story_id, KEPT_VERSIONS)
    keys = sorted({row["key"] for row in rows})
    if not keys:
        return []
    unused = [row["key"] for row in await connection.fetch(_RUNS["unused_keys"], story_id, keys)]
    await connection.execute(_RUNS["forget_answers"], story_id, unused)
    return unused


def text_of(desk: Desk) -> Job:
    """The job that stands for the text. Raises ``Conflict`` while there is none to change."""
    refuse_open(desk, frozenset({CONTENT}))
    job = desk.standing.get(CONTENT)
    if job is None or job.status is not JobStatus.READY:
        raise Conflict("The story has no text yet.", code="CONTENT_MISSING")
    return job
