"""The library feeds: each user's newest aggregates, kept up to date for who watches the library.

They have no versions and no log of their own. Each durable event marks its owner's feed, where its kind
is in feeds; marked feeds are read from PostgreSQL together, and each summary that is not as it was last
published is published, whole. So what is published is always true, and a lost mark only makes it late.
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

#: Feeds that one check reads again although nothing was heard of them.
_SWEPT = 64

Refuse = Callable[[Subscription, ErrorCode], None]


class LibraryFeed:
    """One user's library and who listens to it here; ``published`` are the versions last published."""

    __slots__ = ("channel", "joining", "live", "published", "user_id")

    def __init__(self, channel: str) -> None:
        self.user_id = id_of(channel)
        self.channel = channel
        self.joining: dict[Subscription, None] = {}
        self.live: dict[Subscription, None] = {}
        self.published: dict[UUID, tuple[str, int]] = {}

    @property
    def empty(self) -> bool:
        return not (self.joining or self.live)

    def publish(self, library: Library) -> None:
        """Send what has changed to those who listen."""
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
        """Send those who join where the feed stands; they hear what changes from there on."""
        joining, self.joining = self.joining, {}
        for subscription in joining:
            subscription.pending = None
            self.live[subscription] = None
            subscription.subscriber.subscribed(subscription.request, answer)


class LibraryFeeds:
    """The feeds that somebody here listens to. ``refuse`` ends a subscription that cannot begin."""

    def __init__(self, reader: LogReader, refuse: Refuse, *, kinds: Kinds, gather_seconds: float) -> None:
        self._reader = reader
        self._refuse = refuse
        #: Under which name the feed has the aggregates of each kind.
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
        """Answer with the next reading of the feed, and publish what changes from there on."""
        feed = self._feeds.setdefault(subscription.channel, LibraryFeed(subscription.channel))
        feed.joining[subscription] = None
        self.mark(subscription.channel)

    def leave(self, subscription: Subscription) -> None:
        """Publish nothing more to it."""
        feed = self._feeds.get(subscription.channel)
        if feed is not None:
            feed.joining.pop(subscription, None)
            feed.live.pop(subscription, None)
            if feed.empty:
                del self._feeds[subscription.channel]

    def mark(self, channel: str) -> None:
        """Something in this feed may have changed."""
        if channel in self._feeds:
            self._marked[channel] = None
            if self._pass is None:
                self._pass = detached(self._read_marked())

    def mark_all(self) -> None:
        """Something may have been missed."""
        for channel in self._feeds:
            self.mark(channel)

    def sweep(self) -> None:
        """Look again at those that could not be read, and, behind marks that were lost, at a few
        more: the next ones each time."""
        channels = list(self._feeds)
        begin = self._swept if self._swept < len(channels) else 0
        late, self._late = self._late, set()
        for channel in [*late, *channels[begin : begin + _SWEPT]]:
            self.mark(channel)
        self._swept = begin + _SWEPT

    async def stop(self) -> None:
        if self._pass is not None:
            self._pass.cancel()
            await asyncio.gather(self._pass, return_exceptions=True)

    async def _read_marked(self) -> None:
        """Read what is marked until nothing is; between two readings, let more gather."""
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
            log.warning("library_feed.unread", feeds=len(feeds), problem=repr(problem))
            self._refuse_joining(feeds)

    def _publish(self, feed: LibraryFeed, library: Library) -> None:
        feed.publish(library)
        if feed.joining:
            feed.admit(Answer(feed.channel, 0, orjson.dumps(self._state(library))))

    def _state(self, library: Library) -> Mapping[str, Sequence[object]]:
        """The feed as a joiner gets it: the summaries of each kind under its name."""
        return {
            name: [summary.data for summary in library.get(kind, ())] for kind, name in self._lists.items()
        }

    def _refuse_joining(self, feeds: Sequence[LibraryFeed]) -> None:
        """Who joins hears that it cannot be had now; who listens hears of it at a later check."""
        self._late.update(feed.channel for feed in feeds)
        for feed in feeds:
            for subscription in list(feed.joining):
                self._refuse(subscription, ErrorCode.UNAVAILABLE)
