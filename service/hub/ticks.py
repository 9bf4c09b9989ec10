"""The newest transient frame of each key, for those who join in the middle. Pure.

A key begins with its asset's name (``cover.progress``, ``content.page.2``). A tick of an
earlier attempt than one already seen is dropped, and so is every tick of an asset that has
ended, until a later event says that it is being made again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from service.hub.frames import TickFrame
from service.jobs.states import FINAL, JobStatus


class ChannelTicks:
    """The newest ticks of one channel."""

    __slots__ = ("_ended", "_floor", "_seen", "newest", "size")

    def __init__(self) -> None:
        self.newest: dict[str, TickFrame] = {}
        self.size = 0
        self._ended: set[str] = set()
        self._floor: dict[str, int] = {}
        self._seen = 0

    def offer(self, tick: TickFrame) -> bool:
        """Keep the tick; False if it comes too late to be told."""
        asset = _asset(tick.key)
        if asset in self._ended or tick.attempt < self._floor.get(asset, 0):
            return False
        if tick.attempt > self._floor.get(asset, 0):
            self._begin(asset, tick.attempt)
        self._drop(tick.key)
        self.newest[tick.key] = tick
        self.size += len(tick.payload)
        return True

    def learn(self, version: int, assets: object, attempt: object = None) -> None:
        """Take note of what an event (or a snapshot) of this version says of assets."""
        if version <= self._seen:
            return
        self._seen = version
        if not isinstance(assets, Mapping):
            return
        for asset, state in assets.items():
            status = state.get("status") if isinstance(state, Mapping) else None
            if isinstance(status, str):
                self._learn(asset, status, attempt)

    def _learn(self, asset: str, status: str, attempt: object) -> None:
        if status in FINAL:
            self._ended.add(asset)
            self._begin(asset, 0, everything=True)
            return
        self._ended.discard(asset)
        if isinstance(attempt, int):
            self._begin(asset, attempt, everything=status == JobStatus.PENDING)

    def _begin(self, asset: str, attempt: int, *, everything: bool = False) -> None:
        """From now on only this attempt's ticks, and later ones', count."""
        self._floor[asset] = attempt
        for key, tick in list(self.newest.items()):
            if _asset(key) == asset and (everything or tick.attempt < attempt):
                self._drop(key)

    def _drop(self, key: str) -> None:
        old = self.newest.pop(key, None)
        if old is not None:
            self.size -= len(old.payload)


class Ticks:
    """The ticks of many channels; those that were quiet for longest are forgotten first."""

    def __init__(self, *, channels: int = 4096, size: int = 16 << 20) -> None:
        self._channels: OrderedDict[str, ChannelTicks] = OrderedDict()
        self._most_channels, self._most_bytes = channels, size
        self._size = 0

    def __contains__(self, channel: str) -> bool:
        return channel in self._channels

    def __len__(self) -> int:
        return len(self._channels)

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size

    def offer(self, tick: TickFrame) -> bool:
        """Keep the tick; False if it comes too late to be told."""
        ticks = self._channels.setdefault(tick.channel, ChannelTicks())
        self._channels.move_to_end(tick.channel)
        before = ticks.size
        kept = ticks.offer(tick)
        self._size += ticks.size - before
        self._shrink()
        return kept

    def learn(self, channel: str, version: int, assets: object, attempt: object = None) -> None:
        """Take note of an event, or of a snapshot, of a channel."""
        ticks = self._channels.get(channel)
        if ticks is None:
            if not isinstance(assets, Mapping):
                return
            ticks = self._channels[channel] = ChannelTicks()
            self._shrink()
        before = ticks.size
        ticks.learn(version, assets, attempt)
        self._size += ticks.size - before

    def forget(self, channel: str) -> None:
        """Drop all that is known of a channel."""
        ticks = self._channels.pop(channel, None)
        if ticks is not None:
            self._size -= ticks.size

    def newest(self, channel: str) -> Iterable[TickFrame]:
        """What a joiner of the channel is given."""
        ticks = self._channels.get(channel)
        return list(ticks.newest.values()) if ticks else ()

    def is_newest(self, tick: TickFrame) -> bool:
        """Whether the tick still counts: no newer one of its key, and its asset has not ended."""
        ticks = self._channels.get(tick.channel)
        return ticks is not None and ticks.newest.get(tick.key) is tick

    def _shrink(self) -> None:
        while len(self._channels) > self._most_channels or self._size > self._most_bytes:
            _, forgotten = self._channels.popitem(last=False)
            self._size -= forgotten.size


def _asset(key: str) -> str:
    return key.partition(".")[0]
