"""From a commit in PostgreSQL to the listener, through relay, stream and hub, while servers fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from service.background.relay import Relay
from service.db.pool import Connection, Database
from service.errors import Unavailable
from service.hub.codes import ErrorCode
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.hub.log import PostgresLog
from service.jobs.events import NewEvent
from service.runtime.channels import channel_of, library_channel
from service.runtime.kinds import Aggregate
from service.runtime.settlement import append_events
from service.stories.kind import story_channel
from service.streams.client import connect
from service.streams.events import EventStream
from tests.servers import StartStack, eventually
from tests.stubs.hub_listener import Listener
from tests.stubs.kinds import KINDS, TWO_KINDS

OWNER = UUID(int=7)


@dataclass
class Chain:
    """All between a commit and a listener."""

    database: Database
    relay: Relay
    hub: Hub
    channels: list[str]

    async def commit(self, channel: str, number: int) -> None:
        """One event, as the settlement writes it; comes back when it is known to be there."""
        while True:
            try:
                await self.database.retry_transaction(lambda connection: _write(connection, channel, number))
                return
            except (Unavailable, asyncpg.InternalClientError):
                # The second is what asyncpg may say when a server dies under it.
                continue

    async def version(self, channel: str) -> int:
        found = await PostgresLog(self.database, kinds=TWO_KINDS).versions([channel])
        return found[channel]


def _id(channel: str) -> UUID:
    return UUID(channel.partition("=")[2])


async def _write(connection: Connection, channel: str, number: int) -> None:
    """``number`` makes it safe to repeat: what was written is not written again."""
    story = _id(channel)
    version = await connection.fetchval("SELECT version FROM aggregates WHERE id = $1 FOR UPDATE", story)
    if version >= number:
        return
    data = {"assets": {"cover": {"status": "generating", "progress": number}}, "attempt": 1}
    locked = Aggregate(story, "story", OWNER, number - 1)
    await append_events(connection, [locked], {story: [NewEvent("asset.checkpoint", data)]})
    await connection.execute(
        "UPDATE stories SET asset_generation_status = $2 WHERE id = $1",
        story,
        {"overall": "generating", "assets": data["assets"]},
    )


async def _make_story(connection: Connection, story: UUID) -> None:
    await connection.execute("INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING", OWNER)
    library = await connection.fetchval("INSERT INTO libraries (user_id) VALUES ($1) RETURNING id", OWNER)
    await connection.execute(
        "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)", story, OWNER
    )
    await connection.execute(
        "INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count)"
        " VALUES ($1, $2, $3, 'A story', '{}', 4)",
        story,
        library,
        OWNER,
    )


@asynccontextmanager
async def chain(database_url: str, redis_url: str, stories: int) -> AsyncIterator[Chain]:
    async with AsyncExitStack() as stack:
        database = await Database.connect(database_url, size=8)
        stack.push_async_callback(database.close)
        ids = [uuid4() for _ in range(stories)]
        async with database.as_owner() as connection:
            for story in ids:
                await _make_story(connection, story)
        client = connect(redis_url)
        stack.push_async_callback(client.aclose)
        hub = Hub(PostgresLog(database, kinds=TWO_KINDS), kinds=TWO_KINDS, check_seconds=0.2)
        relay = Relay(database, EventStream(client, "test"), kinds=TWO_KINDS)
        for part in (relay, hub, Feed(client, "test", hub, block_ms=40)):
            await part.start()
            stack.push_async_callback(part.stop)
        yield Chain(database, relay, hub, [story_channel(story) for story in ids])


async def test_a_joiner_gets_the_story_and_a_stranger_nothing(database: str, redis_url: str) -> None:
    async with chain(database, redis_url, 1) as links:
        channel = links.channels[0]
        await links.commit(channel, 1)
        listener, stranger = Listener(OWNER), Listener(uuid4())
        links.hub.subscribe(listener, channel)
        links.hub.subscribe(stranger, channel)
        await eventually(lambda: listener.live and bool(stranger.refusals))
        assert stranger.refusals == [ErrorCode.NOT_FOUND]
        assert (listener.version, listener.state["title"], listener.state["overall"]) == (
            1,
            "A story",
            "generating",
        )
        assert listener.state["assets"]["cover"]["progress"] == 1


async def test_a_deleted_story_is_told_to_those_who_listen(database: str, redis_url: str) -> None:
    async with chain(database, redis_url, 1) as links:
        listener = Listener(OWNER)
        links.hub.subscribe(listener, links.channels[0])
        await eventually(lambda: listener.live)
        await links.database.pool.execute("DELETE FROM aggregates")
        await eventually(lambda: listener.resyncs == ["gone"])


async def test_nobody_misses_a_change_while_both_servers_fail(private_stack: StartStack) -> None:
    """Faults 14, 15 and 22 at the listener: versions in order, none missing, none twice."""
    stack = await private_stack()
    async with chain(stack.database_url, stack.redis_url, 6) as links, connect(stack.redis_url) as redis:
        listeners = [Listener(OWNER) for _ in range(18)]
        for number, listener in enumerate(listeners):
            links.hub.subscribe(listener, links.channels[number % 6])
        writers = asyncio.gather(*(_tell(links, channel, 60) for channel in links.channels))
        await eventually(lambda: _least(listeners) >= 5)
        await redis.flushall()
        await eventually(lambda: _least(listeners) >= 15)
        await stack.postgres.kill()
        await stack.postgres.start()
        await eventually(lambda: _least(listeners) >= 30)
        await stack.valkey.forget()
        await stack.valkey.start()
        late = Listener(OWNER)
        links.hub.subscribe(late, links.channels[0])
        await writers
        await eventually(lambda: _least([*listeners, late]) == 60)
        for listener in (*listeners, late):
            assert listener.faults == []
            assert listener.state["assets"]["cover"]["progress"] == 60
        assert [await links.version(channel) for channel in links.channels] == [60] * 6


async def _tell(links: Chain, channel: str, count: int) -> None:
    for number in range(1, count + 1):
        await links.commit(channel, number)
        links.relay.nudge()


def _least(listeners: list[Listener]) -> int:
    return min(listener.version or 0 for listener in listeners)


async def test_a_library_is_followed_from_commit_to_listener(database: str, redis_url: str) -> None:
    async with chain(database, redis_url, 2) as links:
        owner, stranger = Listener(OWNER), Listener(uuid4())
        for listener in (owner, stranger):
            links.hub.subscribe(listener, library_channel(OWNER))
        await eventually(lambda: owner.live and bool(stranger.refusals))
        assert {story["id"] for story in owner.state["stories"]} == {
            str(_id(channel)) for channel in links.channels
        }
        await links.commit(links.channels[1], 1)
        links.relay.nudge()
        await eventually(lambda: bool(owner.ticks))
        (tick,) = owner.ticks
        assert tick["key"] == f"story.{_id(links.channels[1])}"
        assert (tick["data"]["version"], tick["data"]["progress"]) == (1, 1)
        assert tick["data"]["realtimeChannel"] == links.channels[1]


async def test_a_genesis_session_is_followed_by_its_owner_alone(database: str, redis_url: str) -> None:
    async with chain(database, redis_url, 1) as links:
        session = uuid4()
        async with links.database.as_owner() as connection:
            await connection.execute(
                "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'genesis', $2)", session, OWNER
            )
            await connection.execute(
                "INSERT INTO genesis_sessions (id, user_id, mode, expires_at)"
                " VALUES ($1, $2, 'guided', now())",
                session,
                OWNER,
            )
        library = Listener(OWNER)
        links.hub.subscribe(library, library_channel(OWNER))
        owner, stranger, mistaken = Listener(OWNER), Listener(uuid4()), Listener(OWNER)
        links.hub.subscribe(owner, channel_of("genesis", session))
        links.hub.subscribe(stranger, channel_of("genesis", session))
        links.hub.subscribe(mistaken, story_channel(session))
        # A feed that is read after the commit has it in its snapshot, and then there is no tick to wait for.
        await eventually(lambda: library.live and owner.live)
        await eventually(lambda: bool(stranger.refusals) and bool(mistaken.refusals))
        assert (owner.version, owner.state["current_stage"], owner.state["is_pending"]) == (
            0,
            "concept",
            False,
        )
        await _commit_genesis(links, session)
        await eventually(lambda: owner.version == 1 and bool(library.ticks))
        assert owner.state["current_stage"] == "theme"
        assert library.state["sessions"] == [{"stage": "concept"}]
        assert library.ticks[0]["key"] == f"genesis.{session}"


async def test_events_of_a_kind_that_a_relay_does_not_know_are_left_for_one_that_does(
    database: str, redis_url: str
) -> None:
    async with chain(database, redis_url, 1) as links, connect(redis_url) as redis:
        await links.relay.stop()
        session = uuid4()
        async with links.database.as_owner() as connection:
            await connection.execute(
                "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'genesis', $2)", session, OWNER
            )
        await _commit_genesis(links, session)
        await links.commit(links.channels[0], 1)
        pending = "SELECT aggregate_id FROM event_outbox WHERE status = 'PENDING'"
        await Relay(links.database, EventStream(redis, "test"), kinds=KINDS).run_once()
        assert [row["aggregate_id"] for row in await links.database.pool.fetch(pending)] == [session]
        await links.relay.run_once()
        assert await links.database.pool.fetch(pending) == []


async def _commit_genesis(links: Chain, session: UUID) -> None:
    async with links.database.as_owner() as connection:
        told = NewEvent("stage.confirmed", {"current_stage": "theme"})
        await append_events(connection, [Aggregate(session, "genesis", OWNER, 0)], {session: [told]})
    links.relay.nudge()
