"""What keeps channels whole: gaps read from the log, and positions compared with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

import structlog

from service.hub.channel import Channel
from service.hub.counters import HubCounters
from service.hub.frames import EventFrame
from service.hub.reading import Reading

log = structlog.get_logger(__name__)

Accept = Callable[[Channel, Sequence[EventFrame]], Awaitable[None]]


class Healer:
    """Reads what is missing. ``accept`` tells events, ``resync`` gives a channel's listeners up,
    for a reason; ``spawn`` runs work in the background."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        reading: Reading,
        counters: HubCounters,
        *,
        accept: Accept,
        resync: Callable[[Channel, str], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._channels = channels
        self._reading = reading
        self._accept = accept
        self._resync = resync
        self._spawn = spawn
        self._counters = counters

    def heal_if_behind(self, channel: Channel) -> None:
        """Begin to read what is missing, unless that has begun."""
        if channel.behind and channel.subscriptions and not channel.healing:
            channel.healing = True
            self._spawn(self._heal(channel))

    async def check(self) -> None:
        """Compare the positions of all channels with the log, in one query, and heal."""
        before = {name: channel.position for name, channel in self._channels.items() if channel.subscriptions}
        if not before:
            return
        versions = await self._reading.versions(list(before))
        for name, position in before.items():
            channel = self._channels.get(name)
            if channel is not None and position is not None:
                self._compare(channel, position, versions.get(name))

    def _compare(self, channel: Channel, position: int, version: int | None) -> None:
        if version is None:
            self._resync(channel, "gone")
        elif version < position:
            self._resync(channel, "rewound")
        else:
            channel.hear_of(version)
            self.heal_if_behind(channel)

    async def _heal(self, channel: Channel) -> None:
        """Read what is missing, until nothing is."""
        try:
            while channel.behind and channel.subscriptions:
                await self._heal_once(channel)
        except Exception as problem:
            log.warning("hub.heal_failed", channel=channel.name, problem=repr(problem))
        finally:
            channel.healing = False

    async def _heal_once(self, channel: Channel) -> None:
        position = channel.position or 0
        missing = await self._reading.missing(channel.name, position)
        if missing is None:
            self._resync(channel, "behind")
            return
        await self._accept(channel, missing)
        self._counters.healed += len(missing)
        if channel.position == position:
            await self._settle_target(channel, position)

    async def _settle_target(self, channel: Channel, position: int) -> None:
        """The log has nothing after the position: either nobody should have spoken of more,
        or it has lost some."""
        version = await self._reading.version(channel.name)
        if channel.position != position:
            return
        if version is None or version > position:
            self._resync(channel, "gone" if version is None else "lost")
        else:
            channel.target = position
