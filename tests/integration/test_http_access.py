"""Who may ask for what: tokens, and the walls between users."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from service.access.tokens import Tokens
from service.http.routes import ROUTES, Route
from tests.http_face import TOKENS, Caller, Face, a_request

PRIVATE = [route for route in ROUTES if route.private is not None]


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def path_of(route: Route, id_: object) -> str:
    """The route's path with an id, an asset, and something for every other part of it."""
    parts = {"id": str(id_), "asset": "cover"}
    return re.sub(r"{(\w+)[^}]*}", lambda part: parts.get(part[1], "something"), route.path)


@pytest.mark.parametrize("route", PRIVATE, ids=name_of)
async def test_private_route_asks_for_a_token(face: Face, route: Route) -> None:
    answered = await face.nobody()(route.method, path_of(route, uuid4()), b"{not json")
    assert (answered.status, answered.code) == (401, "UNAUTHORIZED")
    assert answered.headers["WWW-Authenticate"] == 'Bearer realm="storytroupe"'


@pytest.mark.parametrize("route", [r for r in PRIVATE if "stories/{id}" in r.path], ids=name_of)
async def test_story_of_another_is_not_found(
    face: Face, maya: Caller, stranger: Caller, route: Route
) -> None:
    """By every route that names one, and no otherwise than if it were not there."""
    id_ = await maya.make_story()
    await face.finish(maya, id_, "cover", b"a picture", "image/png")
    before = (await maya("GET", f"/api/v1/stories/{id_}")).data
    body = {"asset_types": ["cover"], "title": "Mine", "library_id": str(uuid4())} if route.body else None
    answered = await stranger(route.method, path_of(route, id_), body)
    missing = await stranger(route.method, path_of(route, uuid4()), body)
    assert (answered.status, missing.status) == (404, 404)
    assert answered.code in ("STORY_NOT_FOUND", "ASSET_NOT_FOUND", "NOT_FOUND")
    assert answered.json == missing.json
    assert (await maya("GET", f"/api/v1/stories/{id_}")).data == before


@pytest.mark.parametrize("route", [r for r in PRIVATE if "characters/{id}" in r.path], ids=name_of)
async def test_character_of_another_is_not_found(maya: Caller, stranger: Caller, route: Route) -> None:
    ada = (await maya("POST", "/api/v1/characters", {"name": "Ada"})).data
    body = {"name": "Mine"} if route.body else None
    answered = await stranger(route.method, path_of(route, ada["id"]), body)
    assert (answered.status, answered.code) == (404, "CHARACTER_NOT_FOUND")
    assert (await maya("GET", f"/api/v1/characters/{ada['id']}")).data == ada


async def test_lists_hold_ones_own_only(maya: Caller, stranger: Caller) -> None:
    await maya.make_story()
    await maya("POST", "/api/v1/characters", {"name": "Ada"})
    for path in ("stories", "characters"):
        assert len((await maya("GET", f"/api/v1/{path}")).data["items"]) == 1
        assert (await stranger("GET", f"/api/v1/{path}")).data["items"] == []


async def test_anothers_character_or_library_cannot_be_used(maya: Caller, stranger: Caller) -> None:
    character = (await maya("POST", "/api/v1/characters", {"name": "Ada"})).data["id"]
    (library,) = (await maya("GET", "/api/v1/libraries")).data["items"]
    answered = await stranger("POST", "/api/v1/stories", {"character_ids": [character]})
    assert (answered.status, answered.code) == (404, "CHARACTER_NOT_FOUND")
    answered = await stranger("POST", "/api/v1/stories", a_request(library_id=library["id"]))
    assert (answered.status, answered.code) == (404, "LIBRARY_NOT_FOUND")


async def test_cursor_of_another_shows_nothing_of_theirs(maya: Caller, stranger: Caller) -> None:
    for _ in range(2):
        await maya.make_story(generateAssets=False)
    cursor = (await maya("GET", "/api/v1/stories?limit=1")).data["next_cursor"]
    assert (await stranger("GET", f"/api/v1/stories?cursor={cursor}")).data["items"] == []


async def test_expired_and_forged_tokens_are_told_apart(face: Face) -> None:
    expired = TOKENS.issue(uuid4(), ttl=timedelta(minutes=-5))
    forged = Tokens("x" * 32, "storytroupe", "storytroupe").issue(uuid4(), ttl=timedelta(hours=1))
    for token, code in ((expired, "TOKEN_EXPIRED"), (forged, "TOKEN_INVALID"), ("x", "TOKEN_INVALID")):
        answered = await Caller(face.session, face.url, uuid4(), token)("GET", "/api/v1/account")
        assert (answered.status, answered.code) == (401, code)
        assert 'error="invalid_token"' in answered.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["Basic bWF5YTptYXlh", "Bearer", "Bearer ", "bearer"])
async def test_other_credentials_are_none(face: Face, header: str) -> None:
    answered = await face.nobody()("GET", "/api/v1/account", headers={"Authorization": header})
    assert (answered.status, answered.code) == (401, "UNAUTHORIZED")


async def test_user_is_made_on_first_sight_as_a_free_one(face: Face) -> None:
    account = (await face.somebody(scopes=("b", "a"))("GET", "/api/v1/account")).data
    assert account["tier"] == "free"
    assert account["scopes"] == ["a", "b"]
    assert account["quota"] == {
        "storiesUsed": 0, "storyLimit": 2, "period": "ever",
        "upgradeOptions": ["individual", "story_pack_5", "story_pack_10"],
    }  # fmt: skip
    assert account["spend"] == {"month_usd": 0.0, "month_limit_usd": None, "total_usd": 0.0, "calls": 0}


async def test_unlimited_user_has_no_limit_to_move_up_from(maya: Caller) -> None:
    quota = (await maya("GET", "/api/v1/account")).data["quota"]
    assert (quota["storyLimit"], quota["upgradeOptions"]) == (None, [])
