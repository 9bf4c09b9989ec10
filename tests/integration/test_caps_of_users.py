"""How much of each countable thing one user may have, and that no user takes what all others need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from service.db.characters import MAX_CHARACTERS
from service.devstack.temporary import temporary_folder
from service.http.keys import POLLS, STREAMS
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.log import PostgresLog
from service.settings import Settings
from tests.http_face import Answered, Caller, Face, a_request, open_services, serve
from tests.servers import eventually

CHARACTERS = "/api/v1/characters"


@pytest.fixture(scope="module")
async def house(module_database: str) -> AsyncIterator[Face]:
    with temporary_folder() as files:
        async with (
            aiohttp.ClientSession() as session,
            open_services(module_database, files) as services,
            serve(services, Settings(), session) as face,
        ):
            yield face


@pytest.fixture(scope="module")
async def narrow(house: Face) -> AsyncIterator[Face]:
    """A face where two streams and two waiting requests are the most."""
    limits = Limits(streams_per_user=2, polls_per_user=2, comment_seconds=0.05, ping_seconds=0.1)
    hub = Hub(PostgresLog(house.database), limits=limits)
    await hub.start()
    async with house.beside(hub=hub) as face:
        yield face
    await hub.stop()


async def test_user_keeps_so_many_characters_and_no_more(house: Face) -> None:
    user = house.somebody()
    first = await user("POST", CHARACTERS, {"name": "Ada"})
    await house.database.pool.execute(
        "INSERT INTO characters (user_id, name, data) SELECT $1, 'Ada', '{}' FROM generate_series(2, $2)",
        user.user_id,
        MAX_CHARACTERS,
    )
    refused = await user("POST", CHARACTERS, {"name": "Ben"})
    assert (refused.status, refused.code) == (409, "TOO_MANY_CHARACTERS")
    assert "Delete one first" in refused.json["message"]
    assert (await house.somebody()("POST", CHARACTERS, {"name": "Ben"})).status == 201
    await user("DELETE", f"{CHARACTERS}/{first.data['id']}")
    assert (await user("POST", CHARACTERS, {"name": "Ben"})).status == 201


@pytest.mark.parametrize("ending", ["/api/v1/account/events", "/api/v1/stories/{id}/events"])
async def test_user_has_so_many_event_streams_and_no_more(narrow: Face, ending: str) -> None:
    user = narrow.somebody()
    path = ending.format(id=await user.make_story(generateAssets=False))
    headers = {"Authorization": f"Bearer {user.token}"}
    async with AsyncExitStack() as streams:
        for _ in range(2):
            opened = await streams.enter_async_context(narrow.session.get(narrow.url + path, headers=headers))
            assert opened.status == 200
        async with narrow.session.get(narrow.url + path, headers=headers) as refused:
            assert refused.status == 429
            assert (await refused.json())["code"] == "TOO_MANY_STREAMS"
            assert int(refused.headers["Retry-After"]) > 0
        other = narrow.somebody()
        async with narrow.session.get(
            f"{narrow.url}/api/v1/account/events", headers={"Authorization": f"Bearer {other.token}"}
        ) as opened:
            assert opened.status == 200
            opened.close()
    await eventually(lambda: len(narrow.app[STREAMS]) == 0)
    async with narrow.session.get(narrow.url + path, headers=headers) as again:
        assert again.status == 200


async def test_user_has_so_many_waiting_requests_and_no_more(narrow: Face) -> None:
    user = narrow.somebody()
    story_id = await user.make_story(generateAssets=False)
    path = f"/api/v1/stories/{story_id}/status"
    known = {"If-None-Match": (await user("GET", path)).headers["ETag"]}
    waiting = [asyncio.create_task(user("GET", f"{path}?wait=20", headers=known)) for _ in range(2)]
    await eventually(lambda: len(narrow.app[POLLS]) == 2)
    refused = await user("GET", f"{path}?wait=20", headers=known)
    assert (refused.status, refused.code) == (429, "TOO_MANY_POLLS")
    assert (await user("GET", path, headers=known)).status == 304
    await user("POST", f"/api/v1/stories/{story_id}/cancel")
    narrow.services.hub.doubt()
    assert [answered.status for answered in await asyncio.gather(*waiting)] == [200, 200]
    known = {"If-None-Match": (await user("GET", path)).headers["ETag"]}
    assert (await user("GET", f"{path}?wait=1", headers=known)).status == 304


async def test_no_user_fills_the_line_of_all(house: Face) -> None:
    """Of a line that is long, one user has a share: then others still get in."""
    await house.database.pool.execute("DELETE FROM users")
    greedy, modest = house.somebody(), house.somebody()
    for user in (greedy, modest):
        await house.set_tier(user, "unlimited")
    for _ in range(5):
        await greedy.make_story()
    async with house.beside(settings=Settings(max_backlog=10)) as full:
        refused = await _asked(full, greedy)
        assert (refused.status, refused.code) == (429, "YOUR_LINE_FULL")
        assert (await _asked(full, modest)).status == 201
    async with house.beside(settings=Settings(max_backlog=13)) as roomy:
        assert (await _asked(roomy, greedy)).status == 201


async def _asked(face: Face, user: Caller) -> Answered:
    return await face.somebody(user.user_id)("POST", "/api/v1/stories", a_request())
