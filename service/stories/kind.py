"""Stories as a kind of aggregate: the runtime and the hub take everything about stories from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.domain.events import STORY_EVENTS
from service.domain.projection import Projection, RunRow, project
from service.errors import Conflict
from service.jobs.jobs import Job, Step
from service.runtime.channels import channel_of
from service.runtime.kinds import Projected, Snapshot, Standing, Summary, summaries_by_user

_STORIES, _EXPORT = load("stories"), load("export")


class StoryKind:
    """The kind "story", which implements ``service.runtime.kinds.Kind``."""

    name = "story"
    channel_prefix = "stories"
    noun = "story"
    missing_code = "STORY_NOT_FOUND"
    events = STORY_EVENTS
    feed = "stories"
    standing: Standing = "name"
    exports: Mapping[str, str] = {
        "stories": _EXPORT["stories"],
        "story_generation_tasks": _EXPORT["story_generation_tasks"],
        "asset_versions": _EXPORT["asset_versions"],
    }

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """The number of scenes of each story."""
        rows = await connection.fetch(_STORIES["story_states"], list(ids))
        return {row["id"]: row["scene_count"] for row in rows}

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """Implements ``Kind.project`` with ``domain.projection``."""
        projection = project(jobs, steps, state, now, opened=opened)
        return Projected(projection.events, projection)

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Write the stories, their runs, their files and their credits."""
        projections: Mapping[UUID, Projection] = rows
        await connection.execute(
            _STORIES["store_stories"], [_story_row(*item) for item in projections.items()]
        )
        runs = [run for projection in projections.values() for run in projection.runs]
        if runs:
            await _store_runs(connection, runs)
        await _store_files(connection, projections)
        ended = [(id_, p.quota) for id_, p in projections.items() if p.quota]
        if ended:
            outcome = {"commit": "committed", "refund": "refunded"}
            await connection.execute(
                _STORIES["end_quota"], [id_ for id_, _ in ended], [outcome[q] for _, q in ended if q]
            )

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """The story's state and version; None if it does not exist."""
        row = await connection.fetchrow(_STORIES["snapshot"], id_)
        return Snapshot(row["version"], _state(row)) if row is not None else None

    def statuses(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each asset."""
        return {
            name: state["status"]
            for jobs in (state.get("assets"), state.get("jobs"))
            if isinstance(jobs, dict)
            for name, state in jobs.items()
            if isinstance(state, dict) and isinstance(state.get("status"), str)
        }

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """The newest stories of each user."""
        rows = await connection.fetch(_STORIES["summaries"], list(user_ids), limit)
        return summaries_by_user(rows, self._summary)

    def _summary(self, row: asyncpg.Record) -> dict[str, Any]:
        """The summary of a story for the list of stories."""
        assets = row["state"]["assets"]
        return {
            "id": str(row["id"]),
            "title": row["title"],
            "status": row["status"],
            "overall": row["state"]["overall"],
            "progress": sum(asset["progress"] for asset in assets.values()) // max(1, len(assets)),
            "version": row["version"],
            "cover_url": assets.get("cover", {}).get("url"),
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
            "realtimeChannel": story_channel(row["id"]),
        }


def story_channel(story_id: UUID) -> str:
    """The channel of a story."""
    return channel_of(StoryKind.channel_prefix, story_id)


def _state(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "title": row["title"],
        "status": row["status"],
        **row["asset_generation_status"],
        "spend": _spend(row),
    }


def _spend(row: asyncpg.Record) -> dict[str, float]:
    """The cost of a story. If calls have an unknown outcome, also their reserved cost."""
    aside = {"set_aside_usd": float(row["set_aside_usd"])} if row["set_aside_usd"] else {}
    return {"cost_usd": float(row["cost_usd"]), **aside}


async def _store_runs(connection: Connection, runs: Sequence[RunRow]) -> None:
    try:
        await connection.execute(_STORIES["store_runs"], [_run_row(run) for run in runs])
    except asyncpg.UniqueViolationError as error:
        # A run is resumed while another run makes pictures of the story.
        raise Conflict("The pictures of this story are being made.", code="IMAGE_JOB_RUNNING") from error


def _story_row(story_id: UUID, projection: Projection) -> dict[str, Any]:
    story = projection.story
    return {
        "id": story_id,
        "status": story.status,
        "state": dict(story.asset_generation_status),
        "begun": projection.begun,
        **story.patch,
    }


def _run_row(run: RunRow) -> dict[str, Any]:
    return {
        "task_id": run.task_id,
        "status": run.status,
        "current_step": run.current_step,
        "retry_attempts": run.retry_attempts,
        "last_error": run.last_error,
        "progress": run.progress,
        "pictures_status": run.pictures.status if run.pictures else None,
        "pictures_progress": run.pictures.progress if run.pictures else 0,
        "pictures_error": run.pictures.error if run.pictures else None,
    }


async def _store_files(connection: Connection, projections: Mapping[UUID, Projection]) -> None:
    files = [(id_, file) for id_, projection in projections.items() for file in projection.files]
    if not files:
        return
    await connection.execute(
        _STORIES["retire_files"], [id_ for id_, _ in files], [file.name for _, file in files]
    )
    rows = [
        {
            "story_id": id_,
            "name": file.name,
            "job_id": file.job_id,
            "hash": file.hash,
            "key": file.key,
            "bytes": file.bytes,
            "media_type": file.media_type,
        }
        for id_, file in files
    ]
    await connection.execute(_STORIES["insert_files"], rows)
