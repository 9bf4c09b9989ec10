"""Novels by HTTP, without actors: lists, exports, live changes, deletion, and who may do what."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest

from service.http.app.routes import ROUTES
from service.http.docs.openapi import template_of
from service.novels.exports import FORMATS
from tests.http_service import Caller, HttpService
from tests.integration.test_http_account import opened, rows_of
from tests.integration.test_hub_sse import Reader
from tests.novels import a_novel

BASE = "/api/v1/novels"
OF_NOVELS = [route for route in ROUTES if "/novels/{id}" in route.path]


@pytest.fixture
async def novel(http_service: HttpService, maya: Caller) -> str:
    """A novel of Maya's."""
    return str(await a_novel(http_service.database, maya.user_id, uuid4(), uuid4()))


async def test_a_novel_is_read_with_its_plan(maya: Caller, novel: str) -> None:
    found = (await maya("GET", f"{BASE}/{novel}")).data
    assert (found["title"], found["version"], found["plan_version"]) == ("The Keeper", 1, 1)
    assert [one["name"] for one in found["bible"]["people"]][1] == "Ida"
    assert [one["title"] for one in found["outline"]["chapters"]] == ["The Lamp Goes Out", "=1+1", None]
    assert found["chapters"]["3"] == {"status": "planned", "version": 0, "words": 0}
    assert (found["jobs"], found["spend"]) == ({}, {"cost_usd": 0})
    assert found["locks"] == ["character.people.c1.name"]
    assert found["realtimeChannel"] == f"novels:id={novel}"


async def test_a_novel_gets_another_title_which_its_events_tell(
    http_service: HttpService, maya: Caller, novel: str
) -> None:
    found = await maya("PATCH", f"{BASE}/{novel}", {"title": "  The Last Keeper "})
    assert (found.status, found.data["title"], found.data["version"]) == (200, "The Last Keeper", 2)
    again = await maya("PATCH", f"{BASE}/{novel}", {"title": "The Last Keeper"})
    assert (again.status, again.data["version"]) == (200, 2)
    (event,) = await http_service.database.pool.fetch(
        "SELECT data FROM domain_events WHERE aggregate_id = $1 AND type = 'novel.renamed'", UUID(novel)
    )
    assert event["data"] == {"title": "The Last Keeper"}
    assert (await maya("GET", f"{BASE}/{novel}/export")).body.startswith(b"# The Last Keeper\n")
    for wrong in ({"title": " "}, {"title": "x" * 201}, {}):
        assert (await maya("PATCH", f"{BASE}/{novel}", wrong)).paths == ["title"]


async def test_novels_are_listed_in_pages_newest_first(http_service: HttpService, maya: Caller) -> None:
    made = [
        str(await a_novel(http_service.database, maya.user_id, uuid4(), uuid4(), title=f"Number {n}"))
        for n in range(3)
    ]
    first = (await maya("GET", f"{BASE}?limit=2")).data
    rest = (await maya("GET", f"{BASE}?limit=2&cursor={first['next_cursor']}")).data
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert (first["items"][0]["chapters"], first["items"][0]["words"]) == (3, 0)
    assert rest["next_cursor"] is None
    session = (await maya("GET", f"{BASE}/{made[1]}")).data["session_id"]
    found = (await maya("GET", f"{BASE}?session_id={session}")).data["items"]
    assert [one["id"] for one in found] == [made[1]]
    assert (await maya("GET", f"{BASE}?session_id={uuid4()}")).data["items"] == []
    assert (await maya("GET", f"{BASE}?session_id=x")).paths == ["session_id"]


async def test_a_novel_is_exported_in_every_format(maya: Caller, novel: str) -> None:
    for name, format_ in FORMATS.items():
        made = await maya("GET", f"{BASE}/{novel}/export?format={name}")
        assert made.status == 200, made.body
        assert made.headers["Content-Type"].split(";")[0] == format_.media_type
        assert f'filename="The Keeper.{format_.ending}"' in made.headers["Content-Disposition"]
    assert (await maya("GET", f"{BASE}/{novel}/export")).body.startswith(b"# The Keeper\n")
    refused = await maya("GET", f"{BASE}/{novel}/export?format=scrivener")
    assert (refused.status, refused.paths) == (422, ["format"])


