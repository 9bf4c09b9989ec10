"""All that is wrong with a request is told in one answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.http_service import Caller, HttpService, a_request

STORIES = "/api/v1/stories"
UNKNOWN, NOWHERE = str(uuid4()), str(uuid4())


@pytest.mark.parametrize("path", [STORIES, f"{STORIES}/estimate"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"sceneCount": 99, "age_range": "12-15", "characterIds": [UNKNOWN], "library_id": NOWHERE},
            {"sceneCount", "age_range", "characterIds.0", "library_id"},
        ),
        # The whole and its parts: there is no hero, and there are no such libraries.
        (
            {"characters": [], "scene_count": 0, "libraryId": NOWHERE},
            {"characters", "scene_count", "libraryId"},
        ),
        (
            {
                "characters": [
                    {"name": " ", "traits": ["glasess", {"id": "hovering"}]},
                    {"name": "Pip", "age": 300, "kind": "robot"},
                ],
                "characterId": UNKNOWN,
            },
            {
                "characters.0.name",
                "characters.0.traits.0",
                "characters.0.traits.1",
                "characters.1.age",
                "characters.1.kind",
                "characterId",
            },
        ),
        # Each alone has a code of its own; together they are problems of the request.
        ({"character_ids": [UNKNOWN], "library_id": NOWHERE}, {"character_ids.0", "library_id"}),
    ],
)
async def test_story_is_told_all_that_is_wrong(
    maya: Caller, path: str, changes: dict[str, Any], expected: set[str]
) -> None:
    answered = await maya("POST", path, a_request(**changes))
    assert (answered.status, answered.code) == (422, "INVALID_INPUT")
    assert set(answered.paths) == expected
    assert len(answered.paths) == len(expected), "each is told once"


async def test_what_is_unknown_alone_keeps_its_code(maya: Caller) -> None:
    answered = await maya("POST", STORIES, a_request(character_ids=[UNKNOWN]))
    assert (answered.status, answered.code) == (404, "CHARACTER_NOT_FOUND")
    assert answered.json["data"]["ids"] == [UNKNOWN]
    assert "POST /api/v1/characters creates a character" in answered.json["message"]
    shown = await maya("GET", f"/api/v1/characters/{UNKNOWN}")
    assert "POST /api/v1/characters creates a character" in shown.json["message"]
    answered = await maya("POST", STORIES, a_request(library_id=NOWHERE))
    assert (answered.status, answered.code) == (404, "LIBRARY_NOT_FOUND")


async def test_what_hangs_on_a_wrong_field_is_not_told_of_it(maya: Caller) -> None:
    """Whether there are heroes enough cannot be said before their ids can be read."""
    answered = await maya("POST", STORIES, {"characterIds": ["one"], "scene_count": 0})
    assert answered.paths == ["characterIds.0", "scene_count"]


async def test_later_runs_are_told_all_that_is_wrong(maya: Caller) -> None:
    story = await maya.make_story(scene_count=1)
    wrong = {"assetTypes": ["cover", "scene_9", "poster"], "cascade": "yes"}
    answered = await maya("POST", f"{STORIES}/{story}/assets/regenerate", wrong)
    assert sorted(answered.paths) == ["assetTypes.1", "assetTypes.2", "cascade"]
    blank = {"assetTypes": ["", "poster"], "cascade": True}
    answered = await maya("POST", f"{STORIES}/{story}/assets/regenerate", blank)
    assert sorted(answered.paths) == ["assetTypes.0", "assetTypes.1"]
    # Somebody else's story tells nothing.
    answered = await maya("POST", f"{STORIES}/{uuid4()}/assets/regenerate", wrong)
    assert answered.paths == ["cascade"]
    edit = {"beats": [{"index": 9, "text": "x"}, {"index": 1, "text": ""}], "rebuild": "yes"}
    answered = await maya("PATCH", f"{STORIES}/{story}/content", edit)
    assert sorted(answered.paths) == ["beats.0.index", "beats.1.text", "rebuild"]


async def test_addresses_are_judged_with_the_rest(http_service: HttpService, maya: Caller) -> None:
    hook = {"url": "http://127.0.0.1/hook", "events": ["NO"]}
    answered = await maya("POST", "/api/v1/webhooks", hook)
    assert sorted(answered.paths) == ["events.0", "url"]
    links = {"urls": ["https://elsewhere/x", "/api/v1/account"], "expires_in": 1}
    answered = await maya("POST", "/api/v1/links", links)
    assert sorted(answered.paths) == ["expires_in", "urls.0", "urls.1"]


async def test_very_many_problems_are_counted(maya: Caller) -> None:
    heroes = [{"name": "Pip", "traits": [f"nothing {n}" for n in range(39)]} for _ in range(4)]
    answered = await maya("POST", STORIES, {"characters": heroes})
    assert (len(answered.paths), answered.json["data"]["more"]) == (100, 56)


@pytest.mark.parametrize(
    "ids",
    [{"character_ids": 4_990}, {"characterIds": 4_990}, {"character_ids": 2_400, "characterIds": 2_400}],
    ids=str,
)
@pytest.mark.parametrize("path", [STORIES, f"{STORIES}/estimate"])
async def test_list_that_is_too_long_has_none_of_its_entries_looked_up(
    maya: Caller, path: str, ids: dict[str, int]
) -> None:
    body = {name: [str(uuid4()) for _ in range(count)] for name, count in ids.items()}
    answered = await maya("POST", path, body)
    assert (answered.status, answered.paths) == (422, [next(iter(ids))])
    assert len(answered.body) < 1_000


async def test_each_unknown_character_is_told_of_its_own_id_alone(maya: Caller) -> None:
    unknown = [str(uuid4()) for _ in range(4)]
    answered = await maya("POST", STORIES, {"character_ids": unknown, "scene_count": 0})
    messages = {error["path"]: error["message"] for error in answered.json["data"]["errors"]}
    assert messages.pop("scene_count")
    assert {path: [id_ for id_ in unknown if id_ in message] for path, message in messages.items()} == {
        f"character_ids.{index}": [id_] for index, id_ in enumerate(unknown)
    }
