"""Connections: deadlines for heads, bodies and answers, bounds on their number, and bad heads."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from service.http.wire.gate import Gate, address_of
from service.settings import Settings
from tests.http_service import HttpService
from tests.stubs.line import PATIENCE, connect
from tests.stubs.mutated_heads import mutated_head
from tests.stubs.slow_crowd import Manner, SlowCrowd

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def hasty(http_service: HttpService) -> AsyncIterator[HttpService]:
    """The service with short deadlines."""
    settings = Settings(head_seconds=0.4, idle_seconds=0.6, body_seconds=0.8, stall_seconds=0.5)
    async with http_service.beside(settings=settings) as hasty:
        yield hasty


async def test_head_that_does_not_end_is_answered_with_408(hasty: HttpService) -> None:
    async with connect(hasty) as line:
        await line.say(HEAD)
        assert await line.hear_problem() == (408, "REQUEST_TIMEOUT")
        assert await line.ended() == b""


async def test_client_that_says_nothing_is_told_nothing(hasty: HttpService) -> None:
    async with connect(hasty) as silent, connect(hasty) as idle:
        await idle.say(HEAD + b"\r\n")
        assert (await idle.hear())[0] == 200
        assert await silent.ended() == b""
        assert await idle.ended() == b""


async def test_second_head_of_a_connection_has_a_deadline_too(hasty: HttpService) -> None:
    async with connect(hasty) as line:
        for _ in range(2):
            await line.say(HEAD + b"\r\n")
            assert (await line.hear())[0] == 200
        await line.say(HEAD)
        assert await line.hear_problem() == (408, "REQUEST_TIMEOUT")


def a_post(token: str | None, path: str, size: int) -> bytes:
    bearer = f"Authorization: Bearer {token}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: {size}\r\n\r\n".encode()


@pytest.mark.parametrize("path", ["/api/v1/stories", "upload"])
async def test_body_that_is_held_back_by_a_byte_is_answered_with_408(
    hasty: HttpService, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = hasty.somebody()
    if path == "upload":
        made = await user("POST", "/api/v1/characters", {"name": "Ada"})
        path = f"/api/v1/characters/{made.data['id']}/references?declared=drawing"
    async with connect(hasty) as line:
        await line.say(a_post(user.token, path, 100_000) + b" " * 99_999)
        assert await line.hear_problem() == (408, "REQUEST_TIMEOUT")
        assert await line.ended() == b""
    assert not [record for record in caplog.records if record.exc_info]


async def test_body_that_comes_fast_enough_may_take_its_time(http_service: HttpService) -> None:
    settings = Settings(head_seconds=0.2, body_seconds=30, body_bytes_per_second=1)
    async with http_service.beside(settings=settings) as patient, connect(patient) as line:
        user = patient.somebody()
        body = b'{"name": "Ada"}'
        await line.say(a_post(user.token, "/api/v1/characters", len(body)))
        for byte in body:
            await line.say(bytes([byte]))
            await asyncio.sleep(0.05)
        assert (await line.hear())[0] == 201


async def test_stream_of_events_outlasts_every_deadline(hasty: HttpService) -> None:
    user = hasty.somebody()
    story = await user.make_story()
    bearer = f"Authorization: Bearer {user.token}"
    async with connect(hasty) as line:
        await line.say(f"GET /api/v1/stories/{story}/events HTTP/1.1\r\nHost: x\r\n{bearer}\r\n\r\n".encode())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await line.reader.readuntil(b"the end")


async def test_client_that_takes_no_answers_is_cut_off(hasty: HttpService) -> None:
    port = int(hasty.url.rpartition(":")[2])
    many = Manner("", (HEAD + b"\r\n").replace(b"/healthz", b"/api/openapi.json") * 60, reads=False)
    crowd = SlowCrowd(port, [many], 3)
    await crowd.gather()
    trickling = asyncio.create_task(crowd.trickle())
    try:
        await crowd.until_gone(PATIENCE)
    finally:
        trickling.cancel()
        crowd.leave()


async def test_address_has_so_many_connections_and_others_theirs(http_service: HttpService) -> None:
    async with (
        http_service.beside(settings=Settings(connections_per_address=2)) as strict,
        connect(strict, "127.0.2.1") as one,
        connect(strict, "127.0.2.1") as two,
        connect(strict, "127.0.2.1") as three,
        connect(strict, "127.0.2.2") as other,
    ):
        assert await three.ended() == b""
        for line in (one, two, other):
            await line.say(HEAD + b"\r\n")
            assert (await line.hear())[0] == 200
        one.close()
        async with asyncio.timeout(PATIENCE):
            # Only the server knows when it has noticed.
            while not await let_in(strict, "127.0.2.1"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def let_in(http_service: HttpService, host: str) -> bool:
    async with connect(http_service, host) as line:
        await line.say(HEAD + b"\r\n")
        try:
            return (await line.hear())[0] == 200
        except (asyncio.IncompleteReadError, ConnectionError):
            return False


def test_gate_counts_in_all_and_by_address() -> None:
    gate = Gate(3, 2)
    assert [gate.enter(name) for name in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    gate.leave("a")
    assert gate.enter("c")
    assert (len(gate), gate.refused) == (3, 2)
    assert all(Gate(0, 0).enter("a") for _ in range(9))


def test_address_is_that_of_a_line() -> None:
    assert address_of(("10.1.2.3", 5)) == "10.1.2.3"
    assert address_of(("2001:db8:1:2::3", 5, 0, 0)) == address_of(("2001:db8:1:2:ffff::9", 5, 0, 0))
    assert address_of(("::ffff:10.1.2.3", 5, 0, 0)) == "10.1.2.3"
    assert address_of(None) == ""


BAD_HEADS = {
    "a line over the parser's limit": (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n", 414, "URL_TOO_LONG"),
    "a line without an end": (b"GET /" + b"a" * 30_000, 414, "URL_TOO_LONG"),
    "a line over ours": (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "URL_TOO_LONG"),
    "a header over the parser's limit": (
        HEAD + b"A: " + b"/" * 40_000 + b"\r\n\r\n",
        431,
        "HEADERS_TOO_LARGE",
    ),
    "a name over the parser's limit": (HEAD + b"A" * 40_000 + b": b\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
    "headers without an end": (HEAD + b"A: bbbbbbbb\r\n" * 2_500, 431, "HEADERS_TOO_LARGE"),
    "too many headers": (HEAD + b"A: b\r\n" * 200 + b"\r\n", 431, "HEADERS_TOO_LARGE"),
    "headers over ours": (HEAD + b"A: " + b"b" * 17_000 + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00", 400, "BAD_REQUEST"),
    "no method": (b"HELLO / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BAD_REQUEST"),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST"),
    "a length that is none": (HEAD + b"Content-Length: -1\r\n\r\n", 400, "BAD_REQUEST"),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "BAD_REQUEST"),
    "no version": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400, "BAD_REQUEST"),
}


@pytest.mark.parametrize("what", BAD_HEADS)
async def test_bad_head_is_told_in_the_documented_form(
    http_service: HttpService, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    head, status, code = BAD_HEADS[what]
    async with connect(http_service) as line:
        with caplog.at_level(logging.DEBUG):
            await line.say(head)
            assert await line.hear_problem() == (status, code)
        assert not [record for record in caplog.records if record.exc_info]


async def test_expectation_that_nobody_knows_is_passed_over(http_service: HttpService) -> None:
    for expected in (b"a cake", b"\xfb", b"100-continue, \xff"):
        async with connect(http_service) as line:
            await line.say(HEAD + b"Expect: " + expected + b"\r\n\r\n")
            assert (await line.hear())[0] == 200


@pytest.mark.parametrize("count", [500, pytest.param(20_000, marks=pytest.mark.long)])
async def test_mutated_heads_are_never_a_fault_of_ours(
    hasty: HttpService, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance, statuses = random.Random(7), Counter[int]()
    token = hasty.somebody().token or ""
    heads = [mutated_head(chance, token) for _ in range(count)]
    with caplog.at_level(logging.INFO):
        for begin in range(0, count, 20):
            tried = heads[begin : begin + 20]
            told = await asyncio.gather(
                *(answer_to(hasty, head, leave=n % 5 == 0) for n, head in enumerate(tried))
            )
            statuses.update(told)
            assert max(told) < 500, tried[told.index(max(told))]
    assert not [record for record in caplog.records if record.exc_info]
    assert {200, 400, 401, 405} <= set(statuses), statuses


async def answer_to(http_service: HttpService, head: bytes, *, leave: bool) -> int:
    """The status that a head is answered with; 0 where there is no answer, or nobody who waits for it."""
    try:
        async with connect(http_service) as line:
            await line.say(head + b"\r\n\r\n")
            return 0 if leave else int((await line.reader.readline())[9:12] or 0)
    except ConnectionError:
        return 0
