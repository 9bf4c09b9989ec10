"""The websocket over a real socket."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from structlog.testing import capture_logs

from service.hub.entries import TransientEntry
from service.hub.limits import Limits
from service.hub.protocol import SUBPROTOCOL
from tests.servers import eventually
from tests.stubs.event_log import EventLog, channel_name
from tests.stubs.hub_environment import OWNER, HubEnvironment, Known, open_hub
from tests.stubs.socket_crowd import Member

CHANNEL = channel_name(1)
QUICK = Limits(hello_seconds=0.1, ping_seconds=0.1, stall_seconds=0.3)


def log_of(events: int, channels: int = 1) -> EventLog:
    log = EventLog()
    for number in range(1, channels + 1):
        log.create(channel_name(number), OWNER)
        for place in range(events):
            log.append(channel_name(number), {f"k{place}": place})
    return log


async def test_a_client_is_welcomed_and_follows_a_story() -> None:
    async with open_hub(log_of(2)) as environment, environment.client() as client:
        welcome = await client.hear()
        assert (welcome["type"], welcome["ping_seconds"]) == ("welcome", 25)
        answer = await client.subscribe(CHANNEL, id=1)
        assert answer == {
            "type": "subscribed", "id": 1, "channel": CHANNEL, "version": 2, "mode": "snapshot",
            "state": {"k0": 0, "k1": 1}, "events": [],
        }  # fmt: skip
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k2": 2}, "asset.ready")])
        assert await client.hear() == {
            "type": "event", "channel": CHANNEL, "version": 3, "at": "2026-01-01T00:00:00+00:00",
            "event": "asset.ready", "data": {"k2": 2},
        }  # fmt: skip
        await client.say(type="unsubscribe", id=2, channel=CHANNEL)
        assert await client.hear() == {"type": "unsubscribed", "id": 2, "channel": CHANNEL}
        assert environment.hub.channels == 0


async def test_an_event_is_the_same_from_the_stream_and_from_the_log() -> None:
    async with open_hub(log_of(1)) as environment, environment.client() as one, environment.client() as other:
        await one.subscribe(CHANNEL)
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": [1, "ä"]})])
        told = await one.hear()
        answer = await other.subscribe(CHANNEL, since=1)
        assert answer["mode"] == "resumed"
        assert answer["state"] is None
        assert answer["events"] == [told]


async def test_a_token_may_come_in_the_query_or_with_hello() -> None:
    async with open_hub(log_of(1)) as environment:
        async with environment.client(None, query="?token=owner") as client:
            assert (await client.hear())["type"] == "welcome"
        async with environment.client(None) as client:
            await client.say(type="hello", token="owner")
            await client.say(type="subscribe", channel=CHANNEL)
            assert (await client.hear())["type"] == "welcome"
            assert (await client.hear())["type"] == "subscribed"


async def test_another_users_story_is_not_found() -> None:
    async with open_hub(log_of(1)) as environment, environment.client("stranger") as client:
        await client.hear()
        await client.say(type="subscribe", id=5, channel=CHANNEL)
        error = await client.hear()
        assert (error["type"], error["id"], error["code"], error["temporary"]) == (
            "error",
            5,
            "NOT_FOUND",
            False,
        )


async def test_a_bad_token_is_closed_with_4500() -> None:
    async with open_hub(log_of(1)) as environment:
        async with environment.client("forged") as client:
            assert await client.end() == 4500
        async with environment.client(None) as client:
            await client.say(type="hello", token="forged")
            assert await client.end() == 4500


@pytest.mark.parametrize("protocol", [None, "storytroupe.v2"])
async def test_another_subprotocol_is_closed_with_4505(protocol: str | None) -> None:
    async with open_hub(log_of(1)) as environment, environment.client(protocol=protocol) as client:
        assert client.ws.protocol == protocol
        assert await client.end() == 4505


async def test_the_origin_must_be_here_or_listed() -> None:
    async with open_hub(log_of(1), origins=("https://studio.example",)) as environment:
        for origin in (environment.url, "https://studio.example"):
            async with environment.client(Origin=origin) as client:
                assert (await client.hear())["type"] == "welcome"
        wrong = (
            "https://evil.example",
            "null",
            f"http://127.0.0.1.evil.example:{environment.port}",
            "http://[",
        )
        for origin in (*wrong, f"file://127.0.0.1:{environment.port}", f"//127.0.0.1:{environment.port}"):
            async with environment.client(Origin=origin) as client:
                assert await client.end() == 4506


async def test_a_client_that_says_nothing_is_closed_with_4502() -> None:
    async with open_hub(log_of(1), limits=QUICK) as environment, environment.client(None) as client:
        assert await client.end() == 4502


async def test_a_client_that_answers_no_ping_is_closed_with_4003() -> None:
    async with open_hub(log_of(1), limits=QUICK) as environment, environment.client() as client:
        assert await client.end() == 4003


async def test_a_client_that_answers_stays() -> None:
    """It has a whole ping's time for its answer, and a machine that stands still takes some of it."""
    async with (
        open_hub(log_of(1), limits=Limits(ping_seconds=0.5)) as environment,
        environment.client() as client,
    ):
        for _ in range(4):
            message = await client.ws.receive_json(timeout=60)
            if message["type"] == "ping":
                await client.say(type="pong")
        assert (await client.subscribe(CHANNEL))["version"] == 1


