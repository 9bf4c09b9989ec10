"""Lists: their orders, filters and pages, and by which index they are found."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.db.libraries import default_library
from service.stories.queries import _ORDERS, Wanted, find_stories
from tests.http_service import Caller, HttpService

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Title, days after the first, minutes of the last change, status.
STORIES = [
    ("Zebra crossing", 0, 5, "ready"),
    ("élan", 1, 4, "ready"),
    ("Elan again", 2, 3, "failed"),
    ("A kite", 3, 2, "ready"),
    ("zephyr", 3, 1, "generating"),
]


async def put(http_service: HttpService, user: Caller, title: str, created: datetime, **columns: Any) -> UUID:
    """A story's bare rows."""
    story_id, pool = uuid4(), http_service.database.pool
    await pool.execute(
        "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)", story_id, user.user_id
    )
    await pool.execute(
        "INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count, created_at,"
        " updated_at, status) VALUES ($1, $2, $3, $4, '{}', 1, $5, $6, $7)",
        story_id,
        columns["library_id"],
        user.user_id,
        title,
        created,
        columns.get("updated", created),
        columns.get("status", "ready"),
    )
    return story_id


@pytest.fixture
async def owner(http_service: HttpService, maya: Caller) -> AsyncIterator[Caller]:
    """A user with the stories of ``STORIES``."""
    async with http_service.database.as_owner() as connection:
        library = await default_library(connection, maya.user_id)
    for title, days, minutes, status in STORIES:
        changed = DAY + timedelta(days=9, minutes=minutes)
        made = DAY + timedelta(days=days)
        await put(http_service, maya, title, made, updated=changed, status=status, library_id=library)
    yield maya


async def titles(user: Caller, query: str) -> list[str]:
    """The whole list, by pages of two."""
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await user("GET", f"/api/v1/stories?limit=2&{query}{cursor}")).data
        seen += [item["title"] for item in page["items"]]
        if page["next_cursor"] is None:
            return seen
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("down", [False, True])
async def test_stories_in_each_order(owner: Caller, down: bool) -> None:
    by_change = ["zephyr", "A kite", "Elan again", "élan", "Zebra crossing"]
    by_title = ["A kite", "élan", "Elan again", "Zebra crossing", "zephyr"]
    sign, way = ("-", -1) if down else ("", 1)
    assert await titles(owner, f"sort={sign}updated_at") == by_change[::way]
    assert await titles(owner, f"sort={sign}title") == by_title[::way]
    by_creation = await titles(owner, f"sort={sign}created_at")
    assert by_creation[::way][:3] == ["Zebra crossing", "élan", "Elan again"]
    assert set(by_creation[::way][3:]) == {"A kite", "zephyr"}  # made at once: by their ids


@pytest.mark.parametrize("sort", ["created_at", "-title", "-updated_at"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=ready", {"Zebra crossing", "élan", "A kite"}),
        ("title=ELAN", {"élan", "Elan again"}),
        ("title=%C3%89lan", {"élan", "Elan again"}),
        ("title=100%25", set()),
        ("title=kite&status=failed", set()),
        ("created_from=2026-03-02T12:00:00Z", {"élan", "Elan again", "A kite", "zephyr"}),
        ("created_before=2026-03-02T12:00:00Z", {"Zebra crossing"}),
        (
            "created_from=2026-03-02T14:00:00%2B02:00&created_before=2026-03-04T00:00:00Z",
            {"élan", "Elan again"},
        ),
        (f"library_id={UUID(int=1)}", set()),
    ],
)
async def test_stories_by_filter(owner: Caller, sort: str, query: str, expected: set[str]) -> None:
    assert set(await titles(owner, f"sort={sort}&{query}")) == expected


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("sort=size", "sort"),
        ("created_from=yesterday", "created_from"),
        ("created_from=2026-03-02T12:00:00", "created_from"),
        ("created_before=0001-01-01T00:00:00%2B14:00", "created_before"),
        ("library_id=mine", "library_id"),
        ("title=%20", "title"),
        (f"title={'x' * 201}", "title"),
    ],
)
async def test_wrong_filter_is_refused_by_its_name(maya: Caller, query: str, path: str) -> None:
    answered = await maya("GET", f"/api/v1/stories?{query}")
    assert (answered.status, answered.code, answered.paths) == (422, "INVALID_INPUT", [path])


async def test_cursor_is_good_for_its_own_order_only(owner: Caller) -> None:
    cursor = (await owner("GET", "/api/v1/stories?limit=1")).data["next_cursor"]
    answered = await owner("GET", f"/api/v1/stories?limit=1&sort=title&cursor={cursor}")
    assert (answered.status, answered.paths) == (422, ["cursor"])


