"""The hub's source of truth on PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Database
from service.db.sql import load
from service.errors import NotFound
from service.hub.source import SHELF, Event, ShelvedStory, Snapshot
from service.jobs.channels import channel_of, parse_channel

_STORIES, _EVENTS, _LIVE = load("stories"), load("events"), load("live")


class PostgresLog:
    """Reads of aggregates' events, behind the door of row level security where a user asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """The version of what the channel is about, if the user's rows hold it; 0 for the user's
        own library."""
        try:
            kind, id_ = parse_channel(channel)
        except ValueError:
            return None
        if kind == "user":
            return 0 if id_ == user_id else None
        async with self._database.as_user(user_id) as connection:
            version: int | None = await connection.fetchval(_LIVE["version_for_listener"], id_, kind)
            return version

    async def snapshot(self, channel: str) -> Snapshot:
        """State and version, read in one statement. Raises ``NotFound``."""
        kind, id_ = parse_channel(channel)
        query = _LIVE["genesis_snapshot"] if kind == "genesis" else _STORIES["snapshot"]
        row = await self._database.pool.fetchrow(query, id_)
        if row is None:
            raise NotFound()
        return Snapshot(row["version"], _session(row) if kind == "genesis" else _story(row))

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        """At most ``limit`` events after ``version``."""
        _, id_ = parse_channel(channel)
        rows = await self._database.pool.fetch(_EVENTS["events_since"], id_, version, limit)
        return [Event(row["version"], row["at"], row["type"], row["data"]) for row in rows]

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """The newest version of each channel that still exists."""
        by_id = {id_: kind for kind, id_ in map(parse_channel, channels)}
        rows = await self._database.pool.fetch(_EVENTS["versions"], list(by_id))
        return {channel_of(by_id[row["id"]], row["id"]): row["version"] for row in rows}

    async def shelves(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ShelvedStory]]:
        """The newest stories of each user, newest first."""
        found: dict[UUID, list[ShelvedStory]] = defaultdict(list)
        for row in await self._database.pool.fetch(_STORIES["summaries"], list(user_ids), SHELF):
            found[row["user_id"]].append(ShelvedStory(row["id"], row["version"], _shelved(row)))
        return found


def _story(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "title": row["title"],
        "status": row["status"],
        **row["asset_generation_status"],
        "spend": _spend(row),
    }


def _spend(row: asyncpg.Record) -> dict[str, float]:
    """What it has cost, and what is set aside for calls of which nobody knows what came, if there are any."""
    aside = {"set_aside_usd": float(row["set_aside_usd"])} if row["set_aside_usd"] else {}
    return {"cost_usd": float(row["cost_usd"]), **aside}


def _session(row: asyncpg.Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "version"}


def _shelved(row: asyncpg.Record) -> dict[str, Any]:
    """As the list of stories has it."""
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
        "realtimeChannel": channel_of("story", row["id"]),
    }