def _expiring(seconds: float) -> Known:
    return Known(OWNER, datetime.now(UTC) + timedelta(seconds=seconds))


async def test_an_expired_token_is_closed_with_4004() -> None:
    async with open_hub(log_of(1), limits=Limits(ping_seconds=0.4)) as environment:
        environment.tokens["short"] = _expiring(0.1)
        async with environment.client("short") as client:
            assert await client.end() == 4004


async def test_a_token_is_renewed_on_the_open_socket() -> None:
    async with open_hub(log_of(1)) as environment:
        environment.tokens |= {"short": _expiring(3600), "past": _expiring(-1)}
        async with environment.client("short") as client:
            await client.hear()
            await client.say(type="auth", id=1, token="forged")
            assert (await client.hear())["code"] == "UNAUTHORIZED"
            await client.say(type="auth", id=2, token="stranger")
            assert (await client.hear())["code"] == "UNAUTHORIZED"
            await client.say(type="auth", token="owner")
            assert (await client.subscribe(CHANNEL))["version"] == 1


async def test_connections_of_one_user_are_limited() -> None:
    async with open_hub(log_of(1), limits=Limits(connections_per_user=2)) as environment:
        async with environment.client() as one, environment.client() as two:
            await one.hear()
            await two.hear()
            async with environment.client() as third:
                assert await third.end() == 4504
            async with environment.client("stranger") as stranger:
                assert (await stranger.hear())["type"] == "welcome"
        async with environment.client() as again:
            assert (await again.hear())["type"] == "welcome"
    assert len(environment.sockets) == 0


@pytest.mark.parametrize(
    ("word", "code"),
    [("{", 4501), ('{"type":"subscribe"', 4501), ("[1]", 4501), ("x" * 20_000, 4501), ("x" * 80_000, 1009)],
)
async def test_a_bad_word_ends_the_talk_with_a_code(word: str, code: int) -> None:
    async with open_hub(log_of(1)) as environment, environment.client() as client:
        await client.hear()
        await client.ws.send_str(word)
        assert await client.end() == code


async def test_a_binary_word_is_closed_with_4501() -> None:
    async with open_hub(log_of(1)) as environment, environment.client() as client:
        await client.hear()
        await client.ws.send_bytes(b'{"type":"pong"}')
        assert await client.end() == 4501


async def test_a_flood_is_closed_with_4006() -> None:
    async with open_hub(log_of(1), limits=Limits(burst=20)) as environment, environment.client() as client:
        for _ in range(60):
            await client.say(type="pong")
        assert await client.end() == 4006


@pytest.mark.parametrize("kind", [WSMsgType.PING, WSMsgType.PONG])
async def test_a_flood_of_control_frames_is_closed_with_4006(kind: WSMsgType) -> None:
    async with open_hub(log_of(1), limits=Limits(burst=20)) as environment, environment.client() as client:
        for _ in range(60):
            await client.ws.send_frame(b"", kind)
        assert await client.end() == 4006


async def test_a_ping_of_the_websocket_itself_is_answered() -> None:
    async with open_hub(log_of(1)) as environment:
        url = f"{environment.url}/api/v1/ws?token=owner"
        async with environment.session.ws_connect(url, protocols=(SUBPROTOCOL,), autoping=False) as ws:
            assert (await ws.receive(timeout=60)).type is WSMsgType.TEXT
            for payload in (b"", b"x" * 125):
                await ws.ping(payload)
                answer = await ws.receive(timeout=60)
                assert (answer.type, bytes(answer.data)) == (WSMsgType.PONG, payload)


async def test_a_client_that_leaves_while_it_is_owed_pongs_is_no_fault_of_ours() -> None:
    with capture_logs() as logs:
        await leave_owed_pongs()
    assert "ws.failed" not in [each["event"] for each in logs]


async def leave_owed_pongs() -> None:
    async with open_hub(log_of(1)) as environment:
        for _ in range(20):
            async with environment.client() as client:
                await client.subscribe(CHANNEL)
                transport = client.ws._writer.transport
                assert transport is not None
                transport.write(b"\x89\x80\0\0\0\0" * 200)
                transport.abort()
        await eventually(lambda: len(environment.sockets) == 0)


def _odd_frames(chance: random.Random) -> bytes:
    """Whole frames, masked with zeros, of any kind, in any order: halves, pieces, too large, of no kind."""
    words = [b'{"type":"hello","token":"owner"}', b'{"type":"pong"}', b"{", b"\xff\xfe", b"[" * 70_000]
    frames = []
    for _ in range(chance.randrange(1, 12)):
        payload = chance.choice(words)[: chance.choice([3, 40, 100_000])]
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xff" + size.to_bytes(8)
        head = chance.choice([0x81, 0x81, 0x01, 0x80, 0x82, 0x89, 0x8A, 0x88, 0x83, 0xC1])
        frames.append(bytes([head]) + length + b"\0\0\0\0" + payload)
    return b"".join(frames)


