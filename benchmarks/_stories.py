"""Stories whose versions rise, as the settlement does it, and when each was committed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

from service.background.relay import Relay
from service.db.libraries import default_library
from service.db.pool import Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.jobs.events import NewEvent
from service.runtime.kinds import Aggregate, kinds_of
from service.runtime.settlement import append_events
from service.stories.kind import StoryKind, story_channel
from service.streams.client import connect
from service.streams.events import EventStream
from tests.stubs.hub_environment import OWNER

_AGGREGATES = load("aggregates")
_LOCK = "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)"
_STORY = """
INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count)
VALUES ($1, $2, $3, 'A story', '{}', 4)
"""


@asynccontextmanager
async def open_stories(stack: Stack, namespace: str, *, filling: int = 0) -> AsyncIterator[Stories]:
    """None yet, and the relay that tells of them. ``filling``: bytes more in each event."""
    async with AsyncExitStack() as exits:
        database = await Database.connect(stack.database_url)
        exits.push_async_callback(database.close)
        redis = connect(stack.redis_url)
        exits.push_async_callback(redis.aclose)
        relay = Relay(database, EventStream(redis, namespace), kinds=kinds_of(StoryKind()))
        await relay.start()
        exits.push_async_callback(relay.stop)
        yield Stories(database, relay, filling)


class Stories:
    """``committed`` holds the time of each change, by channel and version, on the monotonic clock that all
    processes of a machine share. Changes that could not be written are made later."""

    def __init__(self, database: Database, relay: Relay, filling: int) -> None:
        self.database = database
        self._relay = relay
        self._filling = "x" * filling
        self._under_way: set[asyncio.Task[None]] = set()
        self.ids: list[UUID] = []
        self.committed: dict[tuple[str, int], float] = {}

    @property
    def channels(self) -> list[str]:
        return [story_channel(story) for story in self.ids]

    @property
    def versions(self) -> dict[str, int]:
        """The newest version of each."""
        newest = dict.fromkeys(self.channels, 0)
        for channel, version in self.committed:
            newest[channel] = max(newest[channel], version)
        return newest

    async def make(self, count: int) -> None:
        """So many more stories, of one user."""
        async with self.database.as_owner() as connection:
            await connection.execute(load("users")["ensure_user"], OWNER, "unlimited")
            library = await default_library(connection, OWNER)
            for _ in range(count):
                story = uuid4()
                await connection.execute(_LOCK, story, OWNER)
                await connection.execute(_STORY, story, library, OWNER)
                self.ids.append(story)

    async def change(self, a_second: float, seconds: float) -> None:
        """Commit at an even rate, each story in turn, and wait for nobody."""
        loop, begun = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        for number in range(int(a_second * seconds)):
            await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))
            task = loop.create_task(self._change(self.ids[number % len(self.ids)], number))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        await asyncio.gather(*self._under_way)

    async def _change(self, story: UUID, number: int) -> None:
        """Under the aggregate's lock: the event, its version, its place in the outbox."""
        data = {
            "assets": {"cover": {"status": "generating", "progress": number % 100}},
            "attempt": 1,
            "filling": self._filling,
        }
        async with self.database.as_owner() as connection:
            row = await connection.fetchrow(_AGGREGATES["lock_aggregate"], story)
            assert row is not None
            await append_events(connection, [Aggregate(**row)], {story: [NewEvent("asset.checkpoint", data)]})
        self.committed[story_channel(story), row["version"] + 1] = time.perf_counter()
        self._relay.nudge()
