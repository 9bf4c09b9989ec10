"""One channel in this process, and its subscriptions. No awaits, no I/O.

``position`` is a version: all events up to it were published to the subscribers, in order. It is None until
the first snapshot. ``target`` is the highest version that is known to exist. While ``target`` is above
``position``, events are missing and must be read from the log.
"""

from __future__ import annotations

from asyncio import Task
from collections import deque
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from service.hub.codes import ErrorCode
from service.hub.frames import Answer, Burst, EventFrame, Frame, RequestId, TickFrame
from service.hub.ring import Ring


class Subscriber(Protocol):
    """A listener of channels. Its methods never wait. A frame that cannot be sent at once is kept up to a
    limit, or dropped."""

    @property
    def user_id(self) -> UUID:
        """The user of the subscriber. The user's rows determine which channels the subscriber may join."""
        ...

    def subscribed(self, request: RequestId, answer: Answer, /) -> None:
        """Report that the subscription is LIVE, with its answer. Events with higher versions than the answer
        follow."""
        ...

    def refused(self, request: RequestId, channel: str, code: ErrorCode, /) -> None:
        """Report that the hub refused the subscription."""
        ...

    def publish(self, news: Frame) -> None:
        """Send a frame that must not be lost. It is a summary of a library feed, or it has one or more
        events. The first event follows directly after the last event that was sent."""
        ...

    def tick(self, tick: TickFrame) -> None:
        """Send a transient frame, which may be lost."""
        ...

    def resync(self, channel: str, reason: str, /) -> None:
        """Report that the subscription has ended. The client must subscribe again."""
        ...


class Subscription:
    """A subscription of one subscriber to one channel. It is JOINING while ``pending`` is a list (the buffer
    of events), and then LIVE.

    ``last`` is the version that the client has. ``base`` is the position of the channel when the buffer was
    begun, or when the position became known. If the version of an answer is below ``base``, events are
    missing between the answer and the first event in the buffer.
    """

    __slots__ = ("base", "channel", "last", "pending", "request", "since", "subscriber")

    def __init__(self, subscriber: Subscriber, channel: str, since: int | None, request: RequestId) -> None:
        self.subscriber = subscriber
        self.channel = channel
        self.since = since
        self.request = request
        self.last = 0
        self.base = 0
        self.pending: list[EventFrame] | None = []


class Channel:
    """A channel that has subscriptions or had subscriptions a moment ago."""

    __slots__ = (
        "flight",
        "healing",
        "name",
        "position",
        "publishing",
        "recent",
        "subscriptions",
        "target",
        "unpublished",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.position: int | None = None
        self.target = 0
        self.subscriptions: dict[Subscription, None] = {}
        self.recent = Ring()
        #: Bursts that are not published yet. ``publishing`` is true while a task publishes them.
        self.unpublished: deque[Burst] = deque()
        self.publishing = False
        #: The task that reads a snapshot. All JOINING subscriptions share it.
        self.flight: Task[Answer] | None = None
        self.healing = False

    @property
    def behind(self) -> bool:
        """Whether this process knows that it has not published all events."""
        return self.position is not None and self.target > self.position

    def begin(self, subscription: Subscription) -> None:
        """Make a subscription JOINING, with an empty buffer."""
        subscription.base = self.position or 0
        subscription.pending = []
        self.subscriptions[subscription] = None

    def recall(self, since: int) -> Answer | None:
        """Return the events after ``since`` from memory. None if the memory does not have all of them."""
        if self.position is None or self.behind or since > self.position:
            return None
        missed = [] if since == self.position else self.recent.after(since)
        return None if missed is None else Answer(self.name, self.position, None, missed)

    def admit(self, subscription: Subscription, version: int) -> Burst | None:
        """Make a subscription LIVE from ``version`` on. Returns the events of its buffer with higher
        versions, as a burst.

        The caller must send the answer and the burst without an await in between.
        """
        if self.position is None:
            self._start_at(version)
        waited = [event for event in subscription.pending or () if event.version > version]
        subscription.pending = None
        subscription.last = waited[-1].version if waited else version
        return Burst(waited) if waited else None

    def _start_at(self, version: int) -> None:
        """Set the position of the channel. From now on, a JOINING subscription must not get an answer with a
        lower version."""
        self.position = version
        for subscription in self.subscriptions:
            subscription.base = version

    def leave(self, subscription: Subscription) -> None:
        """Remove a subscription."""
        self.subscriptions.pop(subscription, None)

    def hear_of(self, version: int) -> None:
        """Note that an event with this version exists."""
        self.target = max(self.target, version)

    def accept(self, events: Sequence[EventFrame]) -> bool:
        """Add the events that directly follow the position to the unpublished bursts, as one burst. After a
        gap, events are only noted as missing. Events that were already published are dropped. Returns whether
        a burst was added."""
        ready = []
        for event in events:
            self.hear_of(event.version)
            if self.position is not None and event.version == self.position + 1:
                self.position = event.version
                ready.append(event)
        if ready:
            self.recent.extend(ready)
            self.unpublished.append(Burst(ready))
        return bool(ready)

    def publish(self, subscription: Subscription, burst: Burst, most_joining: int) -> None:
        """Publish a burst to one subscription. Does nothing if the subscription has ended or already has the
        events.

        Bursts must come in the order of ``unpublished``. Other tasks may run between two subscriptions.
        """
        was_reset = self.position is None or self.position < burst.last
        if was_reset or subscription not in self.subscriptions:
            return
        if subscription.pending is not None:
            self._keep(subscription, burst, most_joining)
            return
        news = burst if subscription.last < burst.first else burst.after(subscription.last)
        if news is not None:
            subscription.last = news.last
            subscription.subscriber.publish(news)

    def _keep(self, subscription: Subscription, burst: Burst, most_joining: int) -> None:
        """Buffer a burst for a JOINING subscription. If the buffer is full, it is emptied, and the
        subscription then needs a newer snapshot."""
        assert subscription.pending is not None
        subscription.pending.extend(burst.events)
        if len(subscription.pending) > most_joining:
            self.begin(subscription)

    def reset(self) -> list[Subscription]:
        """Reset the position, because the missing events cannot be read. This ends all LIVE subscriptions.
        Returns them."""
        self.position, self.target = None, 0
        self.recent.clear()
        self.unpublished.clear()
        ended = [sub for sub in self.subscriptions if sub.pending is None]
        for subscription in ended:
            self.leave(subscription)
        for subscription in self.subscriptions:
            self.begin(subscription)
        return ended
