"""Reads of stories for which a single query is not enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from service.db.libraries import move_story
from service.db.pool import Connection, Door
from service.domain.assets import file_name
from service.domain.inspection import Levels
from service.domain.report import BookReport, book_report
from service.domain.story import StoryBrief
from service.errors import NotFound
from service.jobs.jobs import Job, latest_by_name
from service.stories import runs
from service.stories.queries import (
    Wanted,
    calls_of,
    current_file,
    find_stories,
    get_story,
    live_status,
    made_by,
    stories_listed,
    story_jobs,
)

#: The assets that are saved under the story's title.


async def list_stories(
    connection: Connection,
    user_id: UUID,
    *,
    wanted: Wanted,
    order: str,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """A page of a user's stories: the positions of at most ``limit`` + 1 stories, and the rows of the first
    ``limit`` stories.

    If the extra position exists, another page follows.
    """
    positions = await find_stories(
        connection, user_id, wanted=wanted, order=order, after=after, limit=limit + 1
    )
    return positions, await stories_listed(connection, [position["id"] for position in positions[:limit]])


async def move(connection: Connection, story_id: UUID, library_id: UUID) -> asyncpg.Record:
    """Move a story to another library. Returns its row. Raises ``NotFound``."""
    await get_story(connection, story_id)
    await move_story(connection, story_id, library_id)
    return await get_story(connection, story_id)


async def newest_jobs(connection: Connection, story_id: UUID) -> dict[str, Job]:
    """The newest job of each asset. Raises ``NotFound``: every story has jobs from its creation."""
    jobs = await story_jobs(connection, story_id)
    if not jobs:
        raise NotFound("The story does not exist.", code="STORY_NOT_FOUND")
    return latest_by_name(jobs)


async def versions(connection: Connection, story_id: UUID, asset: str) -> list[asyncpg.Record]:
    """The files of an asset, newest first. Raises ``NotFound`` if it has none."""
    await get_story(connection, story_id)
    rows = await runs.versions(connection, story_id, asset)
    if not rows:
        raise NotFound("This asset has no files.", code="ASSET_NOT_FOUND")
    return rows


async def find_file(
    connection: Connection, story_id: UUID, asset: str, version: int | None
) -> tuple[asyncpg.Record, str]:
    """The current file of an asset, or the file with the given ``version``, and a readable name for the
    downloaded file. Raises ``NotFound``."""
    if version is None:
        file = await current_file(connection, story_id, asset)
    else:
        file = await runs.version(connection, story_id, asset, version)
    name = file_name(asset, (await get_story(connection, story_id))["title"])
    return file, name


@dataclass(frozen=True, slots=True)
class StoryReport:
    """The report of a story: its row, its brief, and the report on its book so far from the ledger."""

    story: Mapping[str, Any]
    brief: StoryBrief
    book: BookReport


async def report(door: Door, story_id: UUID, levels: Levels) -> StoryReport:
    """Report the checks of a book's pictures, and the cost of the book. The report is complete after the
    story has ended.

    ``door`` opens a transaction of the user. ``levels`` are the trait levels of the settings. Raises
    ``NotFound``.
    """
    async with door() as connection:
        row = await get_story(connection, story_id)
        calls = await calls_of(connection, story_id)
        files = await made_by(connection, story_id)
    brief = StoryBrief.model_validate(row["brief"])
    book = book_report(brief, calls, live_status(row)["assets"], levels, made_by=files)
    return StoryReport(row, brief, book)
