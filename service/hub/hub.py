"""The hub publishes the events of channels, in order, to the subscribers of this process.

Events come from the events stream, which may lose, repeat and reorder them. The log in the source has all
events in order. A subscriber gets a version only after all lower versions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import structlog

from service.errors import NotFound, Unavailable
from service.hub.channel import Channel, Subscriber, Subscription
from service.hub.codes import ErrorCode
from service.hub.counters import HubCounters
from service.hub.entries import DurableEntry, Entry, TransientEntry
from service.hub.frames import Answer, EventFrame, RequestId, TickFrame
from service.hub.healing import Healer
from service.hub.library_feed import LibraryFeeds
from service.hub.limits import Limits
from service.hub.log_reader import LogReader
from service.hub.source import Source
from service.hub.ticks import Ticks
from service.hub.turn import Turn
from service.hub.wheel import TimerWheel
from service.lifecycle import Component
from service.runtime.channels import ChannelNames, is_library, library_channel
from service.runtime.kinds import Kinds
from service.telemetry.context import detached

log = structlog.get_logger(__name__)

#: How many snapshots a subscription reads before it fails. Usually the second snapshot is new enough.
_SNAPSHOTS = 3


class Hub(Component):
    """All channels of a process with their subscriptions. It also repairs channels with missing events."""

    name = "hub"

    def __init__(
        self,
        source: Source,
        *,
        kinds: Kinds,
        limits: Limits | None = None,
        check_seconds: float = 2.0,
        gather_seconds: float = 0.05,
    ) -> None:
        super().__init__()
        self.limits = limits or Limits()
        self.wheel = TimerWheel(min(1.0, self.limits.ping_seconds / 4))
        self.counters = HubCounters()
        self.names = ChannelNames(kinds)
        self._reader = LogReader(source, self.names, self.limits.replayed_events)
        self._check_seconds = check_seconds
        self._gather_seconds = gather_seconds
        self._channels: dict[str, Channel] = {}
        self._libraries = LibraryFeeds(
            self._reader, self._refuse, kinds=kinds, gather_seconds=gather_seconds * 2
        )
        self._healer = Healer(
            self._channels,
            self._reader,
            self.counters,
            accept=self._accept,
            resync=self._resync,
            spawn=self._spawn,
            grace_seconds=gather_seconds * 4,
        )
        self._subscriptions: dict[Subscriber, dict[str, Subscription]] = {}
        self._ticks = Ticks()
        self._gathered: dict[tuple[str, str], TickFrame] = {}
        self._doubt = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loops: list[asyncio.Task[None]] = []

    # -- lifecycle

    async def _on_start(self) -> None:
        """Start the periodic check of positions, and the timer wheel."""
        self._loops = [asyncio.create_task(self._check_forever()), asyncio.create_task(self._turn())]

    async def _on_stop(self) -> None:
        """End all tasks. The owners of subscribers must close them."""
        ending = [*self._loops, *self._tasks]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self._libraries.stop()
        self._loops.clear()

    # -- subscribers

    @property
    def channels(self) -> int:
        """The number of channels with subscriptions in this process."""
        return sum(1 for channel in self._channels.values() if channel.subscriptions) + len(self._libraries)

    @property
    def lingering(self) -> int:
        """The number of channels without subscriptions that are kept for clients that connect again."""
        return sum(1 for channel in self._channels.values() if not channel.subscriptions)

    def subscribe(
        self, subscriber: Subscriber, name: str, *, since: int | None = None, request: RequestId = None
    ) -> None:
        """Subscribe to a channel. An existing subscription to it is replaced. The result goes to the
        subscriber's method ``subscribed`` or ``refused``."""
        self._leave(subscriber, name)
        subscription = Subscription(subscriber, name, since, request)
        self._subscriptions.setdefault(subscriber, {})[name] = subscription
        self._spawn(self._join(subscription))

    def unsubscribe(self, subscriber: Subscriber, name: str) -> None:
        """End the subscription to one channel."""
        self._leave(subscriber, name)
        if not self._subscriptions.get(subscriber):
            self._subscriptions.pop(subscriber, None)

    def leave(self, subscriber: Subscriber) -> None:
        """End all subscriptions of a subscriber."""
        for name in list(self._subscriptions.get(subscriber, ())):
            self._leave(subscriber, name)
        self._subscriptions.pop(subscriber, None)

    def _leave(self, subscriber: Subscriber, name: str) -> None:
        subscription = self._subscriptions.get(subscriber, {}).pop(name, None)
        if subscription is None:
            return
        if is_library(name):
            self._libraries.leave(subscription)
            return
        channel = self._channels.get(name)
        if channel is not None and subscription in channel.subscriptions:
            channel.leave(subscription)
            if not channel.subscriptions:
                self._linger(channel)

    def _linger(self, channel: Channel) -> None:
        """Keep a channel without subscriptions for a while, because most clients that disconnect connect
        again."""

        def forget(_now: float) -> float | None:
            if not channel.subscriptions and self._channels.get(channel.name) is channel:
                del self._channels[channel.name]
            return None

        self.wheel.schedule(asyncio.get_running_loop().time() + self.limits.linger_seconds, forget)

    def _wanted(self, subscription: Subscription) -> bool:
        """Return whether this subscription is still the current one of its subscriber."""
        return self._subscriptions.get(subscription.subscriber, {}).get(subscription.channel) is subscription

    # -- joining

    async def _join(self, subscription: Subscription) -> None:
        try:
            version = await self._reader.authorize(subscription.subscriber.user_id, subscription.channel)
            if not self._wanted(subscription):
                return
            if version is None:
                raise NotFound
            if is_library(subscription.channel):
                self._libraries.join(subscription)
                return
            channel = self._open(subscription)
            channel.hear_of(version)
            await self._admit(channel, subscription)
        except NotFound:
            self._refuse(subscription, ErrorCode.NOT_FOUND)
        except Exception as problem:
            log.warning("hub.join_failed", channel=subscription.channel, problem=problem)
            self._refuse(subscription, ErrorCode.UNAVAILABLE)

    def _open(self, subscription: Subscription) -> Channel:
        """Make the subscription JOINING. From now on, it buffers the events that the channel publishes."""
        channel = self._channels.setdefault(subscription.channel, Channel(subscription.channel))
        channel.begin(subscription)
        return channel

    async def _admit(self, channel: Channel, subscription: Subscription) -> None:
        answer = await self._answer(channel, subscription)
        if not self._wanted(subscription):
            return
        # The rest must not await. Sending the answer, sending the buffer and becoming LIVE are one atomic
        # step.
        burst = channel.admit(subscription, answer.version)
        subscription.subscriber.subscribed(subscription.request, answer)
        if burst is not None and self._wanted(subscription):
            subscription.subscriber.publish(burst)
        if self._wanted(subscription):
            self._give_ticks(subscription)
        self._healer.heal_if_behind(channel)

    def _give_ticks(self, subscription: Subscription) -> None:
        for tick in self._ticks.newest(subscription.channel):
            subscription.subscriber.tick(tick)

    async def _answer(self, channel: Channel, subscription: Subscription) -> Answer:
        since = subscription.since
        if since is not None:
            recalled = channel.recall(since)
            if recalled is not None:
                self.counters.recalled += 1
                return recalled
            replay = await self._reader.replay(channel.name, since)
            if replay is not None and replay.version >= subscription.base:
                self._learn(replay.events)
                return replay
        for _ in range(_SNAPSHOTS):
            snapshot = await self._snapshot(channel)
            if snapshot.version >= subscription.base:
                return snapshot
        self.doubt()
        raise Unavailable

    async def _snapshot(self, channel: Channel) -> Answer:
        """Return a snapshot. It is read once for all JOINING subscriptions."""
        if channel.flight is None or channel.flight.done():
            channel.flight = self._spawn(self._read_snapshot(channel.name))
        return await asyncio.shield(channel.flight)

    async def _read_snapshot(self, name: str) -> Answer:
        answer, statuses = await self._reader.snapshot(name)
        self._ticks.learn(name, answer.version, statuses)
        return answer

    def _learn(self, events: Iterable[EventFrame]) -> None:
        for event in events:
            self._ticks.learn(event.channel, event.version, event.statuses, event.attempt)

    def _refuse(self, subscription: Subscription, code: ErrorCode) -> None:
        if self._wanted(subscription):
            self.unsubscribe(subscription.subscriber, subscription.channel)
            subscription.subscriber.refused(subscription.request, subscription.channel, code)

    # -- entries of the stream

    async def deliver(self, entries: Iterable[Entry]) -> None:
        """Process entries in the order of the stream. Only one feed may call this, and only one call may run
        at a time."""
        batches: dict[str, list[EventFrame]] = {}
        for entry in entries:
            if isinstance(entry, TransientEntry):
                self._take_tick(entry)
            else:
                self._take_event(entry, batches)
        await self._publish_batches(batches)

    def _take_tick(self, entry: TransientEntry) -> None:
        try:
            tick = entry.frame()
        except ValueError:
            self.counters.unreadable += 1
            return
        if self._ticks.offer(tick) and tick.channel in self._channels:
            if not self._gathered:
                self._spawn(self._publish_ticks_soon())
            self._gathered[tick.channel, tick.key] = tick

    def _take_event(self, entry: DurableEntry, batches: dict[str, list[EventFrame]]) -> None:
        kind = self.names.kind_of(entry.channel)
        if kind is None:
            return
        if entry.user and kind.feed is not None:
            self._libraries.mark(library_channel(entry.user))
        channel = self._channels.get(entry.channel)
        if channel is None and entry.channel not in self._ticks:
            return
        try:
            frame = entry.frame(kind)
        except ValueError:
            self.counters.unreadable += 1
            if channel is not None:
                channel.hear_of(entry.version)
                self._healer.heal_if_behind(channel)
            return
        self._learn([frame])
        if channel is not None:
            batches.setdefault(entry.channel, []).append(frame)

    async def _publish_batches(self, batches: dict[str, list[EventFrame]]) -> None:
        """Publish the burst of each channel. Other tasks can run between two channels."""
        turn = self._turn_of()
        for name, frames in batches.items():
            channel = self._channels.get(name)
            if channel is not None:
                before = channel.position
                await self._accept(channel, frames)
                if before is not None and channel.position is not None:
                    self.counters.events += channel.position - before
                self._healer.heal_if_behind(channel)
            if turn.over:
                await turn.give()

    async def _accept(self, channel: Channel, frames: Sequence[EventFrame]) -> None:
        """Accept events of a channel from the stream or the log, and publish the events that directly follow
        the position."""
        self._learn(frames)
        if channel.accept(frames) and not channel.publishing:
            channel.publishing = True
            try:
                await self._publish(channel)
            finally:
                channel.publishing = False

    async def _publish(self, channel: Channel) -> None:
        """Publish the bursts of a channel in order. If this takes long, other tasks run in between."""
        turn, look_every = self._turn_of(), self.limits.round_listeners
        while channel.unpublished:
            burst = channel.unpublished.popleft()
            for number, subscription in enumerate(list(channel.subscriptions), 1):
                channel.publish(subscription, burst, self.limits.joining_events)
                if number % look_every == 0 and turn.over:
                    await turn.give()

    async def _publish_ticks_soon(self) -> None:
        """Collect ticks for a moment. Then send the ticks that no newer tick has replaced."""
        await asyncio.sleep(self._gather_seconds)
        gathered, self._gathered = self._gathered, {}
        for tick in gathered.values():
            channel = self._channels.get(tick.channel)
            if channel is not None and self._ticks.is_newest(tick):
                self.counters.ticks += 1
                await self._publish_tick(channel, tick)

    async def _publish_tick(self, channel: Channel, tick: TickFrame) -> None:
        turn, look_every = self._turn_of(), self.limits.round_listeners
        for number, subscription in enumerate(list(channel.subscriptions), 1):
            if subscription.pending is None and subscription in channel.subscriptions:
                subscription.subscriber.tick(tick)
            if number % look_every == 0 and turn.over:
                await turn.give()
                if not self._ticks.is_newest(tick):
                    return

    def _turn_of(self) -> Turn:
        return Turn(asyncio.get_running_loop(), self.limits.round_seconds)

    # -- repair

    def doubt(self) -> None:
        """Request a comparison of all positions with the log now, because events may have been missed."""
        self._doubt.set()

    async def check(self) -> None:
        """Compare the positions of all channels with the log in one query, and read the missing events of
        channels that are behind. Raises the errors of the log's source. A caller may cancel it."""
        self._libraries.sweep()
        await self._healer.check()

    async def _check_forever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._check_seconds):
                    await self._doubt.wait()
                self._libraries.mark_all()
            except TimeoutError:
                pass
            self._doubt.clear()
            try:
                await self.check()
            except Exception as problem:
                log.warning("hub.check_failed", problem=problem)

    def _resync(self, channel: Channel, reason: str) -> None:
        """End all subscriptions of a channel whose missing events cannot be read. Its clients then subscribe
        again."""
        self.counters.resyncs += 1
        self._ticks.forget(channel.name)
        for subscription in channel.reset():
            self.unsubscribe(subscription.subscriber, subscription.channel)
            subscription.subscriber.resync(channel.name, reason)

    # -- tasks

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.wheel.advance(loop.time())
            await asyncio.sleep(self.wheel.granularity)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = detached(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Remove an ended task. The error of a snapshot task was already reported to the subscriptions that
        waited for it."""
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()
