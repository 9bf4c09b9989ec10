"""The feed on a real server: flushed, emptied, restarted, fed with rubbish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import redis.asyncio

from service.hub.entries import DurableEntry, Entry, TransientEntry
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.streams.client import connect
from service.streams.events import EventStream, Published, events_key
from tests.servers import StartStack, eventually
from tests.stubs.event_log import EventLog, channel_name
from tests.stubs.hub_environment import OWNER, open_hub
from tests.stubs.hub_listener import Listener
from tests.stubs.kinds import KINDS

STREAM = events_key("test")
CHANNEL = channel_name(1)


async def tell(client: redis.asyncio.Redis, entry: DurableEntry) -> None:
    """As the relay does."""
    told = Published(channel=entry.channel, version=entry.version, **orjson.loads(entry.body))
    await EventStream(client, "test").append([told])


async def tell_tick(client: redis.asyncio.Redis, key: str, attempt: int, data: Any) -> None:
    """As the ticker does."""
    await EventStream(client, "test").tick([(CHANNEL, key, attempt, data)])


class Taker:
    """Takes entries, and lets a test wait for them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.doubts = 0

    async def deliver(self, entries: Iterable[Entry]) -> None:
        self.entries += entries

    async def has(self, count: int) -> None:
        await eventually(lambda: len(self.entries) == count)

    def doubt(self) -> None:
        self.doubts += 1


@asynccontextmanager
async def feeding(url: str, taker: Taker | Hub) -> AsyncIterator[Feed]:
    client = connect(url)
    feed = Feed(client, "test", taker, block_ms=40)
    await feed.start()
    await asyncio.wait_for(feed.started.wait(), 60)
    yield feed
    await feed.stop()
    await client.aclose()


async def test_entries_arrive_in_the_order_of_the_stream(redis_url: str) -> None:
    taker = Taker()
    async with connect(redis_url) as client, feeding(redis_url, taker):
        for version in range(1, 701):
            await client.xadd(STREAM, {b"k": b"e", b"c": CHANNEL, b"v": version, b"d": b"{}"})
        await tell_tick(client, "cover.progress", 2, 50)
        await taker.has(701)
    assert [e.version for e in taker.entries if isinstance(e, DurableEntry)] == list(range(1, 701))
    assert taker.entries[-1] == TransientEntry(CHANNEL, "cover.progress", 2, b"50")
    assert taker.doubts == 0


async def test_what_was_written_just_before_the_start_is_read(redis_url: str) -> None:
    taker = Taker()
    async with connect(redis_url) as client:
        await client.xadd(STREAM, {b"k": b"e", b"c": CHANNEL, b"v": 0, b"d": b"{}"}, id="5-1")
        await tell_tick(client, "content.page.1", 1, "words")
        async with feeding(redis_url, taker):
            await taker.has(1)
    assert taker.entries == [TransientEntry(CHANNEL, "content.page.1", 1, b'"words"')]


async def test_rubbish_is_counted_and_passed_over(redis_url: str) -> None:
    taker = Taker()
    rubbish: list[dict[Any, Any]] = [
        {b"x": b"y"},
        {b"k": b"e", b"c": b"a", b"v": b"one", b"d": b"{}"},
        {b"k": b"e", b"c": b"\xff", b"v": b"1", b"d": b"{}"},
        {b"k": b"t", b"c": b"a", b"d": b"{}"},
        {b"k": b"z", b"c": b"a", b"d": b"{}"},
    ]
    async with connect(redis_url) as client, feeding(redis_url, taker) as feed:
        for fields in rubbish:
            await client.xadd(STREAM, fields)
        await tell_tick(client, "a.b", 1, 1)
        await taker.has(1)
        assert feed.unreadable == len(rubbish)


async def test_a_flush_is_noticed_and_reading_goes_on(redis_url: str) -> None:
    taker = Taker()
    async with connect(redis_url) as client, feeding(redis_url, taker):
        await tell_tick(client, "a.b", 1, 1)
        await taker.has(1)
        await client.flushdb()
        await eventually(lambda: taker.doubts == 1)
        await tell_tick(client, "a.b", 1, 2)
        await taker.has(2)
    assert taker.doubts == 1


