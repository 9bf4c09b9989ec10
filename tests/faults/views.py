"""Clients of the live hub: what each of them saw of its story."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

from service.db.pool import Database
from service.hub.codes import ErrorCode
from service.hub.feed import Feed
from service.hub.frames import RequestId
from service.hub.hub import Hub
from service.hub.log import PostgresLog
from service.runtime.kinds import kinds_of
from service.stories.kind import StoryKind, story_channel
from service.streams.client import connect
from tests.stubs.hub_listener import Listener


class Viewer(Listener):
    """A client that asks again, from where it was, whenever it is told to."""

    def __init__(self, hub: Hub, user_id: UUID, story_id: UUID) -> None:
        super().__init__(user_id)
        self._hub = hub
        self.channel = story_channel(story_id)

    def watch(self) -> None:
        self.since = self.version
        self._hub.subscribe(self, self.channel, since=self.version)

    def resync(self, channel: str, reason: str) -> None:
        super().resync(channel, reason)
        self.watch()

    def refused(self, request: RequestId, channel: str, code: ErrorCode) -> None:
        super().refused(request, channel, code)
        if code is ErrorCode.UNAVAILABLE:
            asyncio.get_running_loop().call_later(0.2, self.watch)

    def away(self) -> None:
        """The connection is lost."""
        self._hub.leave(self)
        self.live = False


class Audience:
    """A hub of its own, fed by the events stream, and the viewers that listen to it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.viewers: dict[UUID, Viewer] = {}

    def watch(self, user_id: UUID, story_id: UUID) -> Viewer:
        viewer = self.viewers[story_id] = Viewer(self.hub, user_id, story_id)
        viewer.watch()
        return viewer


@contextlib.asynccontextmanager
async def open_audience(database: Database, redis_url: str, namespace: str) -> AsyncIterator[Audience]:
    client = connect(redis_url)
    kinds = kinds_of(StoryKind())
    hub = Hub(PostgresLog(database, kinds=kinds), kinds=kinds)
    feed = Feed(client, namespace, hub)
    await hub.start()
    await feed.start()
    try:
        yield Audience(hub)
    finally:
        await feed.stop()
        await hub.stop()
        await client.aclose()
