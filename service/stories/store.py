"""Stories: how the settlement stores them, and the verbs of the HTTP face and the actors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.assets import PICTURE_GROUPS, PlannedJob, public_assets
from service.domain.projection import run_of, story_state
from service.domain.story import StoryBrief
from service.errors import NotFound
from service.jobs.jobs import Job, Priority
from service.jobs.states import JobStatus
from service.runtime.settlement import HEAD_START, load_jobs, ranks

_STORIES, _JOBS = load("stories"), load("jobs")

UNTITLED = "Untitled Story"


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story that is about to be written down with its first run. ``library_id`` None is the user's
    default library; ``from_pack``: its credit is one of those that were bought. ``request_id`` is that of
    the request that asks for it."""

    id: UUID
    user_id: UUID
    library_id: UUID | None
    brief: StoryBrief
    plan: tuple[PlannedJob, ...]
    priority: Priority = "normal"
    from_pack: bool = False
    request_id: str = ""
    task_id: UUID = field(default_factory=uuid4)


async def create_story(connection: Connection, new: NewStory) -> dict[str, Any]:
    """Write a story with its credit, its run, its jobs and its first event. Returns
    ``asset_generation_status``."""
    task_id = new.task_id
    jobs = planned_jobs(new.plan, new.id, new.user_id, task_id, new.priority)
    state = story_state(jobs, new.brief.scene_count)
    title = new.brief.title or UNTITLED
    await connection.execute(
        _STORIES["insert_story"],
        new.id,
        new.library_id,
        new.user_id,
        title,
        state,
        new.brief.model_dump(mode="json"),
        new.brief.scene_count,
        task_id,
        any(job.group in PICTURE_GROUPS for job in jobs),
        run_of(task_id, jobs).current_step,
        new.from_pack,
        [job.id for job in jobs],
        [job.name for job in jobs],
        [job.group for job in jobs],
        [len(job.needs) for job in jobs],
        new.priority,
        HEAD_START[new.priority],
        new.request_id,
    )
    created = {"title": title, "status": "generating", **state}
    await connection.execute(_STORIES["begin_story"], new.id, "story.created", created, *_edges(jobs))
    return state


