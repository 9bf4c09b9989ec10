"""What users may send at once, and forms that are made to be dear."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from service.errors import Overloaded
from service.http.app.keys import BODIES, FILES, UPLOADS
from service.http.io.budgets import Budget
from service.settings import Settings
from tests.http_service import Answered, Caller, HttpService
from tests.integration.test_http_references import a_picture, give, keep
from tests.stubs.line import PATIENCE, Line, connect
from tests.stubs.slow_crowd import Manner, SlowCrowd

DRAWN = "?declared=drawing"
_MEBIBYTE = 1 << 20


@pytest.fixture
async def small(http_service: HttpService) -> AsyncIterator[HttpService]:
    """The service with room for little."""
    settings = Settings(
        uploads=3, uploads_per_user=2, body_bytes=2 * _MEBIBYTE, body_bytes_per_user=_MEBIBYTE
    )
    async with http_service.beside(settings=settings) as small:
        yield small


async def begin(lines: AsyncExitStack, user: Caller, http_service: HttpService, path: str, size: int) -> Line:
    """Send a body but for its last byte, on a connection of its own."""
    line = await lines.enter_async_context(connect(http_service))
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.token}\r\nContent-Length: {size}"
    await line.say(f"{head}\r\n\r\n".encode() + bytes(size - 1))
    return line


async def until(taken: Budget, amount: int) -> None:
    async with asyncio.timeout(PATIENCE):
        # A budget tells nobody.
        while taken.taken != amount:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_user_gives_so_many_pictures_at_once_and_all_users_so_many(small: HttpService) -> None:
    maya, ben, third = small.somebody(), small.somebody(), small.somebody()
    paths = {user: f"{await keep(user)}/references{DRAWN}" for user in (maya, ben, third)}
    async with AsyncExitStack() as lines:
        held = [await begin(lines, maya, small, paths[maya], 100_000) for _ in range(2)]
        await until(small.app[UPLOADS], 2)
        refused = await give(maya, paths[maya].partition("/references")[0], a_picture())
        assert (refused.status, refused.code) == (429, "TOO_MANY_UPLOADS")
        assert refused.headers["Retry-After"] == "1"
        assert (await give(ben, paths[ben].partition("/references")[0], a_picture())).status == 201
        held.append(await begin(lines, ben, small, paths[ben], 100_000))
        await until(small.app[UPLOADS], 3)
        refused = await give(third, paths[third].partition("/references")[0], a_picture())
        assert refused.code == "TOO_MANY_UPLOADS"
        for line in held:
            await line.say(b"\0")
            assert (await line.hear_problem())[1] == "PICTURE_UNREADABLE"
        assert (await give(maya, paths[maya].partition("/references")[0], a_picture())).status == 201
    assert small.app[UPLOADS].taken == 0


async def test_place_of_a_client_that_left_is_free_again(small: HttpService) -> None:
    maya = small.somebody()
    path = await keep(maya)
    async with AsyncExitStack() as lines:
        for _ in range(2):
            await begin(lines, maya, small, f"{path}/references{DRAWN}", 100_000)
        await until(small.app[UPLOADS], 2)
    await until(small.app[UPLOADS], 0)
    assert (await give(maya, path, a_picture())).status == 201


def held_in_memory() -> int:
    """What this process holds, in bytes: the service is in it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_sixty_uploads_that_are_held_back_by_a_byte_hold_little(http_service: HttpService) -> None:
    """They held 1.1 GB once, where they were of 20 MiB."""
    async with http_service.beside(settings=Settings(uploads=60, uploads_per_user=60)) as wide:
        maya = wide.somebody()
        path = f"{await keep(maya)}/references{DRAWN}"
        before = held_in_memory()
        async with AsyncExitStack() as lines:
            for _ in range(60):
                await begin(lines, maya, wide, path, 4 * _MEBIBYTE)
            await until(wide.app[UPLOADS], 60)
            # 240 MB were sent; this process also holds what its own clients have not sent yet.
            assert held_in_memory() - before < 120 * _MEBIBYTE


async def test_bodies_of_a_user_take_so_much_memory_at_once(small: HttpService) -> None:
    maya, ben = small.somebody(), small.somebody()
    async with AsyncExitStack() as lines:
        held = await begin(lines, maya, small, "/api/v1/stories", 700_000)
        await until(small.app[BODIES], 699_999)
        refused = await maya("POST", "/api/v1/stories", b" " * 600_000)
        assert (refused.status, refused.code) == (429, "TOO_MANY_BODIES")
        assert (await maya("POST", "/api/v1/libraries", {"name": "small"})).status == 201
        assert (await ben("POST", "/api/v1/stories", b" " * 600_000)).code == "INVALID_JSON"
        await held.say(b" ")
        assert (await held.hear_problem())[1] == "INVALID_JSON"
    assert small.app[BODIES].taken == 0


async def test_small_bodies_are_taken_though_no_room_is_left(small: HttpService) -> None:
    users = [small.somebody() for _ in range(3)]
    async with AsyncExitStack() as lines:
        for user, size in zip(users, (1_000_000, 500_000, 250_000), strict=True):
            await begin(lines, user, small, "/api/v1/stories", size)
        await until(small.app[BODIES], 1_749_997)
        late = small.somebody()
        refused = await late("POST", "/api/v1/stories", b" " * 600_000)
        assert refused.code == "TOO_MANY_BODIES"
        assert (await late("POST", "/api/v1/libraries", {"name": "x" * 100})).status == 201
        held = await begin(lines, late, small, "/api/v1/stories", 60_000)
        assert (await users[0]("POST", "/api/v1/libraries", {"name": "mine"})).status == 201
        await held.say(b" ")
        assert (await held.hear_problem())[1] == "INVALID_JSON"


