"""Novels as a kind of aggregate: all that the runtime and the hub know of them comes from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Job, Step
from service.novels.chapter_jobs import Chapter, project_chapters
from service.novels.store import NOVEL, ChapterRow, store_chapters
from service.runtime.channels import channel_of
from service.runtime.kinds import Projected, Snapshot, Standing, Summary, summaries_by_user

_EXPORT, _NOVELS = load("export"), load("novels", "service.novels")


class NovelKind:
    """A novel, as ``service.runtime.kinds.Kind`` wants it."""

    name = NOVEL
    channel_prefix = "novels"
    noun = "novel"
    missing_code = "NOVEL_NOT_FOUND"
    events: Mapping[str, str] = {
        "novel.created": "a session has made the novel",
        "novel.renamed": "a person has changed the title of the novel",
        "chapter.requested": "a text for a chapter was asked for",
        "chapter.started": "an attempt to write a chapter has begun",
        "chapter.retrying": "an attempt to write a chapter failed, and another follows",
        "chapter.written": "a chapter has a new text",
        "chapter.failed": "a chapter could not be written; an earlier text stays",
        "chapter.cancelled": "a person has stopped the writing of a chapter",
        "chapter.edited": "a person has changed the text of a chapter",
        "chapter.restored": "an earlier text of a chapter is its text again",
        "spend.changed": "what all calls for it have cost so far",
    }
    feed = "novels"
    standing: Standing = "name"
    exports: Mapping[str, str] = {
        "novels": _EXPORT["novels"],
        "novel_chapters": _EXPORT["novel_chapters"],
        "novel_chapter_versions": _EXPORT["novel_chapter_versions"],
    }

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """The chapters of each novel by number, with the novel's id."""
        rows = await connection.fetch(_NOVELS["chapter_states"], list(ids))
        return {row["id"]: (row["id"], chapters_in(row["chapters"])) for row in rows}

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """The events of chapters. Raises ``Conflict`` where a job is set going again whose chapter has
        another text meanwhile."""
        novel_id, chapters = state
        events, rows = project_chapters(novel_id, chapters, steps, opened)
        return Projected(events, rows)

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Write the changed chapters, with their new texts."""
        changed: Mapping[UUID, Sequence[ChapterRow]] = rows
        await store_chapters(connection, [row for of_one in changed.values() for row in of_one])

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """The novel's state without its plan and texts; None if it does not exist."""
        row = await connection.fetchrow(_NOVELS["snapshot"], id_)
        return Snapshot(row["version"], _state(row)) if row is not None else None

    def statuses(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each job in a state or in an event's data, by the job's name."""
        return {name: job["status"] for name, job in state.get("jobs", {}).items()}

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """The newest novels of each user, newest first."""
        rows = await connection.fetch(_NOVELS["summaries"], list(user_ids), limit)
        return summaries_by_user(rows, summary)


def novel_channel(novel_id: UUID) -> str:
    """The channel of a novel."""
    return channel_of(NovelKind.channel_prefix, novel_id)


def summary(row: asyncpg.Record) -> dict[str, Any]:
    """A novel as lists have it, from a row of ``summaries``."""
    ids = {key: str(row[key]) if row[key] else None for key in ("id", "session_id")}
    rest = {key: value for key, value in row.items() if key not in ("id", "session_id", "user_id")}
    return {**ids, **rest, "realtimeChannel": novel_channel(row["id"])}


def chapters_in(chapters: Mapping[str, Any]) -> dict[int, Chapter]:
    """The chapters of a state by number."""
    return {int(number): Chapter(**chapter) for number, chapter in chapters.items()}


def _state(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "session_id": str(row["session_id"]) if row["session_id"] else None,
        "language": row["language"],
        "version": row["version"],
        "plan_version": row["plan_version"],
        "locks": row["locks"],
        "chapters": row["chapters"],
        "jobs": {name: _job(job) for name, job in row["jobs"].items()},
        "budget_usd": row["budget_usd"],
        "spend": {"cost_usd": row["cost_usd"]},
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "realtimeChannel": novel_channel(row["id"]),
    }


def _job(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job of the snapshot, with its error as its user reads it."""
    if "error" not in job:
        return dict(job)
    words = [job["error"].get(part) for part in ("message", "detail")]
    return {**job, "error": {"code": job["error"].get("code", ""), "message": " ".join(filter(None, words))}}
