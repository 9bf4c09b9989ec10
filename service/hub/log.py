"""The hub's source of truth on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.domain.channels import channel_of, parse_channel
from service.errors import NotFound
from service.hub.source import Event, Snapshot

_STORIES, _EVENTS = load("stories"), load("events")


class PostgresLog:
    """Reads of stories' events, behind the door of row level security where a user asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def authorize(self, user_id: UUID, channel: str) -> bool:
        """Whether the user's rows hold what the channel is about."""
        try:
            kind, id_ = parse_channel(channel)
        except ValueError:
            return False
        if kind != "story":
            return False
        async with self._database.as_user(user_id) as connection:
            return bool(await connection.fetch(_EVENTS["versions"], [id_]))

    async def snapshot(self, channel: str) -> Snapshot:
        """A story's state and version, read in one statement. Raises ``NotFound``."""
        _, id_ = parse_channel(channel)
        row = await self._database.pool.fetchrow(_STORIES["snapshot"], id_)
        if row is None:
            raise NotFound()
        state = {
            "title": row["title"],
            "status": row["status"],
            **row["asset_generation_status"],
            "spend": {"cost_usd": float(row["cost_usd"])},
        }
        return Snapshot(row["version"], state)

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