async def test_user_leaves_others_as_much_as_the_user_has() -> None:
    budget, one, two = Budget(8, 10, code="FULL", message="full", fair=True), uuid4(), uuid4()
    with budget.share(one) as first, budget.share(two) as second:
        first.take(3)
        first.take(2)
        with pytest.raises(Overloaded):
            first.take(1)
        second.take(2)
        with pytest.raises(Overloaded):
            second.take(2)
        second.take(0)


async def test_files_that_nobody_takes_are_counted_until_they_are_sent(http_service: HttpService) -> None:
    settings = Settings(file_bytes_per_user=8 * _MEBIBYTE, stall_seconds=0.5)
    async with http_service.beside(settings=settings) as tight:
        maya = tight.somebody()
        story = await maya.make_story()
        await tight.finish(maya, story, "audio", bytes(7 * _MEBIBYTE), "audio/mpeg")
        path = f"/api/v1/stories/{story}/assets/audio"
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {maya.token}\r\n\r\n"
        crowd = SlowCrowd(int(tight.url.rpartition(":")[2]), [Manner("", head.encode(), reads=False)], 1)
        await crowd.gather()
        await until(tight.app[FILES], 7 * _MEBIBYTE)
        assert (await maya("GET", path)).code == "TOO_MANY_DOWNLOADS"
        # The client that takes nothing is cut off, and then there is room again.
        await until(tight.app[FILES], 0)
        assert len((await maya("GET", path)).body) == 7 * _MEBIBYTE
        await until(tight.app[FILES], 0)
        crowd.leave()


async def test_announced_body_that_is_too_large_is_refused_before_it_comes(http_service: HttpService) -> None:
    maya = http_service.somebody()
    for path in ("/api/v1/stories", f"{await keep(maya)}/references{DRAWN}"):
        async with connect(http_service) as line:
            bearer = f"Authorization: Bearer {maya.token}"
            await line.say(
                f"POST {path} HTTP/1.1\r\nHost: x\r\n{bearer}\r\nContent-Length: 99999999\r\n\r\n".encode()
            )
            assert await line.hear_problem() == (413, "BODY_TOO_LARGE")


def test_budget_gives_back_what_it_gave() -> None:
    budget, one, two = Budget(2, 3, code="FULL", message="full"), uuid4(), uuid4()
    with budget.share(one) as first, budget.share(two) as second:
        first.take(2)
        with pytest.raises(Overloaded, match="full"):
            first.take(1)
        with pytest.raises(Overloaded):
            second.take(2)
        second.take(1)
        assert budget.taken == 3
    assert budget.taken == 0
    assert not budget._taken


def a_form(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end


def part(name: str, value: bytes, headers: bytes = b"") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n'.encode() + headers + b"\r\n" + value


async def send_form(http_service: HttpService, form: bytes) -> Answered:
    """In chunks, so that nothing says before how much there is."""
    user = http_service.somebody()
    headers = {
        "Authorization": f"Bearer {user.token}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    url = f"{http_service.url}{await keep(user)}/references{DRAWN}"
    async with http_service.session.post(url, data=in_chunks(form), headers=headers) as answer:
        return Answered(answer.status, answer.headers, await answer.read())


async def in_chunks(data: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(data), 1 << 18):
        yield data[begin : begin + (1 << 18)]


NESTED = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
BAD_FORMS = {
    "many parts": (a_form(*[part("a", b"b")] * 5_000), "TOO_MANY_PARTS"),
    "many headers": (a_form(part("image", b"b", b"A: b\r\n" * 20)), "BAD_REQUEST"),
    "a long header": (a_form(part("image", b"b", b"A: " + b"b" * 5_000 + b"\r\n")), "BAD_REQUEST"),
    "headers without an end": (a_form(b"A: b\r\n" * 100_000), "BAD_REQUEST"),
    "a form in a form": (b"--x\r\n" + NESTED, "BAD_REQUEST"),
    "forms without a bottom": ((b"--x\r\n" + NESTED) * 20_000, "BAD_REQUEST"),
    "a long word": (a_form(part("declared", b"drawing" * 1_000)), "BODY_TOO_LARGE"),
    "many lines before the first part": (b"\r\n" * (9 << 20), "BAD_REQUEST"),
    "long lines before the first part": ((b"-" * 60_000 + b"\r\n") * 400, "BAD_REQUEST"),
    "much that nobody asked for": (a_form(part("other", bytes(21 << 20))), "BODY_TOO_LARGE"),
    "a charset that is none": (a_form(part("_charset_", b"a" * 500)), "BAD_REQUEST"),
    "no end": (a_form(part("image", b"b" * 5_000), end=b""), "BAD_REQUEST"),
    "no parts": (a_form(), "INVALID_INPUT"),
    "a name that is none": (a_form(b'Content-Disposition: ;;;"\r\n\r\nb'), "INVALID_INPUT"),
    "nothing": (b"", "BAD_REQUEST"),
}


@pytest.mark.filterwarnings("ignore:.*:aiohttp.multipart.BadContentDispositionHeader")
@pytest.mark.parametrize("what", BAD_FORMS)
async def test_form_that_is_made_to_be_dear_is_refused(http_service: HttpService, what: str) -> None:
    form, code = BAD_FORMS[what]
    refused = await send_form(http_service, form)
    assert refused.code == code
    assert refused.status in (400, 413, 422)
    assert http_service.app[UPLOADS].taken == 0
