"""A source for the hub that keeps its log in memory: the real rules, no database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from service.errors import NotFound
from service.hub.entries import DurableEntry
from service.hub.source import Event, Library
from service.runtime.channels import id_of, library_channel
from service.runtime.kinds import Kinds, Snapshot, Summary
from tests.stubs.kinds import TWO_KINDS

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def channel_name(number: int) -> str:
    return f"stories:id={UUID(int=number)}"


class EventLog:
    """Channels whose state is the merge of their events, each event being ``{key: value}``.

    ``closed`` makes every read fail. ``gate`` is awaited by every read, before or after it looks.
    """

    def __init__(self, kinds: Kinds = TWO_KINDS) -> None:
        self._kinds = kinds
        self.logs: dict[str, list[Event]] = {}
        self.owners: dict[str, UUID] = {}
        self.reads: Counter[str] = Counter()
        self.closed = False

    def create(self, channel: str, owner: UUID) -> None:
        self.logs[channel] = []
        self.owners[channel] = owner

    def delete(self, channel: str) -> None:
        del self.logs[channel]
        del self.owners[channel]

    def append(self, channel: str, data: Mapping[str, Any], kind: str = "asset.checkpoint") -> DurableEntry:
        """Commit an event; the entry that a relay would write of it."""
        version = len(self.logs[channel]) + 1
        event = Event(version, BEGINNING, kind, data)
        self.logs[channel].append(event)
        body = {"at": BEGINNING.isoformat(), "event": kind, "data": data, "user": str(self.owners[channel])}
        return DurableEntry(channel, version, orjson.dumps(body), str(self.owners[channel]))

    def state(self, channel: str) -> dict[str, Any]:
        state: dict[str, Any] = {}
        for event in self.logs[channel]:
            state |= event.data
        return state

    async def gate(self, moment: str) -> None:
        """Lets every read through."""

    async def _enter(self, read: str) -> None:
        self.reads[read] += 1
        if self.closed:
            raise ConnectionError("the log is away")
        await self.gate("before")

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        await self._enter("authorize")
        if channel == library_channel(user_id):
            return 0
        return len(self.logs[channel]) if self.owners.get(channel) == user_id else None

    async def snapshot(self, channel: str) -> Snapshot:
        await self._enter("snapshot")
        if channel not in self.logs:
            raise NotFound
        found = Snapshot(len(self.logs[channel]), self.state(channel))
        await self.gate("after")
        return found

    async def events_since(self, channel: str, version: int, limit: int) -> Sequence[Event]:
        await self._enter("events_since")
        found = self.logs.get(channel, [])[version : version + limit]
        await self.gate("after")
        return found

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        await self._enter("versions")
        found = {channel: len(self.logs[channel]) for channel in channels if channel in self.logs}
        await self.gate("after")
        return found

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        await self._enter("libraries")
        found = {user: self._library(user) for user in user_ids}
        await self.gate("after")
        return found

    def _library(self, user: UUID) -> Library:
        mine = [name for name, owner in self.owners.items() if owner == user]
        return {
            kind.name: [self._summary(name) for name in mine if name.startswith(kind.channel_prefix)]
            for kind in self._kinds.values()
        }

    def _summary(self, channel: str) -> Summary:
        id_, version = id_of(channel), len(self.logs[channel])
        return Summary(id_, version, {"id": str(id_), "version": version, **self.state(channel)})


class GatedLog(EventLog):
    """A log whose reads wait until the test lets them go on."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[asyncio.Future[None]] = []
        self.open = False

    async def gate(self, moment: str) -> None:
        if not self.open:
            passage = asyncio.get_running_loop().create_future()
            self.waiting.append(passage)
            await passage

    def let_go(self, place: int) -> None:
        passage = self.waiting.pop(place)
        if not passage.done():
            passage.set_result(None)

    def let_all_go(self) -> None:
        self.open = True
        while self.waiting:
            self.let_go(0)
