"""A toy kind of aggregate: an aquarium, in which each fish is bought, then gets a drawn label.

It shares nothing with stories: its table, its states' words, its JSON (flat: ``"nemo/fish": "swims"``), its
events, its feed and its error are its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step, latest_by_name
from service.jobs.states import JobStatus
from service.runtime.kinds import Projected, Snapshot, Standing, Summary

AQUARIUM = "aquarium"

#: How an aquarium says what has become of a job.
WORDS: Mapping[str, str] = {
    JobStatus.PENDING: "wished",
    JobStatus.QUEUED: "ordered",
    JobStatus.GENERATING: "on its way",
    JobStatus.RETRYING: "delayed",
    JobStatus.READY: "swims",
    JobStatus.FAILED: "lost",
    JobStatus.CANCELLED: "sent back",
    JobStatus.SKIPPED: "forgone",
}
_STATUSES = {word: str(status) for status, word in WORDS.items()}

_LOAD = "SELECT id, status FROM aquaria WHERE id = ANY($1::uuid[])"
_STORE = """
UPDATE aquaria a SET status = x.status, tank = a.tank || x.tank, notes = a.notes || x.notes
FROM jsonb_to_recordset($1::jsonb) AS x (id uuid, status text, tank jsonb, notes jsonb) WHERE a.id = x.id
"""
_STORE_LABELS = """
INSERT INTO aquarium_labels (aquarium_id, name, key) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
ON CONFLICT (aquarium_id, name) DO UPDATE SET key = excluded.key, checked_at = excluded.checked_at
"""
_SNAPSHOT = """
SELECT a.version, a.spent_usd::float8 AS spent, q.title, q.status, q.tank
FROM aggregates a JOIN aquaria q USING (id) WHERE a.id = $1
"""
_SUMMARIES = """
SELECT a.id, a.user_id, a.version, q.title, q.status
FROM unnest($1::uuid[]) AS wanted (user_id) CROSS JOIN LATERAL (
  SELECT * FROM aquaria WHERE user_id = wanted.user_id ORDER BY created_at DESC LIMIT $2) AS q
JOIN aggregates a ON a.id = q.id ORDER BY q.created_at DESC
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What an aquarium's tables keep. ``files`` are those of labels that were drawn, by the job's name."""

    status: str
    tank: Mapping[str, str]
    notes: Mapping[str, str]
    files: Mapping[str, str]


class AquariumKind:
    """An aquarium, as ``service.runtime.kinds.Kind`` wants it."""

    name = AQUARIUM
    channel_prefix = "aquaria"
    noun = "aquarium"
    missing_code = "AQUARIUM_NOT_FOUND"
    events: Mapping[str, str] = {
        "fish.moved": "a fish, or its label, has come nearer or gone",
        "aquarium.filling": "fish are on their way",
        "aquarium.full": "all are there",
        "aquarium.short": "some will never be there",
        "spend.changed": "what all calls for it have cost so far",
    }
    feed = "aquaria"
    standing: Standing = "name"
    exports: Mapping[str, str] = {
        "aquaria": "SELECT to_jsonb(t) FROM aquaria t WHERE t.user_id = $1",
        "aquarium_labels": (
            "SELECT to_jsonb(t) FROM aquarium_labels t JOIN aquaria a ON a.id = t.aquarium_id"
            " WHERE a.user_id = $1"
        ),
    }

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return {row["id"]: row["status"] for row in await connection.fetch(_LOAD, list(ids))}

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        moved = [*opened, *(step.after for step in steps)]
        events = [NewEvent("fish.moved", {_key(job): _word(job), "attempt": job.attempt}) for job in moved]
        status = _status(jobs)
        if status != state or len(opened) == len(jobs):
            events.append(NewEvent(f"aquarium.{status}", {"status": status}))
        notes = {name: text for step in steps for name, text in step.patch.items()}
        files = {job.name: job.result["file"] for job in moved if "file" in job.result}
        return Projected(events, Row(status, {_key(job): _word(job) for job in moved}, notes, files))

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        stored: Mapping[UUID, Row] = rows
        written = [
            {"id": id_, "status": row.status, "tank": row.tank, "notes": row.notes}
            for id_, row in stored.items()
        ]
        await connection.execute(_STORE, written)
        labels = [(id_, name, key) for id_, row in stored.items() for name, key in row.files.items()]
        if labels:
            await connection.execute(_STORE_LABELS, *map(list, zip(*labels, strict=True)))

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        row = await connection.fetchrow(_SNAPSHOT, id_)
        if row is None:
            return None
        spend = {"spend": {"cost_usd": row["spent"]}} if row["spent"] else {}
        return Snapshot(
            row["version"], {"title": row["title"], "status": row["status"], **row["tank"], **spend}
        )

    def statuses(self, told: Mapping[str, Any]) -> Mapping[str, str]:
        parts = {key.partition("/"): word for key, word in told.items()}
        return {f"{what}_{fish}": _STATUSES[word] for (fish, slash, what), word in parts.items() if slash}

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        found: dict[UUID, list[Summary]] = defaultdict(list)
        for row in await connection.fetch(_SUMMARIES, list(user_ids), limit):
            data = {"id": str(row["id"]), "title": row["title"], "status": row["status"]}
            found[row["user_id"]].append(Summary(row["id"], row["version"], data))
        return found


def _key(job: Job) -> str:
    """``nemo/fish``, of the job ``fish_nemo``."""
    what, _, fish = job.name.partition("_")
    return f"{fish}/{what}"


def _word(job: Job) -> str:
    return WORDS[job.status]


def _status(jobs: Sequence[Job]) -> str:
    latest = latest_by_name(jobs).values()
    if any(not job.status.final for job in latest):
        return "filling"
    return "full" if all(job.status is JobStatus.READY for job in latest) else "short"
