"""Library feeds. A feed sends the newest aggregates of one user, and their changes, to clients that show the
library.

Feeds have no versions and no log of their own. Each durable event marks the feed of its owner, if aggregates
of its kind are in feeds. Marked feeds are read from PostgreSQL together, and each changed summary is
published completely. So a published summary is always correct. If a mark is lost, a summary is only published
later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

import orjson
import structlog

from service.hub.channel import Subscription
from service.hub.codes import ErrorCode
from service.hub.frames import Answer, TickFrame
from service.hub.log_reader import LogReader
from service.hub.source import Library
from service.runtime.channels import id_of
from service.runtime.kinds import Kinds, Summary
from service.telemetry.context import detached

log = structlog.get_logger(__name__)

#: How many feeds one check reads again although no event marked them.
_SWEPT = 64

Refuse = Callable[[Subscription, ErrorCode], None]


class LibraryFeed:
    """The library feed of one user, with its subscriptions. ``published`` has the versions that were
    published."""

    __slots__ = ("channel", "joining", "live", "published", "user_id")

    def __init__(self, channel: str) -> None:
        self.user_id = id_of(channel)
        self.channel = channel
        self.joining: dict[Subscription, None] = {}
        self.live: dict[Subscription, None] = {}
        self.published: dict[UUID, tuple[str, int]] = {}

    @property
    def empty(self) -> bool:
        """Whether the feed has no subscriptions."""
        return not (self.joining or self.live)

    def publish(self, library: Library) -> None:
        """Send the changed summaries to the LIVE subscriptions."""
        frames = list(self._news(library)) if self.live else []
        self.published = {
            summary.id: (kind, summary.version) for kind, newest in library.items() for summary in newest
        }
        for subscription in list(self.live):
            for frame in frames:
                if subscription in self.live:
                    subscription.subscriber.publish(frame)

    def _news(self, library: Library) -> Iterator[TickFrame]:
        present = {summary.id for newest in library.values() for summary in newest}
        for id_, (kind, _) in self.published.items():
            if id_ not in present:
                yield self._frame(kind, id_, b"null")
        for kind, newest in library.items():
            yield from self._changed(kind, newest)

    def _changed(self, kind: str, newest: Sequence[Summary]) -> Iterator[TickFrame]:
        for summary in reversed(newest):
            if self.published.get(summary.id) != (kind, summary.version):
                yield self._frame(kind, summary.id, orjson.dumps(summary.data))

    def _frame(self, kind: str, id_: UUID, data: bytes) -> TickFrame:
        return TickFrame(self.channel, f"{kind}.{id_}", 0, data)

    def admit(self, answer: Answer) -> None:
        """Send the current feed to JOINING subscriptions. They become LIVE and then get its changes."""
        joining, self.joining = self.joining, {}
        for subscription in joining:
            subscription.pending = None
            self.live[subscription] = None
            subscription.subscriber.subscribed(subscription.request, answer)


class LibraryFeeds:
    """All feeds with subscriptions in this process. ``refuse`` is called for a subscription that cannot
    begin."""

    def __init__(self, reader: LogReader, refuse: Refuse, *, kinds: Kinds, gather_seconds: float) -> None:
        self._reader = reader
        self._refuse = refuse
        #: The key of each kind's aggregates in the state of a feed.
        self._lists: Mapping[str, str] = {
            name: kind.feed for name, kind in kinds.items() if kind.feed is not None
        }
        self._gather_seconds = gather_seconds
        self._feeds: dict[str, LibraryFeed] = {}
        self._marked: dict[str, None] = {}
        self._pass: asyncio.Task[None] | None = None
        self._late: set[str] = set()
        self._swept = 0

    def __len__(self) -> int:
        return len(self._feeds)

    def join(self, subscription: Subscription) -> None:
        """Add a subscription. It is answered after the next read of the feed, and then gets the changes."""
        feed = self._feeds.setdefault(subscription.channel, LibraryFeed(subscription.channel))
        feed.joining[subscription] = None
        self.mark(subscription.channel)

    def leave(self, subscription: Subscription) -> None:
        """Remove a subscription."""
        feed = self._feeds.get(subscription.channel)
        if feed is not None:
            feed.joining.pop(subscription, None)
            feed.live.pop(subscription, None)
            if feed.empty:
                del self._feeds[subscription.channel]

    def mark(self, channel: str) -> None:
        """Mark a feed to be read again, because it may have changed."""
        if channel in self._feeds:
            self._marked[channel] = None
            if self._pass is None:
                self._pass = detached(self._read_marked())

    def mark_all(self) -> None:
        """Mark all feeds to be read again, because events may have been missed."""
        for channel in self._feeds:
            self.mark(channel)

    def sweep(self) -> None:
        """Mark the feeds that could not be read. Also mark a few other feeds, in case a mark was lost. Each
        call continues with the next few feeds."""
        channels = list(self._feeds)
        begin = self._swept if self._swept < len(channels) else 0
        late, self._late = self._late, set()
        for channel in [*late, *channels[begin : begin + _SWEPT]]:
            self.mark(channel)
        self._swept = begin + _SWEPT

    async def stop(self) -> None:
        """Cancel the task that reads the feeds, and wait until it has ended."""
        if self._pass is not None:
            self._pass.cancel()
            await asyncio.gather(self._pass, return_exceptions=True)

    async def _read_marked(self) -> None:
        """Read the marked feeds until no feed is marked. Between two reads, this waits a moment to gather
        marks."""
        try:
            while self._marked:
                await self._read()
                await asyncio.sleep(self._gather_seconds)
        finally:
            self._pass = None

    async def _read(self) -> None:
        marked, self._marked = self._marked, {}
        feeds = [self._feeds[channel] for channel in marked if channel in self._feeds]
        try:
            found = await self._reader.libraries([feed.user_id for feed in feeds])
            for feed in feeds:
                self._publish(feed, found.get(feed.user_id, {}))
        except Exception as problem:
            log.warning("library_feed.unread", feeds=len(feeds), problem=problem)
            self._refuse_joining(feeds)

    def _publish(self, feed: LibraryFeed, library: Library) -> None:
        feed.publish(library)
        if feed.joining:
            feed.admit(Answer(feed.channel, 0, orjson.dumps(self._state(library))))

    def _state(self, library: Library) -> Mapping[str, Sequence[object]]:
        """Return the state of a feed for a snapshot: the summaries of each kind, by the kind's key."""
        return {
            name: [summary.data for summary in library.get(kind, ())] for kind, name in self._lists.items()
        }

    def _refuse_joining(self, feeds: Sequence[LibraryFeed]) -> None:
        """Refuse the JOINING subscriptions of a feed that cannot be read now. LIVE subscriptions wait for a
        later read."""
        self._late.update(feed.channel for feed in feeds)
        for feed in feeds:
            for subscription in list(feed.joining):
                self._refuse(subscription, ErrorCode.UNAVAILABLE)
