"""Kinds for the listeners' tests: stories, and a small second kind with statuses and codes of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.jobs.jobs import Job, Step
from service.runtime.kinds import Projected, Snapshot, Standing, Summary, kinds_of
from service.stories.kind import StoryKind

_SNAPSHOT = """
SELECT a.version, g.mode, g.status, g.current_stage, g.stages,
       EXISTS (SELECT FROM jobs j WHERE j.aggregate_id = g.id AND j.ended_at IS NULL) AS is_pending
FROM aggregates a JOIN genesis_sessions g USING (id) WHERE a.id = $1
"""
_SUMMARIES = """
SELECT a.id, a.user_id, a.version, g.current_stage
FROM aggregates a JOIN genesis_sessions g USING (id) WHERE a.user_id = ANY($1)
ORDER BY g.created_at DESC LIMIT $2
"""
_STATUSES = {"waits": "pending", "writes": "generating", "written": "ready"}


class SessionKind:
    """Sessions, whose jobs are stages with a ``phase``. No job is ever opened or settled."""

    name = "genesis"
    channel_prefix = "genesis"
    noun = "session"
    missing_code = "SESSION_NOT_FOUND"
    events: Mapping[str, str] = {"stage.confirmed": "a person has agreed", "stage.written": "a text is there"}
    feed = "sessions"
    standing: Standing = "name"
    exports: Mapping[str, str] = {}

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        raise NotImplementedError

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        raise NotImplementedError

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        raise NotImplementedError

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        row = await connection.fetchrow(_SNAPSHOT, id_)
        return None if row is None else Snapshot(row["version"], dict(row))

    def statuses(self, told: Mapping[str, Any]) -> Mapping[str, str]:
        return {stage: _STATUSES[of["phase"]] for stage, of in (told.get("stages") or {}).items()}

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        found: dict[UUID, list[Summary]] = defaultdict(list)
        for row in await connection.fetch(_SUMMARIES, list(user_ids), limit):
            found[row["user_id"]].append(Summary(row["id"], row["version"], {"stage": row["current_stage"]}))
        return found


KINDS = kinds_of(StoryKind())
TWO_KINDS = kinds_of(StoryKind(), SessionKind())
