"""Removes entries of the event streams that are too old, or whose aggregates were deleted."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import structlog

from service.db.pool import Database
from service.db.sql import load
from service.lifecycle import Loop
from service.runtime.channels import ChannelNames, id_of
from service.runtime.kinds import Kinds
from service.streams.client import UNREACHABLE
from service.streams.sweepable import SweptStream

_log = structlog.get_logger()
_SQL = load("events")


class EventSweeper(Loop):
    """Trims by the clock in each pass. After a deletion two passes look for deleted aggregates: the second
    finds what an actor or a relay was sending meanwhile."""

    name = "events-sweep"
    interval = 5.0
    longest_pause = 5.0

    def __init__(self, database: Database, *streams: SweptStream, kinds: Kinds) -> None:
        super().__init__()
        self._names = ChannelNames(kinds)
        self._database = database
        self._streams = streams
        self._searches = 0

    def deleted(self) -> None:
        """An aggregate or a user was deleted."""
        self._searches = 2
        self.nudge()

    async def run_once(self) -> None:
        """One pass. Raises what Redis and PostgreSQL raise."""
        for stream in self._streams:
            await stream.trim()
        if self._searches:
            self._searches -= 1
            for stream in self._streams:
                await self._remove_deleted(stream)

    def _failed(self, error: Exception, failures: int) -> None:
        if isinstance(error, UNREACHABLE):
            _log.debug("the events stream is swept later", error=error)
        else:
            super()._failed(error, failures)

    async def _remove_deleted(self, stream: SweptStream) -> None:
        stands: dict[str, bool] = {}
        async for entries in stream.channels():
            stands |= await self._which_stand({channel for _, channel in entries} - stands.keys())
            await stream.remove([id_ for id_, channel in entries if not stands[channel]])

    async def _which_stand(self, channels: Collection[str]) -> dict[str, bool]:
        """Whether the aggregate of each channel is still there. One that is not known here stays."""
        known = {channel: id_of(channel) for channel in channels if self._is_of_aggregate(channel)}
        rows = await self._database.pool.fetch(_SQL["versions"], list(known.values()))
        found: set[UUID] = {row["id"] for row in rows}
        return {channel: channel not in known or known[channel] in found for channel in channels}

    def _is_of_aggregate(self, channel: str) -> bool:
        return self._names.kind_of(channel) is not None and self._names.is_channel(channel)
