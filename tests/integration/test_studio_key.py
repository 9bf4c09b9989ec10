"""The studio's key: what it opens, to whom, and how often it may be guessed."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from service.access.studio_key import WRONG_AT_ONCE, WRONG_PER_SECOND, StudioKey
from service.access.users import LOCAL_USER
from service.errors import Overloaded
from service.http.app.keys import BODIES
from service.hub.codes import CloseCode
from service.hub.protocol import SUBPROTOCOL
from service.settings import Settings
from tests.http_service import TOKENS, Answered, HttpService
from tests.stubs.line import connect

OWN = {"Sec-Fetch-Site": "same-origin"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key(clock: Clock) -> StudioKey:
    return StudioKey(clock=clock)


@pytest.fixture
async def studio(http_service: HttpService, key: StudioKey) -> AsyncIterator[HttpService]:
    settings = Settings(public_url="https://books.example")
    async with http_service.beside(studio_key=key, settings=settings) as studio:
        yield studio


async def ask(studio: HttpService, key: str, **headers: str) -> Answered:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await studio.nobody()("POST", "/studio/session", {"key": key}, headers={**OWN, **given})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Host": "evil.example@localhost"}, 403),
        ({"Host": "evil.example\\@localhost"}, 403),
        ({"Host": "localhost/evil.example"}, 403),
        ({"Host": "localhost#.evil.example"}, 403),
        ({"Host": "localhost:8080:evil.example"}, 403),
        ({"Host": "localhost:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "192.168.1.7:8080"}, 200),
        ({"Host": f"{socket.gethostname()}:8080"}, 200),
        ({"Host": "books.example"}, 200),
    ],
)
async def test_the_key_lets_in_the_studios_own_page(
    studio: HttpService, key: StudioKey, headers: dict[str, str], status: int
) -> None:
    answered = await ask(studio, key.text, **headers)
    assert answered.status == status
    if status == 200:
        assert TOKENS.verify(answered.data["token"]).user_id == LOCAL_USER
        assert not TOKENS.verify(answered.data["token"]).operator
    else:
        assert answered.code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": ""}, 200)],
)
async def test_a_browser_that_says_less_says_its_origin(
    studio: HttpService, key: StudioKey, headers: dict[str, str], status: int
) -> None:
    """As a tablet's does, where the address is not https."""
    if headers.get("Origin") == "":
        headers = {"Origin": studio.url}
    answered = await studio.nobody()("POST", "/studio/session", {"key": key.text}, headers=headers)
    assert answered.status == status


@pytest.mark.parametrize("given", ["", "x", "of-another-run"])
async def test_without_the_key_nobody_is_let_in(studio: HttpService, key: StudioKey, given: str) -> None:
    """Not at this machine, and not through a proxy."""
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}):
        answered = await ask(studio, given, **headers)
        expected = (403, "STUDIO_KEY_WRONG") if given else (422, "INVALID_INPUT")
        assert (answered.status, answered.code) == expected
    for method in ("GET", "HEAD"):
        for path in ("/studio/session", f"/studio/session?key={key.text}"):
            assert (await studio.nobody()(method, path, headers=OWN)).status == 405


async def test_a_service_without_a_key_lets_in_nobody(http_service: HttpService, key: StudioKey) -> None:
    answered = await ask(http_service, key.text)
    assert (answered.status, answered.code) == (404, "NO_LOCAL_STUDIO")


async def test_a_key_of_one_run_opens_no_other(http_service: HttpService, key: StudioKey) -> None:
    async with http_service.beside(studio_key=StudioKey()) as later:
        assert (await ask(later, key.text)).code == "STUDIO_KEY_WRONG"


async def test_wrong_tries_are_bounded_for_each_address(
    studio: HttpService, key: StudioKey, clock: Clock
) -> None:
    assert (await ask(studio, key.text)).status == 200
    tries = [await ask(studio, f"wrong {number}") for number in range(WRONG_AT_ONCE + 1)]
    assert {one.status for one in tries[:-1]} == {403}
    assert (tries[-1].status, tries[-1].code) == (429, "RATE_LIMITED")
    assert 0 < int(tries[-1].headers["Retry-After"]) <= 1 / WRONG_PER_SECOND
    # Whoever guesses beside the owner does not lock the owner out.
    assert (await ask(studio, key.text)).status == 200
    assert not key.fits("wrong", "192.0.2.7")
    clock.now += 1 / WRONG_PER_SECOND
    assert (await ask(studio, "wrong")).status == 403


def test_a_network_of_ipv6_is_one_address(key: StudioKey) -> None:
    for number in range(WRONG_AT_ONCE):
        assert not key.fits("wrong", f"2001:db8::{number:x}")
    with pytest.raises(Overloaded):
        key.fits("wrong", "2001:db8::ffff:1")
    assert not key.fits("wrong", "2001:db8:0:1::1")


def test_keys_are_long_and_never_the_same() -> None:
    keys = {StudioKey().text for _ in range(100)}
    assert len(keys) == 100
    assert {len(key) for key in keys} == {43}


async def test_bodies_of_others_do_not_keep_the_owner_out(studio: HttpService, key: StudioKey) -> None:
    """Whoever has no key may hold back what they like: nothing is shared with the owner."""
    head = "POST /studio/session HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
    async with AsyncExitStack() as lines:
        for size in (1_000_000, 1_000, *[1_000] * 10):
            line = await lines.enter_async_context(connect(studio))
            await line.say(f"{head}Content-Length: {size}\r\n\r\n".encode() + b" " * (size - 1))
            if size > 1_024:
                assert await line.hear_problem() == (413, "BODY_TOO_LARGE")
        assert (await ask(studio, key.text)).status == 200
        assert studio.app[BODIES].taken == 0


@pytest.mark.parametrize("odd", ["[", "a[b]c", "[::1", "http://[", "//[x"])
async def test_name_or_origin_that_cannot_be_read_is_only_refused(
    studio: HttpService, key: StudioKey, odd: str
) -> None:
    for headers in ({"Host": odd, "Sec-Fetch-Site": "same-origin"}, {"Origin": odd}):
        refused = await studio.nobody()("POST", "/studio/session", {"key": key.text}, headers=headers)
        assert (refused.status, refused.code) == (403, "FORBIDDEN")
    headers = {"Origin": odd, "Sec-WebSocket-Protocol": SUBPROTOCOL}
    async with studio.session.ws_connect(f"{studio.url}/api/v1/ws", headers=headers) as socket:
        assert (await socket.receive(timeout=20)).data == CloseCode.ORIGIN
