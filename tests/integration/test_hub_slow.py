"""Clients that read slowly, or not at all: bounded, told, freed; and nobody else waits for them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from service.hub.entries import TransientEntry
from service.hub.limits import Limits
from service.hub.outgoing import HIGH_WATER, Outgoing
from tests.servers import eventually
from tests.stubs.event_log import EventLog, GatedLog, channel_name
from tests.stubs.hub_environment import OWNER, Client, HubEnvironment, open_hub

CHANNEL = channel_name(1)
LIMITS = Limits(out_bytes=256 * 1024)
BLOB = "x" * 20_000


def empty_log() -> EventLog:
    log = EventLog()
    log.create(CHANNEL, OWNER)
    return log


def _narrow_socket(address: Any) -> socket.socket:
    """A socket whose side of the wire holds little."""
    family, kind, proto, _, _ = address
    narrow = socket.socket(family, kind, proto)
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    return narrow


@asynccontextmanager
async def narrow_client(environment: HubEnvironment) -> AsyncIterator[Client]:
    """A client that takes only what is read; what it does not read fills its narrow pipe."""
    connector = aiohttp.TCPConnector(socket_factory=_narrow_socket)
    async with aiohttp.ClientSession(connector=connector, read_bufsize=1024) as session:
        ws = await session.ws_connect(
            f"{environment.url}/api/v1/ws", protocols=("storytroupe.v1",), params={"token": "owner"}
        )
        yield Client(ws)
        if ws._writer.transport is not None:
            ws._writer.transport.abort()


async def _flood_until_slow(environment: HubEnvironment, quick: Client) -> int:
    """Send large events, each read by the quick client, until somebody is found to be slow."""
    sent = len(environment.log.logs[CHANNEL])
    while not environment.hub.counters.slow and not (environment.sockets.waiting == 0 and sent > 2_000):
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": BLOB})])
        sent += 1
        assert (await quick.hear())["version"] == sent
        assert environment.sockets.waiting <= 2 * LIMITS.out_bytes
    assert environment.hub.counters.slow == 1
    return sent


async def test_a_slow_client_is_bounded_and_told_while_others_hear_everything() -> None:
    async with (
        open_hub(empty_log(), limits=LIMITS) as environment,
        environment.client() as quick,
        narrow_client(environment) as slow,
    ):
        await slow.subscribe(CHANNEL)
        await quick.subscribe(CHANNEL)
        sent = await _flood_until_slow(environment, quick)
        frames = [await slow.hear()]
        while frames[-1]["type"] == "event":
            frames.append(await slow.hear())
        seen = [frame["version"] for frame in frames[:-1]]
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) < sent
        assert frames[-1] == {"type": "resync", "channel": CHANNEL, "reason": "slow"}
        assert (await slow.subscribe(CHANNEL, since=seen[-1]))["version"] == sent


async def test_a_client_that_reads_nothing_is_freed() -> None:
    limits = Limits(out_bytes=256 * 1024, stall_seconds=0.2)
    async with (
        open_hub(empty_log(), limits=limits) as environment,
        environment.client() as quick,
        narrow_client(environment) as slow,
    ):
        await slow.subscribe(CHANNEL)
        await quick.subscribe(CHANNEL)
        sent = 0
        while len(environment.sockets) == 2 and sent < 2_000:
            await environment.hub.deliver([environment.log.append(CHANNEL, {"k": BLOB})])
            sent += 1
            assert (await quick.hear())["version"] == sent
        await eventually(lambda: len(environment.sockets) == 1)
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": 1})])
        assert (await quick.hear())["version"] == sent + 1
        assert environment.sockets.waiting == 0
        assert await slow.end() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


class Pipe(asyncio.Transport):
    """A transport whose other side reads when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[bytes] = []
        self.read: list[bytes] = []
        self.emptied = asyncio.Event()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == HIGH_WATER

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self.held))

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.held.append(bytes(data))

    def take_all(self) -> None:
        self.read += self.held
        self.held.clear()
        self.emptied.set()

    async def drain(self) -> None:
        while self.get_write_buffer_size() > HIGH_WATER:
            self.emptied.clear()
            await self.emptied.wait()


