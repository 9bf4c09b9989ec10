"""Repairs channels: reads missing events from the log, and compares the positions of channels with the
log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

import structlog

from service.hub.channel import Channel
from service.hub.counters import HubCounters
from service.hub.frames import EventFrame
from service.hub.log_reader import LogReader

log = structlog.get_logger(__name__)

Accept = Callable[[Channel, Sequence[EventFrame]], Awaitable[None]]


class Healer:
    """Reads missing events from the log. ``accept`` publishes events. ``resync`` ends the subscriptions of a
    channel, with a reason. ``spawn`` runs work in the background. A check treats an event as missing only
    after ``grace_seconds``, because the event may still arrive through the stream."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        reader: LogReader,
        counters: HubCounters,
        *,
        accept: Accept,
        resync: Callable[[Channel, str], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        grace_seconds: float,
    ) -> None:
        self._channels = channels
        self._reader = reader
        self._accept = accept
        self._resync = resync
        self._spawn = spawn
        self._grace_seconds = grace_seconds
        self._counters = counters

    def heal_if_behind(self, channel: Channel) -> None:
        """Start to read the missing events of a channel, if any. Does nothing if such a read is already
        running."""
        if channel.behind and channel.subscriptions and not channel.healing:
            channel.healing = True
            self._spawn(self._heal(channel))

    async def check(self) -> None:
        """Compare the positions of all channels with the log in one query, and heal the channels that are
        behind."""
        before = {name: channel.position for name, channel in self._channels.items() if channel.subscriptions}
        if not before:
            return
        versions = await self._reader.versions(list(before))
        ahead = {}
        for name, position in before.items():
            channel = self._channels.get(name)
            if channel is None or position is None:
                continue
            if self._is_ahead(channel, position, versions.get(name)):
                ahead[channel] = versions[name]
        if ahead:
            await asyncio.sleep(self._grace_seconds)
            self._look_again(ahead)

    def _is_ahead(self, channel: Channel, position: int, version: int | None) -> bool:
        """Return whether the log has more events than were published. If it has fewer events, end the
        channel's subscriptions with ``resync``."""
        if version is None:
            self._resync(channel, "gone")
        elif version < position:
            self._resync(channel, "rewound")
        return version is not None and version > position

    def _look_again(self, ahead: Mapping[Channel, int]) -> None:
        for channel, version in ahead.items():
            if self._channels.get(channel.name) is channel and channel.position is not None:
                channel.hear_of(version)
                self.heal_if_behind(channel)

    async def _heal(self, channel: Channel) -> None:
        """Read and publish missing events until none is missing."""
        try:
            while channel.behind and channel.subscriptions:
                await self._heal_once(channel)
        except Exception as problem:
            log.warning("hub.heal_failed", channel=channel.name, problem=problem)
        finally:
            channel.healing = False

    async def _heal_once(self, channel: Channel) -> None:
        position = channel.position or 0
        missing = await self._reader.missing(channel.name, position)
        if missing is None:
            self._resync(channel, "behind")
            return
        await self._accept(channel, missing)
        self._counters.healed += len(missing)
        if channel.position == position:
            await self._settle_target(channel, position)

    async def _settle_target(self, channel: Channel, position: int) -> None:
        """Correct the target of a channel whose log has no event after the position. Either the target was
        wrong, or the log has lost events. In the second case, the subscriptions end with ``resync``."""
        version = await self._reader.version(channel.name)
        if channel.position != position:
            return
        if version is None or version > position:
            self._resync(channel, "gone" if version is None else "lost")
        else:
            channel.target = position