async def test_a_new_stream_of_a_server_whose_clock_is_behind_is_read(redis_url: str) -> None:
    taker = Taker()
    async with connect(redis_url) as client, feeding(redis_url, taker):
        await tell_tick(client, "a.b", 1, 1)
        await taker.has(1)
        await client.delete(STREAM)
        await client.xadd(STREAM, {b"k": b"t", b"c": CHANNEL, b"y": b"a.b", b"a": 1, b"d": b"2"}, id="7-1")
        await eventually(lambda: taker.doubts > 0)
        seconds, _ = await client.time()
        await client.xadd(
            STREAM,
            {b"k": b"t", b"c": CHANNEL, b"y": b"a.b", b"a": 1, b"d": b"3"},
            id=f"{seconds - 3600}000-1",
        )
        await eventually(lambda: taker.entries[-1] == TransientEntry(CHANNEL, "a.b", 1, b"3"))


async def test_trimming_loses_nothing_that_was_not_read(redis_url: str) -> None:
    taker = Taker()
    async with connect(redis_url) as client, feeding(redis_url, taker):
        for number in range(50):
            await tell_tick(client, "a.b", 1, number)
            await taker.has(number + 1)
            await client.xtrim(STREAM, maxlen=number % 2)
    assert [entry.body for entry in taker.entries] == [b"%d" % number for number in range(50)]


async def test_the_stop_waits_for_the_read_and_no_longer(redis_url: str) -> None:
    client = connect(redis_url)
    taker = Taker()
    feed = Feed(client, "test", taker, block_ms=100)
    await feed.start()
    await feed.started.wait()
    async with asyncio.timeout(60):
        await feed.stop()
    await client.aclose()


class Stumbler(Taker):
    """Fails at the first entries."""

    failures = 0

    async def deliver(self, entries: Iterable[Entry]) -> None:
        if not self.failures:
            self.failures += 1
            raise ZeroDivisionError
        await super().deliver(entries)


async def test_an_audience_that_fails_does_not_end_the_feed(redis_url: str) -> None:
    stumbler = Stumbler()
    async with connect(redis_url) as client, feeding(redis_url, stumbler):
        await tell_tick(client, "a.b", 1, 1)
        await eventually(lambda: stumbler.failures == 1)
        await tell_tick(client, "a.b", 1, 2)
        await stumbler.has(1)
    assert stumbler.doubts == 1


async def test_listeners_are_whole_after_flushes_and_an_empty_restart(private_stack: StartStack) -> None:
    """Fault 14 to 16 as a client sees them: a pause, and nothing missing, twice or out of order."""
    stack = await private_stack()
    log = EventLog()
    log.create(CHANNEL, OWNER)
    hub = Hub(log, kinds=KINDS, check_seconds=0.2)
    await hub.start()
    listener = Listener(OWNER)
    hub.subscribe(listener, CHANNEL)
    async with feeding(stack.redis_url, hub):
        for blow in ("calm", "flush", "restart", "flush"):
            async with connect(stack.redis_url) as client:
                for number in range(20):
                    await tell(client, log.append(CHANNEL, {f"{blow}{number}": number}))
                if blow == "flush":
                    await client.flushall()
            if blow == "restart":
                await stack.valkey.forget()
                log.append(CHANNEL, {"while it was away": 1})
                await stack.valkey.start()
        await eventually(lambda: listener.version == len(log.logs[CHANNEL]))
        async with connect(stack.redis_url) as client:
            await tell(client, log.append(CHANNEL, {"after": 1}))
        await eventually(lambda: listener.version == len(log.logs[CHANNEL]))
    assert (listener.faults, listener.modes, listener.resyncs) == ([], ["snapshot"], [])
    assert listener.state == log.state(CHANNEL)
    await hub.stop()


async def test_a_change_reaches_a_websocket_through_the_stream(redis_url: str) -> None:
    log = EventLog()
    log.create(CHANNEL, OWNER)
    async with (
        open_hub(log, check_seconds=3600) as environment,
        feeding(redis_url, environment.hub),
        connect(redis_url) as client,
        environment.client() as browser,
    ):
        await browser.subscribe(CHANNEL)
        for number in range(1, 51):
            await tell(client, log.append(CHANNEL, {"n": number}))
            assert (await browser.hear())["version"] == number
        assert environment.hub.counters.healed == 0
