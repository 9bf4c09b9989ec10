"""Characters that a user keeps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.http_service import Caller

PATH = "/api/v1/characters"
ADA: dict[str, Any] = {
    "name": "Ada",
    "age": 7,
    "kind": "child",
    "pronouns": "she/her",
    "description": "builds things",
    "traits": ["manual_wheelchair", {"id": "birthmark", "detail": "left cheek"}],
    "looks": {"hair": "black curls", "skinTone": "deep"},
    "preferred_words": {"manual_wheelchair": "wheels"},
}


async def test_character_is_kept_as_it_was_described(maya: Caller) -> None:
    made = await maya("POST", PATH, ADA)
    assert made.status == 201
    assert made.data["looks"]["skin_tone"] == "deep"
    assert made.data["traits"][1] == {"id": "birthmark", "detail": "left cheek"}
    assert made.data["reference_images"] == []
    read = await maya("GET", f"{PATH}/{made.data['id']}")
    assert read.data == made.data


async def test_character_changes_in_what_is_given(maya: Caller) -> None:
    made = (await maya("POST", PATH, ADA)).data
    answered = await maya("PATCH", f"{PATH}/{made['id']}", {"age": 8, "traits": [], "mood": "sunny"})
    changed = answered.data
    assert changed.pop("warnings") == ["The field mood is unknown, and is ignored."]
    assert changed.pop("updated_at") > made["updated_at"]
    expected = {name: made[name] for name in made if name not in ("updated_at", "warnings")}
    assert changed == expected | {"age": 8, "traits": []}


async def test_change_that_is_not_valid_changes_nothing(maya: Caller) -> None:
    made = (await maya("POST", PATH, ADA)).data
    for body, path in (({"name": ""}, "name"), ({"age": "8"}, "age"), ({"name": None}, "name")):
        answered = await maya("PATCH", f"{PATH}/{made['id']}", body)
        assert (answered.status, answered.paths) == (422, [path])
    assert (await maya("GET", f"{PATH}/{made['id']}")).data == made


async def test_character_that_is_deleted_stays_in_its_stories(maya: Caller) -> None:
    made = (await maya("POST", PATH, ADA)).data
    story_id = (await maya("POST", "/api/v1/stories", {"characterId": made["id"]})).data["id"]
    assert (await maya("DELETE", f"{PATH}/{made['id']}")).data == {"id": made["id"], "deleted": True}
    assert (await maya("GET", f"{PATH}/{made['id']}")).code == "CHARACTER_NOT_FOUND"
    assert (await maya("DELETE", f"{PATH}/{made['id']}")).status == 404
    story = (await maya("GET", f"/api/v1/stories/{story_id}")).data
    assert story["brief"]["characters"][0]["name"] == "Ada"


async def test_characters_are_paged_from_the_newest(maya: Caller) -> None:
    for number in range(3):
        await maya("POST", PATH, {"name": f"Hero {number}"})
    first = (await maya("GET", f"{PATH}?limit=2")).data
    second = (await maya("GET", f"{PATH}?limit=2&cursor={first['next_cursor']}")).data
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == ["Hero 2", "Hero 1", "Hero 0"]
    assert second["next_cursor"] is None


async def test_unknown_character_is_not_found(maya: Caller) -> None:
    for method, body in (("GET", None), ("PATCH", {"age": 3}), ("DELETE", None)):
        answered = await maya(method, f"{PATH}/{uuid4()}", body)
        assert (answered.status, answered.code) == (404, "CHARACTER_NOT_FOUND")