def planned_jobs(
    plan: Sequence[PlannedJob],
    aggregate_id: UUID,
    user_id: UUID,
    task_id: UUID,
    priority: Priority,
    *,
    inputs: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> list[Job]:
    """The jobs of a plan, with their inputs by name; those that wait for none are queued at once."""
    ids = {planned.name: uuid4() for planned in plan}
    return [
        Job(
            id=ids[planned.name],
            aggregate_id=aggregate_id,
            user_id=user_id,
            name=planned.name,
            group=planned.group,
            status=JobStatus.PENDING if planned.needs else JobStatus.QUEUED,
            position=position,
            task_id=task_id,
            needs=tuple((ids[name], hard) for name, hard in planned.needs),
            priority=priority,
            input=inputs.get(planned.name, {}),
        )
        for position, planned in enumerate(plan)
    ]


async def insert_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    """Write new jobs with their places in line and their needs."""
    places = await ranks(connection, [job for job in jobs if job.status is JobStatus.QUEUED])
    rows: list[dict[str, Any]] = [
        {
            "id": job.id,
            "aggregate_id": job.aggregate_id,
            "user_id": job.user_id,
            "task_id": job.task_id,
            "grp": job.group,
            "name": job.name,
            "position": job.position,
            "status": job.status,
            "needs_left": len(job.needs),
            "rank": places.get(job.id),
            "priority": job.priority,
            "input": dict(job.input),
        }
        for job in jobs
    ]
    await connection.execute(_JOBS["insert_jobs"], rows)
    await connection.execute(_JOBS["insert_needs"], *_edges(jobs))


def _edges(jobs: Sequence[Job]) -> tuple[list[UUID], list[UUID], list[bool]]:
    """What waits for what, and whether hard: three columns."""
    edges = [(job.id, need, hard) for job in jobs for need, hard in job.needs]
    return [edge[0] for edge in edges], [edge[1] for edge in edges], [edge[2] for edge in edges]


async def get_story(connection: Connection, story_id: UUID) -> asyncpg.Record:
    """One story's row. Raises ``NotFound`` where the connection's user has no such story."""
    row = await connection.fetchrow(_STORIES["story"], story_id)
    if row is None:
        raise NotFound("There is no such story.", code="STORY_NOT_FOUND")
    return row


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stories of a user are wanted; ``title``: words in it, whatever their case and accents."""

    status: str | None = None
    library_id: UUID | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    title: str | None = None


_BEGINNING, _END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_LEAST, _GREATEST = UUID(int=0), UUID(int=2**128 - 1)
#: Each order's statement, and the place before its first row.
_ORDERS: Mapping[str, tuple[str, tuple[datetime | str, UUID]]] = {
    "-created_at": (_STORIES["newest_stories"], (_END, _GREATEST)),
    "created_at": (_STORIES["oldest_stories"], (_BEGINNING, _LEAST)),
    "-updated_at": (_STORIES["lately_changed_stories"], (_END, _GREATEST)),
    "updated_at": (_STORIES["long_unchanged_stories"], (_BEGINNING, _LEAST)),
    "title_key": (_STORIES["stories_from_a"], ("", _LEAST)),
    "-title_key": (_STORIES["stories_from_z"], ("\U0010ffff", _GREATEST)),
}


async def find_stories(
    connection: Connection,
    user_id: UUID,
    *,
    wanted: Wanted = Wanted(),
    order: str = "-created_at",
    after: tuple[Any, UUID] | None = None,
    limit: int = 20,
) -> list[asyncpg.Record]:
    """The places of a page of a user's stories: each its id and the column of the order, which is
    created_at, updated_at or title_key, downwards with ``-``; ``after`` is the last one's place."""
    statement, first = _ORDERS[order]
    rows = await connection.fetch(
        statement,
        user_id,
        *(after or first),
        wanted.created_from or _BEGINNING,
        wanted.created_before or _END,
        wanted.status,
        wanted.library_id,
        wanted.title,
        limit,
    )
    return list(rows)


async def stories_listed(connection: Connection, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """What a list shows of some stories, in the order of their ids."""
    return list(await connection.fetch(_STORIES["stories_listed"], list(ids)))


async def newest_run(connection: Connection, story_id: UUID) -> asyncpg.Record:
    """The newest run of a story. Raises ``NotFound``."""
    row = await connection.fetchrow(_STORIES["newest_run"], story_id)
    if row is None:
        raise NotFound("There is no such story.", code="STORY_NOT_FOUND")
    return row


async def story_jobs(connection: Connection, story_id: UUID) -> list[Job]:
    """All jobs of a story, older runs first."""
    return (await load_jobs(connection, [story_id]))[story_id]


async def current_file(connection: Connection, story_id: UUID, asset: str) -> asyncpg.Record:
    """The newest file of an asset. Raises ``NotFound`` while there is none."""
    row = await connection.fetchrow(_STORIES["file"], story_id, asset)
    if row is None:
        raise NotFound(
            "The story has no such asset, or it has not been made yet: its status tells.",
            code="ASSET_NOT_FOUND",
        )
    return row


def live_status(row: Mapping[str, Any]) -> dict[str, Any]:
    """``asset_generation_status`` of a story's row: its assets in the documented order, with the
    percentages of what runs now."""
    kept = row["asset_generation_status"]
    live = row["live"] or {}
    assets = {
        name: kept["assets"][name] for name in public_assets(row["scene_count"]) if name in kept["assets"]
    }
    for name, asset in assets.items():
        asset["progress"] = max(asset["progress"], live.get(name, 0))
    return {"overall": kept["overall"], "assets": assets}
