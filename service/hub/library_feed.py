"""The ``users`` channels: a person's newest stories, kept up to date for who watches the library.

They have no versions and no log of their own. Each durable event of a story marks its owner's
shelf; marked shelves are read from PostgreSQL together, and what is not as it was last told is
told, whole, story by story. So what is told is always true, and a lost mark only makes it late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import orjson
import structlog

from service.hub.channel import Subscription
from service.hub.codes import ErrorCode
from service.hub.frames import Answer, TickFrame
from service.hub.log_reader import Reading
from service.hub.source import ShelvedStory
from service.jobs.channels import channel_of, parse_channel
from service.telemetry.context import detached

log = structlog.get_logger(__name__)

#: Shelves that one check reads again although nothing was heard of them.
_SWEPT = 64

Refuse = Callable[[Subscription, ErrorCode], None]


def is_shelf(channel: str) -> bool:
    """Whether the channel is a person's library."""
    return channel.startswith("users:")


class Shelf:
    """One person's library and who listens to it here; ``told`` are the versions last told."""

    __slots__ = ("channel", "joining", "live", "told", "user_id")

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.channel = channel_of("user", user_id)
        self.joining: dict[Subscription, None] = {}
        self.live: dict[Subscription, None] = {}
        self.told: dict[UUID, int] = {}

    @property
    def empty(self) -> bool:
        return not (self.joining or self.live)

    def show(self, stories: Sequence[ShelvedStory]) -> None:
        """Tell what has changed to those who listen, and all to those who join."""
        frames = list(self._news(stories)) if self.live else []
        self.told = {story.id: story.version for story in stories}
        for subscription in list(self.live):
            for frame in frames:
                if subscription in self.live:
                    subscription.subscriber.publish(frame)
        self._admit(stories)

    def _news(self, stories: Sequence[ShelvedStory]) -> Iterable[TickFrame]:
        present = {story.id for story in stories}
        for id_ in self.told:
            if id_ not in present:
                yield self._frame(id_, b"null")
        for story in reversed(stories):
            if self.told.get(story.id) != story.version:
                yield self._frame(story.id, orjson.dumps(story.summary))

    def _frame(self, story_id: UUID, data: bytes) -> TickFrame:
        return TickFrame(self.channel, f"story.{story_id}", 0, data)

    def _admit(self, stories: Sequence[ShelvedStory]) -> None:
        if not self.joining:
            return
        joining, self.joining = self.joining, {}
        answer = Answer(self.channel, 0, orjson.dumps({"stories": [story.summary for story in stories]}))
        for subscription in joining:
            subscription.pending = None
            self.live[subscription] = None
            subscription.subscriber.subscribed(subscription.request, answer)


class Shelves:
    """The shelves that somebody here listens to. ``refuse`` ends a subscription that cannot begin."""

    def __init__(self, reading: Reading, refuse: Refuse, *, gather_seconds: float) -> None:
        self._reading = reading
        self._refuse = refuse
        self._gather_seconds = gather_seconds
        self._shelves: dict[str, Shelf] = {}
        self._marked: dict[str, None] = {}
        self._pass: asyncio.Task[None] | None = None
        self._late: set[str] = set()
        self._swept = 0

    def __len__(self) -> int:
        return len(self._shelves)

    def join(self, subscription: Subscription) -> None:
        """Answer with the next reading of the shelf, and tell what changes from there on."""
        _, user_id = parse_channel(subscription.channel)
        shelf = self._shelves.setdefault(subscription.channel, Shelf(user_id))
        shelf.joining[subscription] = None
        self.mark(subscription.channel)

    def leave(self, subscription: Subscription) -> None:
        """Tell it no more."""
        shelf = self._shelves.get(subscription.channel)
        if shelf is not None:
            shelf.joining.pop(subscription, None)
            shelf.live.pop(subscription, None)
            if shelf.empty:
                del self._shelves[subscription.channel]

    def mark(self, channel: str) -> None:
        """Something on this shelf may have changed."""
        if channel in self._shelves:
            self._marked[channel] = None
            if self._pass is None:
                self._pass = detached(self._read_marked())

    def mark_all(self) -> None:
        """Something may have been missed."""
        for channel in self._shelves:
            self.mark(channel)

    def sweep(self) -> None:
        """Look again at those that could not be read, and, behind marks that were lost, at a few
        more: the next ones each time."""
        channels = list(self._shelves)
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
        shelves = [self._shelves[channel] for channel in marked if channel in self._shelves]
        try:
            found = await self._reading.shelves([shelf.user_id for shelf in shelves])
            for shelf in shelves:
                shelf.show(found.get(shelf.user_id, ()))
        except Exception as problem:
            log.warning("shelves.unread", shelves=len(shelves), problem=repr(problem))
            self._turn_away(shelves)

    def _turn_away(self, shelves: Sequence[Shelf]) -> None:
        """Who joins hears that it cannot be had now; who listens is told at a later check."""
        self._late.update(shelf.channel for shelf in shelves)
        for shelf in shelves:
            for subscription in list(shelf.joining):
                self._refuse(subscription, ErrorCode.UNAVAILABLE)
