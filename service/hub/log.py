"""The hub's source in PostgreSQL: states and events of aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.db.pool import Database
from service.db.sql import load
from service.errors import NotFound
from service.hub.source import FEED_SIZE, Event, Library
from service.runtime.channels import ChannelNames, id_of, library_channel
from service.runtime.kinds import Kinds, Snapshot

_EVENTS = load("events")


class PostgresLog:
    """Reads the events of aggregates. Reads for a user go through row level security."""

    def __init__(self, database: Database, *, kinds: Kinds) -> None:
        self._database = database
        self._names = ChannelNames(kinds)
        self._in_feeds = [kind for kind in kinds.values() if kind.feed is not None]

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """Return the version of the aggregate. None if the user may not see its row. 0 for the user's own
        library feed."""
        if channel == library_channel(user_id):
            return 0
        kind = self._names.kind_of(channel)
        if kind is None or not self._names.is_channel(channel):
            return None
        async with self._database.as_user(user_id) as connection:
            version: int | None = await connection.fetchval(
                _EVENTS["version_for_listener"], id_of(channel), kind.name
            )
            return version

    async def snapshot(self, channel: str) -> Snapshot:
        """Return the state and the version, read in one statement. Raises ``NotFound`` if the aggregate does
        not exist."""
        kind = self._names.kind_of(channel)
        if kind is not None:
            async with self._database.pool.acquire() as connection:
                snapshot = await kind.snapshot(connection, id_of(channel))
            if snapshot is not None:
                return snapshot
        raise NotFound

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        """Return at most ``limit`` events after ``version``, in order."""
        rows = await self._database.pool.fetch(_EVENTS["events_since"], id_of(channel), version, limit)
        return [Event(row["version"], row["at"], row["type"], row["data"]) for row in rows]

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """Return the newest version of each channel whose aggregate still exists."""
        by_id = {id_of(channel): channel for channel in channels}
        rows = await self._database.pool.fetch(_EVENTS["versions"], list(by_id))
        return {by_id[row["id"]]: row["version"] for row in rows}

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        """Return the newest aggregates of each user by kind, newest first."""
        async with self._database.pool.acquire() as connection:
            found = {
                kind.name: await kind.summaries(connection, user_ids, FEED_SIZE) for kind in self._in_feeds
            }
        return {user: {name: of.get(user, ()) for name, of in found.items()} for user in user_ids}
