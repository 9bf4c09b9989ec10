"""How much of each countable thing one user may have, and that no user takes what all others need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest

from service.db.characters import MAX_CHARACTERS
from service.db.libraries import MAX_LIBRARIES
from service.devstack.temporary import temporary_folder
from service.http.app.keys import POLLS, STREAMS, USERS
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.log import PostgresLog
from service.settings import Settings
from service.webhooks.store import MAX_WEBHOOKS
from tests.http_service import Answered, Caller, HttpService, a_request, open_services, serve
from tests.servers import eventually
from tests.stubs.kinds import KINDS

CHARACTERS = "/api/v1/characters"


#: Transactions of this database that wait for another one's lock.
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture(scope="module")
async def own_service(module_database: str) -> AsyncIterator[HttpService]:
    with temporary_folder() as files:
        async with (
            aiohttp.ClientSession() as session,
            open_services(module_database, files) as services,
            serve(services, Settings(), session) as http_service,
        ):
            yield http_service


@pytest.fixture(scope="module")
async def narrow(own_service: HttpService) -> AsyncIterator[HttpService]:
    """A service where two streams and two waiting requests are the most."""
    limits = Limits(streams_per_user=2, polls_per_user=2, comment_seconds=0.05, ping_seconds=0.1)
    hub = Hub(PostgresLog(own_service.database, kinds=KINDS), kinds=KINDS, limits=limits)
    await hub.start()
    async with own_service.beside(hub=hub) as http_service:
        yield http_service
    await hub.stop()


async def test_user_keeps_so_many_characters_and_no_more(own_service: HttpService) -> None:
    user = own_service.somebody()
    first = await user("POST", CHARACTERS, {"name": "Ada"})
    await own_service.database.pool.execute(
        "INSERT INTO characters (user_id, name, data) SELECT $1, 'Ada', '{}' FROM generate_series(2, $2)",
        user.user_id,
        MAX_CHARACTERS,
    )
    refused = await user("POST", CHARACTERS, {"name": "Ben"})
    assert (refused.status, refused.code) == (409, "TOO_MANY_CHARACTERS")
    assert "Delete one first" in refused.json["message"]
    assert (await own_service.somebody()("POST", CHARACTERS, {"name": "Ben"})).status == 201
    await user("DELETE", f"{CHARACTERS}/{first.data['id']}")
    assert (await user("POST", CHARACTERS, {"name": "Ben"})).status == 201


@pytest.mark.parametrize("ending", ["/api/v1/account/events", "/api/v1/stories/{id}/events"])
async def test_user_has_so_many_event_streams_and_no_more(narrow: HttpService, ending: str) -> None:
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


async def test_user_has_so_many_waiting_requests_and_no_more(narrow: HttpService) -> None:
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


async def test_no_user_fills_the_line_of_all(own_service: HttpService) -> None:
    """Of a line that is long, one user has a share: then others still get in."""
    await own_service.database.pool.execute("DELETE FROM users")
    greedy, modest = own_service.somebody(), own_service.somebody()
    for user in (greedy, modest):
        await own_service.set_tier(user, "unlimited")
    for _ in range(5):
        await greedy.make_story()
    async with own_service.beside(settings=Settings(max_backlog=10)) as full:
        refused = await _asked(full, greedy)
        assert (refused.status, refused.code) == (429, "YOUR_LINE_FULL")
        assert (await _asked(full, modest)).status == 201
    async with own_service.beside(settings=Settings(max_backlog=13)) as roomy:
        assert (await _asked(roomy, greedy)).status == 201


async def _asked(http_service: HttpService, user: Caller) -> Answered:
    return await http_service.somebody(user.user_id)("POST", "/api/v1/stories", a_request())


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        (CHARACTERS, {"name": "Ada"}, MAX_CHARACTERS),
        ("/api/v1/libraries", {"name": "Shelf"}, MAX_LIBRARIES),
        ("/api/v1/webhooks", {"url": "https://example.org/x"}, MAX_WEBHOOKS),
    ],
)
async def test_cap_is_kept_by_requests_that_come_at_once(
    own_service: HttpService, path: str, body: dict[str, str], most: int
) -> None:
    """The user's row is held by another transaction, so that all of them are under way before any ends."""
    user = own_service.somebody()
    assert (await user("POST", path, body)).status == 201
    table = path.rpartition("/")[2]
    columns = ", ".join(
        column["attname"]
        for column in await own_service.database.pool.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
            " AND NOT attisdropped AND attname NOT IN ('id', 'is_default')",
            table,
        )
    )
    await own_service.database.pool.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM"  # noqa: S608
        f" (SELECT * FROM {table} WHERE user_id = $1 LIMIT 1) AS one,"
        f" generate_series((SELECT count(*) FROM {table} WHERE user_id = $1) + 2, $2)",
        user.user_id,
        most,
    )
    count = f"SELECT count(*) FROM {table} WHERE user_id = $1"  # noqa: S608
    assert await own_service.database.pool.fetchval(count, user.user_id) == most - 1
    async with own_service.database.as_owner() as holding:
        await holding.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", user.user_id)
        at_once = [asyncio.create_task(user("POST", path, body)) for _ in range(3)]
        async with asyncio.timeout(20):
            # Three stand before the lock, which nobody tells of.
            while await own_service.database.pool.fetchval(_WAITING) < len(at_once):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert sorted([one.status for one in await asyncio.gather(*at_once)]) == [201, 409, 409]
    assert await own_service.database.pool.fetchval(count, user.user_id) == most


async def test_user_waits_for_a_turn_and_others_do_not(own_service: HttpService) -> None:
    """One user's transactions stand before a lock: all others are answered, and the line has an end."""
    settings = Settings(transactions_per_user=2, requests_in_line=1)
    async with own_service.beside(settings=settings) as tight:
        user, other = tight.somebody(), tight.somebody()
        assert (await user("POST", "/api/v1/libraries", {"name": "first"})).status == 201
        async with own_service.database.as_owner() as holding:
            await holding.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", user.user_id)
            waiting = [
                asyncio.create_task(user("POST", "/api/v1/libraries", {"name": "more"})) for _ in range(3)
            ]
            async with asyncio.timeout(20):
                while await own_service.database.pool.fetchval(_WAITING) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                while tight.app[USERS].under_way(user.user_id) < 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            refused = await user("GET", "/api/v1/libraries")
            assert (refused.status, refused.code) == (429, "TOO_MANY_REQUESTS")
            assert refused.headers["Retry-After"] == "1"
            assert await own_service.database.pool.fetchval(_WAITING) == 2
            assert (await other("GET", "/api/v1/libraries")).status == 200
        assert {one.status for one in await asyncio.gather(*waiting)} == {201}
        assert (await user("GET", "/api/v1/libraries")).status == 200
