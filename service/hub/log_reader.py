"""Reads the log for the hub. It limits the number of reads that run at once, and returns frames."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from service.hub.frames import Answer, EventFrame
from service.hub.source import Event, Library, Source
from service.runtime.channels import ChannelNames

#: How many reads may run at once. Without this limit, many new subscriptions could use all database
#: connections.
_AT_ONCE = 8


class LogReader:
    """Reads the source for one hub. Every method raises the errors of the source."""

    def __init__(self, source: Source, names: ChannelNames, replayed_events: int) -> None:
        self._source = source
        self._names = names
        self._most = replayed_events
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def authorize(self, user_id: UUID, channel: str) -> int | None:
        """Return the newest version of a channel. None if the user may not listen to the channel, or if it
        does not exist."""
        async with self._turn:
            return await self._source.authorize(user_id, channel)

    async def snapshot(self, channel: str) -> tuple[Answer, Mapping[str, str]]:
        """Return a snapshot as an answer that many subscriptions can share, and the statuses of its jobs."""
        async with self._turn:
            snapshot = await self._source.snapshot(channel)
        state = orjson.dumps(snapshot.state)
        return Answer(channel, snapshot.version, state), self._names.statuses(channel, snapshot.state)

    async def replay(self, channel: str, since: int) -> Answer | None:
        """Return the events after ``since`` as an answer. None if they are too many, or if they are not in
        the log."""
        async with self._turn:
            events = await self._source.events_since(channel, since, self._most + 1)
        if not events and since != await self.version(channel):
            return None
        if len(events) > self._most or not _gapless(events, since):
            return None
        return Answer(channel, since + len(events), None, self._frames(channel, events))

    async def missing(self, channel: str, position: int) -> list[EventFrame] | None:
        """Return the events after a position. None if they are too many to be replayed."""
        async with self._turn:
            events = await self._source.events_since(channel, position, self._most + 1)
        return None if len(events) > self._most else self._frames(channel, events)

    async def version(self, channel: str) -> int | None:
        """Return the newest version of a channel. None if the channel was deleted."""
        async with self._turn:
            return (await self._source.versions([channel])).get(channel)

    async def versions(self, channels: Sequence[str]) -> Mapping[str, int]:
        """Return the newest version of each channel. This read does not wait for other reads."""
        return await self._source.versions(channels)

    async def libraries(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Library]:
        """Return the content of the library feeds of these users."""
        return await self._source.libraries(user_ids)

    def _frames(self, channel: str, events: Sequence[Event]) -> list[EventFrame]:
        return [
            EventFrame(
                channel,
                event.version,
                event.at,
                event.type,
                event.data,
                self._names.statuses(channel, event.data),
            )
            for event in events
        ]


def _gapless(events: Sequence[Event], since: int) -> bool:
    return all(event.version == since + index for index, event in enumerate(events, 1))
