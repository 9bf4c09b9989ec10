"""Keeps the newest tick (transient frame) of each key, for clients that subscribe later. No I/O.

A key begins with the name of its job (``cover.progress``, ``content.page.2``). Ticks of earlier attempts are
dropped. Ticks of a job that has ended are also dropped, until an event says that the job runs again.
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
        """Keep a tick. Returns False if the tick is outdated and must not be published."""
        job = _job(tick.key)
        if job in self._ended or tick.attempt < self._floor.get(job, 0):
            return False
        if tick.attempt > self._floor.get(job, 0):
            self._begin(job, tick.attempt)
        self._drop(tick.key)
        self.newest[tick.key] = tick
        self.size += len(tick.payload)
        return True

    def learn(self, version: int, statuses: Mapping[str, str], attempt: object = None) -> None:
        """Note the statuses of jobs from an event or a snapshot with this version."""
        if version <= self._seen:
            return
        self._seen = version
        for job, status in statuses.items():
            self._learn(job, status, attempt)

    def _learn(self, job: str, status: str, attempt: object) -> None:
        if status in FINAL:
            self._ended.add(job)
            self._begin(job, 0, everything=True)
            return
        self._ended.discard(job)
        if isinstance(attempt, int):
            self._begin(job, attempt, everything=status == JobStatus.PENDING)

    def _begin(self, job: str, attempt: int, *, everything: bool = False) -> None:
        """Drop the ticks of earlier attempts of a job. From now on, only ticks of this attempt and of later
        attempts are accepted."""
        self._floor[job] = attempt
        for key, tick in list(self.newest.items()):
            if _job(key) == job and (everything or tick.attempt < attempt):
                self._drop(key)

    def _drop(self, key: str) -> None:
        old = self.newest.pop(key, None)
        if old is not None:
            self.size -= len(old.payload)


class Ticks:
    """The ticks of many channels. If too many are kept, the channels that had no tick for the longest time
    are dropped first."""

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
        """The number of bytes of all kept ticks."""
        return self._size

    def offer(self, tick: TickFrame) -> bool:
        """Keep a tick. Returns False if the tick is outdated and must not be published."""
        ticks = self._channels.setdefault(tick.channel, ChannelTicks())
        self._channels.move_to_end(tick.channel)
        before = ticks.size
        kept = ticks.offer(tick)
        self._size += ticks.size - before
        self._shrink()
        return kept

    def learn(self, channel: str, version: int, statuses: Mapping[str, str], attempt: object = None) -> None:
        """Note the statuses of jobs from an event or a snapshot of a channel."""
        ticks = self._channels.get(channel)
        if ticks is None:
            if not statuses:
                return
            ticks = self._channels[channel] = ChannelTicks()
            self._shrink()
        before = ticks.size
        ticks.learn(version, statuses, attempt)
        self._size += ticks.size - before

    def forget(self, channel: str) -> None:
        """Drop all ticks and statuses of a channel."""
        ticks = self._channels.pop(channel, None)
        if ticks is not None:
            self._size -= ticks.size

    def newest(self, channel: str) -> Iterable[TickFrame]:
        """Return the ticks for a new subscriber of the channel."""
        ticks = self._channels.get(channel)
        return list(ticks.newest.values()) if ticks else ()

    def is_newest(self, tick: TickFrame) -> bool:
        """Return whether a tick is still valid: no newer tick has its key, and its job has not ended."""
        ticks = self._channels.get(tick.channel)
        return ticks is not None and ticks.newest.get(tick.key) is tick

    def _shrink(self) -> None:
        while len(self._channels) > self._most_channels or self._size > self._most_bytes:
            _, forgotten = self._channels.popitem(last=False)
            self._size -= forgotten.size


def _job(key: str) -> str:
    return key.partition(".")[0]
