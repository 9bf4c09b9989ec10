"""What a request may say, and what is said of one that is not right."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, get_origin
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.fields import AtMost, read_as
from service.api.requests import CharacterBody, CharacterPatch, StoryRequest
from service.api.sanitize import MARKS, MOST_CODE_POINTS, clean, is_blank, length, may_join, normalized
from service.domain.story import Character, Looks, TraitRef
from service.domain.traits import registry
from service.errors import InvalidInput
from service.http.app.routes import ROUTES
from service.http.io.bodies import MAX_DEPTH, MOST_VALUES, parse
from service.http.resources.warnings import sentences, story_warnings
from service.settings import Settings
from tests.cases import for_each


def request(**changes: Any) -> dict[str, Any]:
    return {"characters": [{"name": "Maya"}]} | changes


def read(**changes: Any) -> StoryRequest:
    return read_as(StoryRequest, request(**changes))


def refused(body: Any, model: Any = StoryRequest) -> dict[str, str]:
    """The messages of a refusal by path."""
    with pytest.raises(InvalidInput) as error:
        read_as(model, body)
    return {problem["path"]: problem["message"] for problem in error.value.data["errors"]}


def warnings_of(body: StoryRequest, **settings: Any) -> list[str]:
    """The warnings about a request, as sentences."""
    return sentences(story_warnings(body, body.brief(()), Settings(**settings)))


def hero(**changes: Any) -> dict[str, Any]:
    return {"characters": [{"name": "Maya"} | changes]}


def test_story_needs_no_more_than_a_hero() -> None:
    brief = read().brief(())
    assert [character.name for character in brief.characters] == ["Maya"]
    assert (brief.story_type, brief.scene_count, brief.age_range, brief.language) == (
        "adventure", 4, "3-5", "en",
    )  # fmt: skip
    assert read().generate_assets
    assert read().priority == "normal"
    assert warnings_of(read()) == []


def test_extras_are_none_if_not_given_and_each_counts_once() -> None:
    assert read().brief(()).extras == ()
    assert read(extras=["colouring_page"] * 2).brief(()).extras == ("colouring_page",)
    assert "colouring_page" in refused(request(extras=["poster"]))["extras.0"]


def test_what_is_asked_for_beside_the_book_decides_no_words() -> None:
    plain, more = read(seed=1).brief(()), read(seed=1, extras=["colouring_page"]).brief(())
    assert plain.decisive() == more.decisive()
    assert "extras" not in plain.model_dump(mode="json"), "a brief of before stays as it was"


def test_camel_case_says_the_same_as_snake_case() -> None:
    id_ = str(uuid4())
    snake = read(
        character_ids=[id_], story_type="mystery", scene_count=2, age_range="5-8", library_id=id_,
        budget_usd=2, generate_assets=False,
    )  # fmt: skip
    camel = read(
        characterIds=[id_], storyType="mystery", sceneCount=2, ageRange="5-8", libraryId=id_,
        budgetUsd=2, generateAssets=False,
    )  # fmt: skip
    assert snake == camel
    looks = {"skinTone": "deep"}
    body = read_as(CharacterBody, {"name": "Maya", "looks": looks, "preferredWords": {"a": "b"}})
    assert body.character().looks == Looks(skin_tone="deep")
    assert body.character().preferred_words == {"a": "b"}


def test_single_character_id_joins_the_others_once() -> None:
    first, second = uuid4(), uuid4()
    body = read_as(StoryRequest, {"characterId": str(first), "character_ids": [str(second), str(first)]})
    assert body.wanted_ids == [first, second]


@pytest.mark.parametrize("given_as", ["3–5", "3 — 5", "3-5"])
def test_age_range_may_have_any_dash(given_as: str) -> None:
    assert read(ageRange=given_as).age_range == "3-5"


def test_known_story_type_counts_in_any_case() -> None:
    body = read(story_type="Bedtime")
    assert body.brief(()).story_type == "bedtime"
    assert warnings_of(body) == []


def test_unknown_story_type_is_warned_of_where_the_storyteller_is_the_offline_one() -> None:
    body = read(story_type="space opera")
    (warning,) = warnings_of(body)
    assert "'space opera' is unknown" in warning
    assert "adventure" in warning
    assert warnings_of(body, text_provider="openai") == []


def test_seed_that_is_not_given_is_chosen_and_kept() -> None:
    seeds = {read().brief(()).seed for _ in range(5)}
    assert len(seeds) == 5
    assert read(seed=2**63 - 1).brief(()).seed == 2**63 - 1


def test_unknown_fields_are_warned_of_by_their_path() -> None:
    body = read(mood="sunny", characters=[{"name": "Maya", "hat": 1, "looks": {"nose": "small"}}])
    warnings = warnings_of(body)
    paths = [warning.split()[2] for warning in warnings]
    assert paths == ["mood", "characters.0.hat", "characters.0.looks.nose"]


def test_many_unknown_fields_make_few_warnings() -> None:
    warnings = warnings_of(read(**{f"x{number}": 1 for number in range(500)}))
    assert len(warnings) == 21
    assert warnings[-1] == "480 more fields are unknown."


def test_trait_may_be_a_slug_or_have_a_detail() -> None:
    (character,) = read(**hero(traits=["glasses", {"id": "birthmark", "detail": "left cheek"}])).characters
    assert character.character().traits == (
        TraitRef(id="glasses"),
        TraitRef(id="birthmark", detail="left cheek"),
    )


def test_trait_without_the_detail_that_it_needs_is_warned_of() -> None:
    (warning,) = warnings_of(read(**hero(traits=["limb_difference"])))
    assert "limb_difference" in warning
    assert "which" in warning


def test_all_traits_of_the_registry_are_taken() -> None:
    (character,) = read(**hero(traits=list(registry()))).characters
    assert len(character.character().traits) == 39


def test_unknown_trait_names_its_place_and_its_neighbours() -> None:
    problems = refused(hero(traits=["glasses", "wheelchair"]))
    assert "manual_wheelchair" in problems["characters.0.traits.1"]


def test_all_faults_are_told_at_once() -> None:
    problems = refused(request(scene_count=0, themes=["ok", ""], language="no language", seed=-1))
    assert set(problems) == {"scene_count", "themes.1", "language", "seed"}


@for_each(
    ("body", "path"),
    [
        ({}, "characters"),
        ({"characters": []}, "characters"),
        ({"characters": [{"name": "M"}] * 5}, "characters"),
        ({"characters": [{"name": "M"}] * 4, "character_id": str(uuid4())}, "characters"),
        ({"characters": {"name": "Maya"}}, "characters"),
        ({"characters": ["Maya"]}, "characters.0"),
        ({"character_ids": ["maya"]}, "character_ids.0"),
        ({"characterIds": [7]}, "characterIds.0"),
        ({"character_id": {}}, "character_id"),
        (hero(name=""), "characters.0.name"),
        (hero(name="\u200b\u2060"), "characters.0.name"),
        (hero(name="x" * 201), "characters.0.name"),
        (hero(name="e" + "\u0301" * 2000), "characters.0.name"),
        (hero(name=None), "characters.0.name"),
        (hero(name=7), "characters.0.name"),
        (hero(age=-1), "characters.0.age"),
        (hero(age=121), "characters.0.age"),
        (hero(age="six"), "characters.0.age"),
        (hero(age=True), "characters.0.age"),
        (hero(kind="robot"), "characters.0.kind"),
        (hero(species="x" * 61), "characters.0.species"),
        (hero(pronouns="it"), "characters.0.pronouns"),
        (hero(description="x" * 501), "characters.0.description"),
        (hero(traits="glasses"), "characters.0.traits"),
        (hero(traits=[7]), "characters.0.traits.0"),
        (hero(traits=["glasses"] * 40), "characters.0.traits"),
        (hero(looks={"hair": "x" * 121}), "characters.0.looks.hair"),
        (hero(looks=[]), "characters.0.looks"),
        (hero(preferred_words={str(n): "x" for n in range(11)}), "characters.0.preferred_words"),
        (hero(preferred_words={"a": 7}), "characters.0.preferred_words.a"),
        (request(story_type=""), "story_type"),
        (request(story_type="x" * 81), "story_type"),
        (request(themes=["x"] * 11), "themes"),
        (request(themes=["x" * 81]), "themes.0"),
        (request(themes="courage"), "themes"),
        (request(title="x" * 201), "title"),
        (request(scene_count=0), "scene_count"),
        (request(scene_count=13), "scene_count"),
        (request(scene_count=99), "scene_count"),
        (request(scene_count="4"), "scene_count"),
        (request(scene_count=4.5), "scene_count"),
        (request(sceneCount=True), "sceneCount"),
        (request(age_range="9-12"), "age_range"),
        (request(age_range=35), "age_range"),
        (request(language="x" * 17), "language"),
        (request(language="english please"), "language"),
        (request(voice=7), "voice"),
        (request(library_id="mine"), "library_id"),
        (request(style="x" * 301), "style"),
        (request(instructions="x" * 1001), "instructions"),
        (request(validation="lax"), "validation"),
        (request(priority="asap"), "priority"),
        (request(budget_usd=-1), "budget_usd"),
        (request(budget_usd="2"), "budget_usd"),
        (request(budget_usd=float("inf")), "budget_usd"),
        (request(seed=2**63), "seed"),
        (request(seed=-1), "seed"),
        (request(generateAssets="yes"), "generateAssets"),
        (request(extras="colouring_page"), "extras"),
        (request(extras=["poster"]), "extras.0"),
        (request(extras=["colouring_page"], generate_assets=False), "extras"),
    ],
)
def test_wrong_field_is_refused_by_its_path(body: dict[str, Any], path: str) -> None:
    problems = refused(body)
    assert set(problems) == {path}
    assert problems[path]


def test_name_of_two_hundred_emoji_is_taken() -> None:
    for emoji in ("🦊", "👩🏽‍🚀", "é", "👨‍👩‍👧"):
        assert length(emoji * 200) == 200
        assert read_as(CharacterBody, {"name": emoji * 200}).name == emoji * 200
        assert "name" in refused({"name": emoji * 201}, CharacterBody)


def test_patch_changes_what_is_given_and_no_more() -> None:
    character = Character(id="1", name="Maya", age=6, traits=(TraitRef(id="glasses"),), species=None)
    patched = read_as(CharacterPatch, {"age": None, "looks": {"hair": "red"}, "hat": 1}).apply(character)
    assert patched == character.model_copy(update={"age": None, "looks": Looks(hair="red")})
    assert read_as(CharacterPatch, {"name": "Mia"}).apply(character).name == "Mia"
    assert set(refused({"name": None}, CharacterPatch)) == {"name"}


def test_text_loses_what_cannot_be_kept() -> None:
    assert clean(" a\0b\x07c\r\nd\te\ud800f ") == "a b c\nd\tef"
    assert clean("e\u0301") == "é"
    assert clean("<b>{{7*7}}</b> ${x}") == "<b>{{7*7}}</b> ${x}"
    assert clean("\u202a👨‍👩‍👧") == "\u202a👨‍👩‍👧"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_cleaned_text_can_always_be_kept(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert clean(cleaned) == cleaned
    assert not {unicodedata.category(character) for character in cleaned} & {"Cs"}
    assert is_blank(cleaned) or length(cleaned) > 0


def test_keys_of_a_body_are_cleaned_too() -> None:
    assert parse(b'{"a\\u0000": ["x\\ud800\\u0007 "]}') == {"a": ["x"]}


@for_each(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a": "\xff"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"{'a': 1}",
        b"[" * 100_000,
        b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"1" * 5000,
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput) as error:
        parse(body)
    assert error.value.code == "INVALID_JSON"


@pytest.mark.parametrize("marks", ["\u0301\u0316" * 16, "\u0f73" * 31, "\u0345" * 31])
def test_run_of_marks_is_refused_with_its_place(marks: str) -> None:
    """To put it in order takes time that grows with the square of its length."""
    with pytest.raises(InvalidInput) as error:
        parse(json.dumps({"characters": [{"name": "Maya" + marks}]}).encode())
    (problem,) = error.value.data["errors"]
    assert problem["path"] == "characters.0.name"
    assert "more than 30 accents" in problem["message"]


def test_as_many_marks_as_scripts_need_are_kept() -> None:
    for text in ("a" + "\u0316\u0301" * 15, "ཨཱི", "เป็นที่รัก", "क्षत्रिय", "Zoe\u0308"):
        assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.slow
def test_every_mark_is_known() -> None:
    """Of the whole of Unicode as this Python has it: what is put in order is counted before."""
    every = {chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000}
    marks = {one for one in every if unicodedata.combining(unicodedata.normalize("NFD", one)[0])}
    assert marks == MARKS


def test_text_beyond_every_field_is_refused_before_it_is_normalised() -> None:
    with pytest.raises(InvalidInput) as error:
        parse(json.dumps({"x": {"y": "ж" * (MOST_CODE_POINTS + 1)}}).encode())
    assert error.value.data["errors"][0]["path"] == "x.y"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (json.dumps({f"k{number}": 1 for number in range(MOST_VALUES + 2)}), "INVALID_INPUT"),
        (json.dumps({"a": [""] * (MOST_VALUES + 2)}), "INVALID_INPUT"),
        ('"' * (4 * MOST_VALUES + 1), "INVALID_INPUT"),
        ("[" * (MOST_VALUES + 1), "INVALID_JSON"),
        ('{"a": ' + "9" * 401 + "}", "INVALID_JSON"),
    ],
)
def test_more_than_any_body_needs_is_refused(body: str, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse(body.encode())
    assert error.value.code == code


@pytest.mark.parametrize("text", [",[{" * 6_000, '\\",[' * 6_000, "\\\\" * 3_000 + '",' * 3_000])
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    assert parse(json.dumps({"x": text}).encode()) == {"x": text}


def test_list_that_is_too_long_is_not_looked_into() -> None:
    assert refused(hero(traits=[{}] * 40)) == {
        "characters.0.traits": "This has 40 entries; at most 39 are allowed."
    }
    words = {str(number): "" for number in range(11)}
    assert refused(hero(preferred_words=words)) == {
        "characters.0.preferred_words": "This has 11 entries; at most 10 are allowed."
    }


def test_every_list_that_is_taken_is_counted_first() -> None:
    """By ``AtMost``: pydantic's own limit says what is wrong with every entry before it counts them."""
    for route in ROUTES:
        fields = route.body.model_fields.items() if route.body else ()
        for name, info in fields:
            if get_origin(info.annotation) in (tuple, list, dict):
                assert any(isinstance(one, AtMost) for one in info.metadata), (route.path, name)


@given(
    text=st.text(st.sampled_from("aé \u0301\u0316\u1100\u1161\u11a8가각\U0001d160\u09c7\u09be\u0fb5ﷺж")),
    piece=st.integers(1, 9),
)
def test_a_text_is_normalized_in_pieces_as_a_whole(text: str, piece: int) -> None:
    assert normalized(text, piece=piece) == unicodedata.normalize("NFC", text)


@pytest.mark.slow
def test_what_joins_the_character_before_it_begins_no_piece() -> None:
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            assert may_join(chr(int(parts[1], 16))), hex(code)
    assert all(may_join(chr(code)) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)))