async def test_the_schema_of_the_export_is_served(
    http_service: HttpService, maya: Caller, novel: str
) -> None:
    served = await http_service.nobody()("GET", "/api/novel.schema.json")
    assert served.headers["Content-Type"] == "application/schema+json"
    exported = await maya("GET", f"{BASE}/{novel}/export?format=json")
    jsonschema_rs.validator_for(served.json).validate(exported.json)


async def test_a_stream_begins_with_the_novel(maya: Caller, novel: str) -> None:
    headers = {"Authorization": f"Bearer {maya.token}"}
    async with maya._session.get(f"{maya.url}{BASE}/{novel}/events", headers=headers) as response:
        heard = await Reader(response).hear()
    assert heard is not None
    assert (heard.event, heard.id) == ("snapshot", "1")
    assert heard.data["state"]["chapters"]["1"]["status"] == "planned"


async def test_a_deleted_novel_is_gone_and_its_session_stays(
    http_service: HttpService, maya: Caller, novel: str
) -> None:
    session = (await maya("GET", f"{BASE}/{novel}")).data["session_id"]
    assert (await maya("DELETE", f"{BASE}/{novel}")).data == {"id": novel, "deleted": True}
    assert (await maya("GET", f"{BASE}/{novel}")).code == "NOVEL_NOT_FOUND"
    assert (await maya("GET", f"/api/v1/genesis/{session}/state")).status == 200
    left = "SELECT count(*) FROM novel_chapters WHERE novel_id = $1"
    assert await http_service.database.pool.fetchval(left, UUID(novel)) == 0


async def test_a_stranger_finds_no_novel_on_any_path(stranger: Caller, novel: str) -> None:
    for route in OF_NOVELS:
        path = template_of(route).replace("{id}", novel).replace("{number}", "1").replace("{version}", "1")
        answered = await stranger(route.method, path, _body(route.path))
        assert answered.status == 404, (route.method, path, answered.body)
        assert answered.code == "NOVEL_NOT_FOUND", (route.method, path)
    assert (await stranger("GET", BASE)).data["items"] == []


def _body(path: str) -> Any:
    """A valid body for a path that takes one; others take no notice of it."""
    if path.endswith("/redraft"):
        return {"passage": "The lamp.", "instruction": "Slower."}
    if path.endswith("/novels/{id}"):
        return {"title": "Mine."}
    return {"text": "Mine."} if path.endswith("{number}") else {}


async def test_the_export_of_an_account_has_its_novels(maya: Caller, novel: str) -> None:
    archive = opened((await maya("GET", "/api/v1/account/export")).body)
    assert [row["id"] for row in rows_of(archive, "novels")] == [novel]
    assert [row["number"] for row in rows_of(archive, "novel_chapters")] == [1, 2, 3]


async def test_a_picture_book_is_shown_and_then_made(
    http_service: HttpService, maya: Caller, novel: str
) -> None:
    path = f"{BASE}/{novel}/picture-book"
    shown = await maya("POST", path, {"preview": True, "story": {"style": "paper cut", "scene_count": 2}})
    assert (shown.status, shown.data["story"]) == (200, None)
    asked = shown.data["request"]
    assert (asked["style"], asked["scene_count"]) == ("paper cut", 2)
    assert (await maya("GET", "/api/v1/stories")).data["items"] == []
    made = await maya("POST", path, {"story": {"style": "paper cut", "scene_count": 2}})
    assert (made.status, made.data["request"]) == (201, asked)
    story = (await maya("GET", f"/api/v1/stories/{made.data['story']['id']}")).data
    assert [one["name"] for one in story["brief"]["characters"]] == ["Ida"]
    assert (story["brief"]["style"], story["brief"]["scene_count"]) == ("paper cut", 2)
    refused = await maya("POST", path, {"story": {"scene_count": 99}})
    assert (refused.status, refused.paths) == (422, ["scene_count"])
