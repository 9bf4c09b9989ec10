"""Queries of stories: one story, pages of stories, and the runs, jobs, files and calls of a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.assets import all_assets
from service.domain.report import MadeCall
from service.errors import NotFound
from service.jobs.jobs import Job
from service.runtime.job_rows import load_jobs

_STORIES = load("stories")


async def get_story(connection: Connection, story_id: UUID) -> asyncpg.Record:
    """One story's row. Raises ``NotFound`` if the connection's user has no story with this id."""
    row = await connection.fetchrow(_STORIES["story"], story_id)
    if row is None:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")
    return row


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of a user's stories. ``title`` contains words that must be in the title. Upper and lower case
    and accents make no difference."""

    status: str | None = None
    library_id: UUID | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    title: str | None = None


_BEGINNING, _END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_LEAST, _GREATEST = UUID(int=0), UUID(int=2**128 - 1)
#: For each order of a list: the name of its statement, and the position before the first row.
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
    """The positions of a page of a user's stories: the id and the value of the order's column.

    ``order`` is created_at, updated_at or title_key. The prefix ``-`` makes it descending. ``after`` is the
    position of the last story of the previous page.
    """
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
    """The rows of stories for a list, in the order of the given ids."""
    return list(await connection.fetch(_STORIES["stories_listed"], list(ids)))


async def newest_run(connection: Connection, story_id: UUID) -> asyncpg.Record:
    """The newest run of a story. Raises ``NotFound``."""
    row = await connection.fetchrow(_STORIES["newest_run"], story_id)
    if row is None:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")
    return row


async def story_jobs(connection: Connection, story_id: UUID) -> list[Job]:
    """All jobs of a story, older runs first."""
    return (await load_jobs(connection, [story_id]))[story_id]


async def current_file(connection: Connection, story_id: UUID, asset: str) -> asyncpg.Record:
    """The newest file of an asset. Raises ``NotFound`` if no file exists yet."""
    row = await connection.fetchrow(_STORIES["file"], story_id, asset)
    if row is None:
        raise NotFound(
            "The story has no asset of this name, or the asset is not ready yet. Read the asset's status.",
            code="ASSET_NOT_FOUND",
        )
    return row


def live_status(row: Mapping[str, Any]) -> dict[str, Any]:
    """``asset_generation_status`` of a story's row: the assets in the documented order, with the percentages
    of running jobs."""
    kept = row["asset_generation_status"]
    live = row["live"] or {}
    assets = {name: kept["assets"][name] for name in all_assets(row["scene_count"]) if name in kept["assets"]}
    for name, asset in assets.items():
        asset["progress"] = max(asset["progress"], live.get(name, 0))
    return {"overall": kept["overall"], "assets": assets}


async def calls_of(connection: Connection, story_id: UUID) -> list[MadeCall]:
    """The provider calls of a story, oldest first. The story's report is made from these calls."""
    rows = await connection.fetch(_STORIES["calls_for_report"], story_id)
    return [MadeCall(**dict(row)) for row in rows]


async def made_by(connection: Connection, story_id: UUID) -> dict[str, UUID]:
    """The jobs that made the story's current files, by asset."""
    return {row["name"]: row["job_id"] for row in await connection.fetch(_STORIES["made_by"], story_id)}
