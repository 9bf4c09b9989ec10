"""Who may ask for what: the walls between users. ``test_refusals`` asks every route."""

from __future__ import annotations

import pytest

from tests.http_service import Caller, HttpService, a_request


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


@pytest.mark.parametrize("header", ["Basic bWF5YTptYXlh", "Bearer", "Bearer ", "bearer"])
async def test_other_credentials_are_none(http_service: HttpService, header: str) -> None:
    answered = await http_service.nobody()("GET", "/api/v1/account", headers={"Authorization": header})
    assert (answered.status, answered.code) == (401, "UNAUTHORIZED")


async def test_user_is_made_on_first_sight_as_a_free_one(http_service: HttpService) -> None:
    account = (await http_service.somebody(scopes=("b", "a"))("GET", "/api/v1/account")).data
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
