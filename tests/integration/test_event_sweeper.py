"""What goes from the events stream: what is too old, and what is about aggregates that were deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import redis.asyncio

from service.background.event_sweeper import EventSweeper
from service.background.relay import Relay
from service.stories.kind import story_channel
from service.streams.client import connect
from service.streams.events import KEEP_SECONDS, EventStream, events_key
from tests.http_genesis import start
from tests.http_service import HttpService
from tests.integration.test_hub_feed import Taker, feeding
from tests.servers import eventually
from tests.stubs.kinds import TWO_KINDS

STREAM = events_key("test")


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    async with connect(redis_url) as client:
        yield client


@pytest.fixture
def stream(client: redis.asyncio.Redis) -> EventStream:
    return EventStream(client, "test")


@pytest.fixture
def sweeper(http_service: HttpService, stream: EventStream) -> EventSweeper:
    return EventSweeper(http_service.database, stream, kinds=TWO_KINDS)


async def test_old_entries_go_without_a_new_one(client: redis.asyncio.Redis, sweeper: EventSweeper) -> None:
    """To the entry: a part of a server's node stays at an approximate trim."""
    seconds, _ = await client.time()
    for age in (KEEP_SECONDS + 30, KEEP_SECONDS + 1, KEEP_SECONDS - 30, 1):
        await client.xadd(STREAM, {b"k": b"t", b"c": b"x"}, id=f"{(seconds - age) * 1000}-1")
    await sweeper.run_once()
    assert await client.xlen(STREAM) == 2
    await client.xtrim(STREAM, maxlen=0, approximate=False)
    await sweeper.run_once()


async def said(client: redis.asyncio.Redis) -> str:
    return str(await client.xrange(STREAM))


async def test_events_and_ticks_of_what_was_deleted_go(
    http_service: HttpService, client: redis.asyncio.Redis, stream: EventStream, sweeper: EventSweeper
) -> None:
    """Hundreds of entries of several users; in the end there is nothing of those two who went."""
    stays, goes, forgotten = (http_service.somebody() for _ in range(3))
    kept = await stays.make_story()
    deleted, other = await goes.make_story(), await forgotten.make_story()
    relay = Relay(http_service.database, stream, kinds=TWO_KINDS)
    for story in (kept, deleted, other) * 250:
        words = {"page": 1, "text": f"of {story}"}
        await stream.tick([(story_channel(UUID(story)), "content.words", 1, words)])
    await relay.run_once()
    before = await said(client)
    assert all(id_ in before for id_ in (kept, deleted, other, str(goes.user_id), str(forgotten.user_id)))
    await client.xadd(STREAM, {b"k": b"e", b"c": b"novels:id=1", b"v": b"1"})
    assert (await goes("DELETE", f"/api/v1/stories/{deleted}")).status == 200
    confirm = {"confirm": str(forgotten.user_id)}
    assert (await forgotten("DELETE", "/api/v1/account", confirm)).status == 200
    sweeper.deleted()
    await sweeper.run_once()
    after = await said(client)
    for id_ in (deleted, other, str(goes.user_id), str(forgotten.user_id)):
        assert id_ not in after
    assert after.count(f"of {kept}") == 250
    assert "novels:id=1" in after, "it is of a later release"


async def test_what_is_sent_while_it_is_deleted_goes_at_the_second_look(
    http_service: HttpService, client: redis.asyncio.Redis, stream: EventStream, sweeper: EventSweeper
) -> None:
    user = http_service.somebody()
    story = await user.make_story()
    assert (await user("DELETE", f"/api/v1/stories/{story}")).status == 200
    sweeper.deleted()
    await sweeper.run_once()
    await stream.tick([(story_channel(UUID(story)), "content.words", 1, {"text": "late"})])
    await sweeper.run_once()
    assert await client.xlen(STREAM) == 0


async def test_every_deletion_over_http_is_heard(http_service: HttpService, sweeper: EventSweeper) -> None:
    http_service.services.nudges.on("deleted", sweeper.deleted)
    user = http_service.somebody()
    for path, body in (
        (f"/api/v1/stories/{await user.make_story()}", None),
        (f"/api/v1/genesis/{(await start(user)).id}", None),
        ("/api/v1/account", {"confirm": str(user.user_id)}),
    ):
        sweeper._searches = 0
        assert (await user("DELETE", path, body)).status == 200
        assert sweeper._searches == 2


async def test_a_stream_that_was_emptied_by_age_is_not_taken_for_lost(
    redis_url: str, client: redis.asyncio.Redis, sweeper: EventSweeper
) -> None:
    """An idle service would ask PostgreSQL for all that is listened to, every ten minutes."""
    taker = Taker()
    await client.xadd(STREAM, {b"k": b"t", b"c": b"x", b"y": b"z", b"a": 1, b"d": b"{}"}, id="5-1")
    async with feeding(redis_url, taker) as feed:
        await eventually(lambda: feed.started.is_set())
        await client.xadd(STREAM, {b"k": b"t", b"c": b"x", b"y": b"z", b"a": 1, b"d": b"{}"}, id="6-1")
        await taker.has(1)
        await sweeper.run_once()
        assert await client.xlen(STREAM) == 0
        await feed.run_once()
        await feed.run_once()
        assert taker.doubts == 0
        await client.delete(STREAM)
        await eventually(lambda: taker.doubts == 1)
