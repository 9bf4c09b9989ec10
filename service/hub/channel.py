"""One channel as this process knows it, and who listens to it. No awaits, no I/O.

``position`` is the version up to which everything has been published to those who listen, in
order; it is unknown until the first snapshot. ``target`` is the highest version that anyone
spoke of: while it is above the position, something was missed and must be read from the log.
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
    """One who listens. Nothing here waits: what cannot be sent is kept, bounded, or given up."""

    @property
    def user_id(self) -> UUID: ...

    def subscribed(self, request: RequestId, answer: Answer, /) -> None:
        """The subscription stands; events above the answer's version follow."""
        ...

    def refused(self, request: RequestId, channel: str, code: ErrorCode, /) -> None:
        """There will be no subscription."""
        ...

    def publish(self, news: Frame) -> None:
        """What must not be lost: events, the first of them one above the last that was sent,
        or a summary of a library feed."""
        ...

    def tick(self, tick: TickFrame) -> None:
        """A transient frame."""
        ...

    def resync(self, channel: str, reason: str, /) -> None:
        """The subscription is over; the client is to ask for it again."""
        ...


class Subscription:
    """One subscriber's place in a channel: JOINING while ``pending`` is a list, then LIVE.

    ``last`` is the version that the client is at. ``base`` is the channel's position when the
    buffer was begun, or when it became known: an answer below it would leave a hole before the
    buffer's first event.
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
    """A channel with at least one subscription, or one that had some a moment ago."""

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
        #: Bursts that are still to be published; ``publishing`` while someone is at it.
        self.unpublished: deque[Burst] = deque()
        self.publishing = False
        #: The read of a snapshot that all who are joining share.
        self.flight: Task[Answer] | None = None
        self.healing = False

    @property
    def behind(self) -> bool:
        """Whether events are known to be missing here."""
        return self.position is not None and self.target > self.position

    def begin(self, subscription: Subscription) -> None:
        """Put a subscription in JOINING, or back into it with an empty buffer."""
        subscription.base = self.position or 0
        subscription.pending = []
        self.subscriptions[subscription] = None

    def recall(self, since: int) -> Answer | None:
        """What came after ``since``, from memory; None if that is not known here."""
        if self.position is None or self.behind or since > self.position:
            return None
        missed = [] if since == self.position else self.recent.after(since)
        return None if missed is None else Answer(self.name, self.position, None, missed)

    def admit(self, subscription: Subscription, version: int) -> Burst | None:
        """Make a subscription LIVE from ``version`` on; says what its buffer held above that.

        The caller sends its answer and the burst with no await after this.
        """
        if self.position is None:
            self._start_at(version)
        waited = [event for event in subscription.pending or () if event.version > version]
        subscription.pending = None
        subscription.last = waited[-1].version if waited else version
        return Burst(waited) if waited else None

    def _start_at(self, version: int) -> None:
        """Publish what comes from here on; who is joining must not be given an older answer."""
        self.position = version
        for subscription in self.subscriptions:
            subscription.base = version

    def leave(self, subscription: Subscription) -> None:
        self.subscriptions.pop(subscription, None)

    def hear_of(self, version: int) -> None:
        """Somebody says that the channel is at this version."""
        self.target = max(self.target, version)

    def accept(self, events: Sequence[EventFrame]) -> bool:
        """Put those events that come next in line to be published, in one burst; note a gap; drop what
        was published. Says whether there are any."""
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
        """Publish a burst to one subscription, unless it has left or knows it already.

        Bursts must come in the order of ``unpublished``; between two subscriptions anything may happen.
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
        """Buffer for one who is joining; over the bound it must read a later snapshot instead."""
        assert subscription.pending is not None
        subscription.pending.extend(burst.events)
        if len(subscription.pending) > most_joining:
            self.begin(subscription)

    def reset(self) -> list[Subscription]:
        """Forget the position: it cannot be made good. Says which LIVE subscriptions ended."""
        self.position, self.target = None, 0
        self.recent.clear()
        self.unpublished.clear()
        ended = [sub for sub in self.subscriptions if sub.pending is None]
        for subscription in ended:
            self.leave(subscription)
        for subscription in self.subscriptions:
            self.begin(subscription)
        return ended