async def test_spoiled_bytes_on_the_wire_never_hang_a_client() -> None:
    chance = random.Random(3)
    async with open_hub(log_of(1)) as environment:
        for number in range(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", environment.port)
            writer.write(
                b"GET /api/v1/ws?token=owner HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                b"Sec-WebSocket-Protocol: storytroupe.v1\r\n\r\n"
            )
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_odd_frames(chance) if number % 2 else chance.randbytes(chance.randrange(1, 200)))
            writer.write_eof()
            async with asyncio.timeout(60):
                with suppress(ConnectionError):  # cut off in the middle of what was too much
                    await reader.read()
            writer.close()
        await eventually(lambda: len(environment.sockets) == 0)
        async with environment.client() as client:
            assert (await client.subscribe(CHANNEL))["version"] == 1


async def test_a_lost_client_leaves_nothing_behind() -> None:
    async with open_hub(log_of(1)) as environment:
        async with environment.client() as client:
            await client.subscribe(CHANNEL)
            assert (len(environment.sockets), environment.hub.channels) == (1, 1)
            assert client.ws._writer.transport is not None
            client.ws._writer.transport.abort()
        await eventually(lambda: not environment.hub.channels)
    assert len(environment.sockets) == 0


async def test_all_listeners_hear_all_events_in_order() -> None:
    async with open_hub(log_of(0, channels=4)) as environment:
        await asyncio.gather(
            *(_follow(environment, number % 4 + 1, 25) for number in range(24)), _write(environment, 4, 25)
        )


async def _follow(environment: HubEnvironment, number: int, count: int) -> None:
    channel = channel_name(number)
    async with environment.client() as client:
        answer = await client.subscribe(channel)
        version, state = answer["version"], answer["state"]
        while version < count:
            frame = await client.hear()
            assert frame["version"] == version + 1
            version, state = frame["version"], state | frame["data"]
        assert state == environment.log.state(channel)


async def _write(environment: HubEnvironment, channels: int, count: int) -> None:
    for place in range(count):
        batch = [environment.log.append(channel_name(n), {f"k{place}": n}) for n in range(1, channels + 1)]
        await environment.hub.deliver(batch)
        await asyncio.sleep(0)


async def test_ticks_arrive_with_the_newest_word() -> None:
    async with open_hub(log_of(1)) as environment, environment.client() as client:
        await client.subscribe(CHANNEL)
        words = [
            TransientEntry(CHANNEL, "content.page.1", 1, b'{"text":"%s"}' % (b"a" * n)) for n in range(9)
        ]
        await environment.hub.deliver(words)
        assert await client.hear() == {
            "type": "tick", "channel": CHANNEL, "key": "content.page.1", "data": {"text": "a" * 8},
        }  # fmt: skip


async def test_drain_says_bye_with_a_time_to_come_back() -> None:
    async with (
        open_hub(log_of(1)) as environment,
        environment.client() as client,
        environment.client(None) as silent,
    ):
        await client.hear()
        drain = asyncio.create_task(environment.sockets.drain())
        bye = await client.hear()
        assert (bye["type"], bye["code"]) == ("bye", 4001)
        assert 200 <= bye["retry_ms"] <= 1_000
        assert await client.end() == 4001
        assert await silent.end() == 4001
        async with environment.client() as late:
            assert await late.end() == 4001
        await drain


class Returning(Member):
    """Notes when it is asked to come back, in ms."""

    retry_ms = 0

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "bye":
            self.retry_ms = frame["retry_ms"]
        super()._hear(frame)


async def test_a_drain_spreads_those_who_come_back() -> None:
    async with open_hub(log_of(1), limits=Limits(connections_per_user=1_000)) as environment:
        crowd = [Returning(CHANNEL, "owner") for _ in range(200)]
        await asyncio.gather(*(member.connect(environment.port) for member in crowd))
        drain = asyncio.create_task(environment.sockets.drain())
        await asyncio.gather(*(member.closed.wait() for member in crowd))
        await drain
    times = sorted(member.retry_ms for member in crowd)
    assert 200 <= times[0] < 400
    # Five seconds for a thousand: two hundred come back within one, and not in the same moment.
    assert 1_000 < times[-1] <= 1_200
    assert all(later - earlier < 150 for earlier, later in pairwise(times))


async def test_the_socket_is_not_compressed() -> None:
    async with (
        open_hub(log_of(1)) as environment,
        environment.session.ws_connect(
            f"{environment.url}/api/v1/ws", protocols=("storytroupe.v1",), compress=15
        ) as ws,
    ):
        assert ws.compress == 0
        assert isinstance(ws, aiohttp.ClientWebSocketResponse)