@pytest.mark.parametrize(
    "position",
    [
        ["-created_at", "2026-01-01T00:00:00", str(UUID(int=1))],
        ["-created_at", "0001-01-01T00:00:00+14:00", str(UUID(int=1))],
        ["-created_at", 7, str(UUID(int=1))],
        ["-created_at", "2026-01-01T00:00:00Z", 7],
        ["-created_at", "2026-01-01T00:00:00Z"],
        {"order": "-created_at"},
        7,
    ],
)
async def test_forged_cursor_is_refused(maya: Caller, position: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")
    answered = await maya("GET", f"/api/v1/stories?cursor={cursor}")
    assert (answered.status, answered.paths) == (422, ["cursor"])


@pytest.mark.parametrize("key", ["\0", "\ud800"])
async def test_title_that_cannot_be_is_no_cursor(maya: Caller, key: str) -> None:
    text = json.dumps(["title_key", key, str(uuid4())])
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    answered = await maya("GET", f"/api/v1/stories?sort=title&cursor={cursor}")
    assert (answered.status, answered.paths) == (422, ["cursor"])


async def test_list_that_has_not_changed_is_not_sent_again(maya: Caller) -> None:
    await maya.make_story(generateAssets=False)
    first = await maya("GET", "/api/v1/stories")
    same = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await maya("GET", "/api/v1/stories", headers=same)
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    story_id = first.data["items"][0]["id"]
    story = await maya("GET", f"/api/v1/stories/{story_id}")
    unchanged = await maya(
        "GET", f"/api/v1/stories/{story_id}", headers={"If-None-Match": f"W/{story.headers['ETag']}"}
    )
    assert unchanged.status == 304
    await maya("POST", f"/api/v1/stories/{story_id}/cancel")
    assert (await maya("GET", "/api/v1/stories", headers=same)).status == 200


async def test_library_is_opened_filled_renamed_and_deleted_when_empty(maya: Caller) -> None:
    made = await maya("POST", "/api/v1/libraries", {"name": "Bedtime"})
    assert (made.status, made.data["name"], made.data["is_default"]) == (201, "Bedtime", False)
    path = f"/api/v1/libraries/{made.data['id']}"
    there = await maya.make_story(library_id=made.data["id"])
    elsewhere = await maya.make_story()
    assert [
        item["id"]
        for item in (await maya("GET", f"/api/v1/stories?library_id={made.data['id']}")).data["items"]
    ] == [there]
    assert (await maya("PATCH", path, {"name": "Night"})).data["name"] == "Night"
    assert (await maya("GET", path)).data["name"] == "Night"
    refused = await maya("DELETE", path)
    assert (refused.status, refused.code) == (409, "LIBRARY_NOT_EMPTY")
    default = (await maya("GET", f"/api/v1/stories/{elsewhere}")).data["library_id"]
    moved = await maya("PATCH", f"/api/v1/stories/{there}", {"library_id": default})
    assert moved.status == 200
    assert (await maya("GET", f"/api/v1/stories/{there}")).data["library_id"] == default
    assert (await maya("DELETE", path)).status == 200
    assert (await maya("GET", path)).code == "LIBRARY_NOT_FOUND"
    kept = await maya("DELETE", f"/api/v1/libraries/{default}")
    assert (kept.status, kept.code) == (409, "DEFAULT_LIBRARY")


async def test_library_of_another_is_not_found(maya: Caller, stranger: Caller) -> None:
    library = (await maya("POST", "/api/v1/libraries", {"name": "Mine"})).data
    story = await maya.make_story()
    path = f"/api/v1/libraries/{library['id']}"
    await stranger("GET", "/api/v1/libraries")
    for method, body in (("GET", None), ("PATCH", {"name": "Yours"}), ("DELETE", None)):
        answered = await stranger(method, path, body)
        assert (answered.status, answered.code) == (404, "LIBRARY_NOT_FOUND")
    theirs = (await stranger("GET", "/api/v1/libraries")).data["items"][0]["id"]
    answered = await maya("PATCH", f"/api/v1/stories/{story}", {"library_id": theirs})
    assert (answered.status, answered.code) == (404, "LIBRARY_NOT_FOUND")
    assert (await maya("GET", path)).data == library


@pytest.fixture(scope="module")
async def full(http_service: HttpService) -> Caller:
    """A user with 10,000 stories, beside others, after the database has cleaned up."""
    user, pool = http_service.somebody(), http_service.database.pool
    await http_service.set_tier(user, "unlimited")
    async with http_service.database.as_owner() as connection:
        library = await default_library(connection, user.user_id)
    await pool.execute(
        "WITH made AS (INSERT INTO aggregates (id, kind, user_id)"
        "  SELECT gen_random_uuid(), 'story', $1 FROM generate_series(1, 10000) RETURNING id)"
        " INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count, created_at,"
        "  updated_at, status)"
        " SELECT id, $2, $1, 'Story ' || md5(id::text), '{}', 1, now() - random() * interval '1 year',"
        "  now() - random() * interval '1 day', CASE WHEN random() < 0.001 THEN 'failed' ELSE 'ready' END"
        " FROM made",
        user.user_id,
        library,
    )
    await pool.execute("VACUUM ANALYZE stories")
    return user


@pytest.mark.parametrize("order", list(_ORDERS))
@pytest.mark.parametrize("wanted", [Wanted(), Wanted(status="failed"), Wanted(title="abc")], ids=str)
async def test_page_of_ten_thousand_is_found_in_one_index(
    http_service: HttpService, full: Caller, order: str, wanted: Wanted
) -> None:
    """Also in the plan that is kept for all values, and in the middle of the list."""
    async with http_service.database.as_user(full.user_id) as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        first = await find_stories(connection, full.user_id, order=order, limit=2)
        position = (first[-1][order.lstrip("-")], first[-1]["id"])
        explained: list[str] = []
        for after in (None, position):
            given: list[Any] = []
            connection_like = Explaining(connection, given)
            await find_stories(connection_like, full.user_id, wanted=wanted, order=order, after=after)
            explained += given
    plans = "\n".join(explained)
    assert "Seq Scan" not in plans
    assert "Sort" not in plans
    assert plans.count("Index Only Scan") == 2


class Explaining:
    """A connection that tells the plan of what is asked, beside asking it."""

    def __init__(self, connection: Any, plans: list[str]) -> None:
        self._connection = connection
        self._plans = plans

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        prepared = await self._connection.prepare(statement)
        plan = await prepared.explain(*values)
        self._plans.append(json.dumps(plan))
        return list(await prepared.fetch(*values))
