"""What is said of wishes, by the API: in every answer that begins something; and what a book then says of
itself: the language that it is in, and what is in its pictures."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.story import Beat, StoryContent
from tests.http_service import Caller, HttpService, a_request
from tests.integration.test_http_later_runs import a_book, draw, edit, end, whole, write

DRAWN = "Maya in a meadow, by day."


def codes(answer: Any) -> list[str]:
    """The codes of an answer's warnings; each has its sentence, at its place."""
    assert [told["message"] for told in answer["warning_details"]] == answer["warnings"]
    return [told["code"] for told in answer["warning_details"]]


WISHED = {
    "language": "fr",
    "style": "baroque",
    "voice": "Rachel",
    "title": "Democracy",
    "themes": ["divorce"],
}
UNMET = ["LANGUAGE_NOT_WRITTEN", "TITLE_NOT_TOLD", "THEME_UNKNOWN", "STYLE_NOT_PAINTED", "VOICE_IGNORED"]


@pytest.mark.parametrize("path", ["/api/v1/stories", "/api/v1/stories/estimate", "/stories"])
async def test_unmet_wishes_are_in_the_answer(maya: Caller, path: str) -> None:
    answered = await maya("POST", path, a_request(**WISHED))
    assert codes(answered.json.get("data", answered.json)) == UNMET


async def test_wish_about_a_hero_is_told_by_its_place_in_the_request(maya: Caller) -> None:
    kept = (await maya("POST", "/api/v1/characters", {"name": "Jo", "kind": "adult", "age": 40})).data
    heroes = [{"name": "Maya", "looks": {"hair": "qwertz"}}]
    body = a_request(character_ids=[kept["id"]], characters=heroes)
    told = (await maya("POST", "/api/v1/stories/estimate", body)).data["warning_details"]
    assert [one["field"] for one in told] == ["character_ids.0.age", "characters.0.looks.hair"]


async def test_look_that_nobody_paints_is_in_the_answer_of_new_pictures(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_book(http_service, maya)
    begun = await draw(maya, story, style="baroque", instructions="A fox.")
    assert (begun.status, codes(begun.data)) == (202, ["STYLE_NOT_PAINTED", "INSTRUCTIONS_NOT_PAINTED"])


def a_text() -> StoryContent:
    beats = tuple(Beat(index=n, text=f"Page {n} is long.", alt=f"Maya meets page {n}.") for n in (1, 2))
    return StoryContent(title="The Kite", summary="Up it went.", beats=beats, cover_alt="Maya and a kite.")


async def a_drawn_book(http_service: HttpService, maya: Caller) -> str:
    """A book of two scenes; of the pictures of the first and of the cover it is known what is in them."""
    story = await maya.make_story(scene_count=2)
    await write(http_service, story, a_text())
    for name in ("direction", "character_sheet"):
        await end(http_service, story, name)
    for name in ("cover", "scene_1"):
        await end(http_service, story, name, result={"alt": DRAWN})
    for name in ("scene_2", "audio", "activities", "pdf", "epub"):
        await end(http_service, story, name)
    return story


async def test_alternative_texts_are_those_of_what_was_drawn_until_a_person_says_more(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_drawn_book(http_service, maya)
    content = (await whole(maya, story))["content"]
    assert [beat["alt"] for beat in content["beats"]] == [DRAWN, "Maya meets page 2."]
    assert content["cover_alt"] == DRAWN
    await edit(maya, story, beats=[{"index": 1, "alt": "Maya flies a kite."}])
    content = (await whole(maya, story))["content"]
    assert [beat["alt"] for beat in content["beats"]] == ["Maya flies a kite.", "Maya meets page 2."]


async def test_alternative_text_that_is_given_back_as_it_was_shown_changes_nothing(
    http_service: HttpService, maya: Caller
) -> None:
    story = await a_drawn_book(http_service, maya)
    answered = await edit(maya, story, beats=[{"index": 1, "text": "Page 1 is long.", "alt": DRAWN}])
    assert (answered.status, answered.data["stale"]) == (200, [])


async def test_edit_that_no_picture_shows_is_told_of(http_service: HttpService, maya: Caller) -> None:
    story = await a_drawn_book(http_service, maya)
    answered = await edit(maya, story, beats=[{"index": 1, "text": "Page 1 is very long."}])
    assert codes(answered.data) == ["PICTURE_UNCHANGED"]
