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
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kinds
from service.stories.kind import StoryKind
from service.streams.client import connect
from tests.stubs.hub_listener import Listener


class Viewer(Listener):
    """A client that asks again, from where it was, whenever it is told to."""

    def __init__(self, hub: Hub, user_id: UUID, channel: str) -> None:
        super().__init__(user_id)
        self._hub = hub
        self.channel = channel

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

    def __init__(self, hub: Hub, kinds: Kinds) -> None:
        self.hub = hub
        self._names = ChannelNames(kinds)
        self.viewers: dict[UUID, Viewer] = {}

    def watch(self, user_id: UUID, id_: UUID, kind: str = StoryKind.name) -> Viewer:
        viewer = self.viewers[id_] = Viewer(self.hub, user_id, self._names.name(kind, id_))
        viewer.watch()
        return viewer


@contextlib.asynccontextmanager
async def open_audience(
    database: Database, redis_url: str, namespace: str, kinds: Kinds
) -> AsyncIterator[Audience]:
    client = connect(redis_url)
    hub = Hub(PostgresLog(database, kinds=kinds), kinds=kinds)
    feed = Feed(client, namespace, hub)
    await hub.start()
    await feed.start()
    try:
        yield Audience(hub, kinds)
    finally:
        await feed.stop()
        await hub.stop()
        await client.aclose()