def out_of(pipe: Pipe, limit: int = 200_000) -> tuple[Outgoing, asyncio.Event]:
    stalled = asyncio.Event()
    return Outgoing(pipe, pipe.drain, stalled.set, limit=limit, stall_seconds=0.05), stalled


async def _take_everything(pipe: Pipe) -> bytes:
    for _ in range(10):
        pipe.take_all()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return b"".join(pipe.read)


def _fill(out: Outgoing) -> None:
    assert out.write(b"-" * (HIGH_WATER + 1))


async def test_ticks_that_wait_are_replaced_by_newer_ones_and_keep_their_order() -> None:
    pipe = Pipe()
    out, _ = out_of(pipe)
    _fill(out)
    out.write_newest((CHANNEL, "a"), b"<a1>")
    out.write(b"<event>", CHANNEL)
    out.write_newest((CHANNEL, "b"), b"<b1>")
    out.write_newest((CHANNEL, "a"), b"<a2>")
    assert (await _take_everything(pipe)).lstrip(b"-") == b"<event><b1><a2>"


async def test_ticks_go_first_when_too_much_waits() -> None:
    pipe = Pipe()
    out, _ = out_of(pipe, limit=HIGH_WATER + 101)
    _fill(out)
    out.write_newest((CHANNEL, "a"), b"t" * 60)
    assert out.write(b"e" * 50, CHANNEL)
    out.write_newest((CHANNEL, "a"), b"t" * 60)
    assert not out.write(b"e" * 51, CHANNEL)
    assert (await _take_everything(pipe)).lstrip(b"-") == b"e" * 50


async def test_what_belongs_to_channels_is_shed_once_until_all_is_read() -> None:
    pipe = Pipe()
    out, _ = out_of(pipe)
    _fill(out)
    out.write(b"<error>")
    out.write(b"<event>", CHANNEL)
    out.write_newest((channel_name(2), "a"), b"<tick>")
    assert out.shed() == {CHANNEL, channel_name(2)}
    assert out.shed() is None
    assert (await _take_everything(pipe)).lstrip(b"-") == b"<error>"
    assert out.size == 0
    _fill(out)
    assert out.shed() == set()


async def test_a_stall_is_told_once() -> None:
    pipe = Pipe()
    out, stalled = out_of(pipe)
    _fill(out)
    out.write(b"more")
    await asyncio.wait_for(stalled.wait(), 60)
    out.stop()
    assert out.size == HIGH_WATER + 1


async def test_ticks_to_a_slow_client_are_few_and_new() -> None:
    async with open_hub(empty_log(), limits=LIMITS) as environment, narrow_client(environment) as slow:
        await slow.subscribe(CHANNEL)
        await _stuff(environment)
        for number in range(50):
            await environment.hub.deliver([TransientEntry(CHANNEL, "a.b", 1, b'{"n":%d}' % number)])
            await _told(environment, number + 1)
        heard = [await slow.hear()]
        while heard[-1].get("data") != {"n": 49}:
            heard.append(await slow.hear())
        assert sum(frame["type"] == "tick" for frame in heard) <= 5
        events = [frame["version"] for frame in heard if frame["type"] == "event"]
        assert events == list(range(1, len(events) + 1))


async def _told(environment: HubEnvironment, ticks: int) -> None:
    await eventually(lambda: environment.hub.counters.ticks == ticks)


async def _stuff(environment: HubEnvironment) -> None:
    """Send large events until the pipe takes no more, well below the bound."""
    while environment.sockets.waiting <= 2 * HIGH_WATER:
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": BLOB})])
        await asyncio.sleep(0)


async def test_a_slow_log_delays_no_one_who_listens() -> None:
    log = GatedLog()
    log.create(CHANNEL, OWNER)
    log.create(channel_name(2), OWNER)
    async with open_hub(log) as environment, environment.client() as client, environment.client() as other:
        log.open = True
        await client.subscribe(CHANNEL)
        log.open = False
        await other.say(type="subscribe", channel=channel_name(2))
        await environment.hub.deliver([log.append(CHANNEL, {"k": 1})])
        assert (await client.hear())["version"] == 1
        log.let_all_go()
        assert (await other.hear_until("subscribed"))["version"] == 0
