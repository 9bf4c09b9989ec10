"""Server-sent events over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest

from service.hub.entries import TransientEntry
from service.hub.limits import Limits
from service.runtime.channels import channel_of
from tests.servers import eventually
from tests.stubs.event_log import EventLog, channel_name
from tests.stubs.hub_environment import OWNER, HubEnvironment, open_hub

CHANNEL = channel_name(1)
STORY = CHANNEL.partition("=")[2]


def log_of(events: int) -> EventLog:
    log = EventLog()
    log.create(CHANNEL, OWNER)
    for place in range(events):
        log.append(CHANNEL, {f"k{place}": place}, "asset.started")
    return log


@dataclass
class Heard:
    """One event as a browser takes it up."""

    id: str | None
    event: str
    data: Any


class Reader:
    """Reads an answer of events as the standard has it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.retry: int | None = None

    async def hear(self) -> Heard | None:
        """The next event; None at the end of the answer."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(60):
            async for raw in self.response.content:
                line = raw.decode().rstrip("\n")
                if line:
                    self._take(line, fields)
                elif "data" in fields:
                    return Heard(fields.get("id"), fields["event"], orjson.loads(fields["data"]))
        return None

    def _take(self, line: str, fields: dict[str, str]) -> None:
        name, _, value = line.partition(":")
        if name == "retry":
            self.retry = int(value)
        else:
            fields[name] = value.removeprefix(" ")


@asynccontextmanager
async def listening(environment: HubEnvironment, query: str = "", **headers: str) -> AsyncIterator[Reader]:
    url = f"{environment.url}/api/v1/stories/{STORY}/events{query}"
    async with environment.session.get(url, headers=headers) as response:
        yield Reader(response)


async def test_a_listener_gets_a_snapshot_and_then_events() -> None:
    async with open_hub(log_of(2)) as environment, listening(environment) as reader:
        headers = reader.response.headers
        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Cache-Control"] == "no-cache, no-transform"
        assert headers["X-Accel-Buffering"] == "no"
        snapshot = await reader.hear()
        assert snapshot is not None
        assert (snapshot.id, snapshot.event, snapshot.data["state"]) == ("2", "snapshot", {"k0": 0, "k1": 1})
        assert reader.retry is not None
        assert 1_000 <= reader.retry <= 4_000
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": "two\nlines"}, "asset.ready")])
        event = await reader.hear()
        assert event is not None
        assert (event.id, event.event, event.data["data"]) == ("3", "asset.ready", {"k": "two\nlines"})
        assert event.data["version"] == 3


@pytest.mark.parametrize(("query", "headers"), [("?last_event_id=1", {}), ("", {"Last-Event-ID": "1"})])
async def test_a_listener_resumes_after_its_last_event(query: str, headers: dict[str, str]) -> None:
    async with open_hub(log_of(3)) as environment, listening(environment, query, **headers) as reader:
        heard = [await reader.hear(), await reader.hear()]
        assert [each and (each.id, each.event) for each in heard] == [
            ("2", "asset.started"),
            ("3", "asset.started"),
        ]


async def test_ticks_have_no_id() -> None:
    async with open_hub(log_of(1)) as environment, listening(environment) as reader:
        await reader.hear()
        await environment.hub.deliver([TransientEntry(CHANNEL, "cover.progress", 1, b"40")])
        tick = await reader.hear()
        assert tick is not None
        assert (tick.id, tick.event, tick.data["data"]) == (None, "tick", 40)


async def test_a_comment_comes_every_so_often() -> None:
    limits = Limits(comment_seconds=0.05, ping_seconds=0.1)
    async with open_hub(log_of(1), limits=limits) as environment, listening(environment) as reader:
        await reader.hear()
        assert await reader.response.content.readline() == b":\n"


async def test_an_unknown_story_and_a_stranger_get_404() -> None:
    async with open_hub(log_of(1)) as environment:
        async with listening(environment, "?token=stranger") as reader:
            assert reader.response.status == 404
        assert (environment.hub.channels, len(environment.streams)) == (0, 0)


@pytest.mark.parametrize("last", ["-1", "x", "1.5", "9" * 30, "²"])
async def test_a_last_event_id_that_is_no_version_is_422(last: str) -> None:
    async with open_hub(log_of(1)) as environment, listening(environment, f"?last_event_id={last}") as reader:
        assert reader.response.status == 422


async def test_head_tells_what_would_come_and_ends() -> None:
    async with open_hub(log_of(1)) as environment:
        async with environment.session.head(f"{environment.url}/api/v1/stories/{STORY}/events") as response:
            assert (response.status, response.content_type) == (200, "text/event-stream")
        assert len(environment.streams) == 0


async def test_a_log_that_is_away_is_503() -> None:
    log = log_of(1)
    log.closed = True
    async with open_hub(log) as environment, listening(environment) as reader:
        assert reader.response.status == 503


async def test_a_stream_ends_where_it_cannot_go_on() -> None:
    async with open_hub(log_of(1)) as environment, listening(environment) as reader:
        await reader.hear()
        del environment.log.logs[CHANNEL]
        await environment.hub.check()
        assert await reader.hear() is None


async def test_drain_ends_every_stream_and_takes_no_new_one() -> None:
    async with open_hub(log_of(1)) as environment, listening(environment) as reader:
        await reader.hear()
        await environment.streams.drain()
        assert await reader.hear() is None
        async with listening(environment) as late:
            assert late.response.status == 503
        await eventually(lambda: len(environment.streams) == 0)


async def test_a_listener_that_left_is_noticed() -> None:
    limits = Limits(comment_seconds=0.02, ping_seconds=0.1)
    async with open_hub(log_of(1), limits=limits) as environment:
        async with listening(environment) as reader:
            await reader.hear()
            reader.response.close()
        await eventually(lambda: len(environment.streams) == 0)
        assert environment.hub.channels == 0


async def test_http_1_0_gets_the_same_without_chunks() -> None:
    async with open_hub(log_of(1)) as environment:
        reader, writer = await asyncio.open_connection("127.0.0.1", environment.port)
        writer.write(f"GET /api/v1/stories/{STORY}/events HTTP/1.0\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"chunked" not in head.lower()
        assert (await reader.readuntil(b"\n\n")).startswith(b"retry: ")
        assert (await reader.readuntil(b"\n\n")).startswith(b"id: 1\nevent: snapshot\n")
        await environment.hub.deliver([environment.log.append(CHANNEL, {"k": 1})])
        assert (await reader.readuntil(b"\n\n")).startswith(b"id: 2\n")
        writer.close()


async def test_a_listener_that_reads_nothing_is_let_go() -> None:
    limits = Limits(out_bytes=256 * 1024, comment_seconds=0.05, ping_seconds=0.2)
    async with open_hub(log_of(1), limits=limits) as environment:
        reader, writer = await asyncio.open_connection("127.0.0.1", environment.port, limit=1024)
        writer.write(f"GET /api/v1/stories/{STORY}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(2_000):
            await environment.hub.deliver([environment.log.append(CHANNEL, {"k": "x" * 20_000})])
            await asyncio.sleep(0)
            if not len(environment.streams):
                break
        await eventually(lambda: len(environment.streams) == 0)
        writer.close()


async def test_another_kinds_stream_and_wait_are_refused_with_its_own_code() -> None:
    log = log_of(1)
    session = channel_of("genesis", STORY)
    log.create(session, OWNER)
    async with open_hub(log) as environment:
        for channel, code in ((CHANNEL, "STORY_NOT_FOUND"), (session, "SESSION_NOT_FOUND")):
            url = f"{environment.url}/api/v1/{channel.replace(':id=', '/')}"
            async with environment.session.get(f"{url}/events?token=stranger") as streamed:
                assert (streamed.status, (await streamed.json())["code"]) == (404, code)
            async with environment.session.get(f"{url}/status") as known:
                etag = known.headers["ETag"]
            headers = {"If-None-Match": etag}
            async with environment.session.get(
                f"{url}/status?token=stranger&wait=9", headers=headers
            ) as waited:
                assert (waited.status, (await waited.json())["code"]) == (404, code)
