"""A picture book of a novel: what its request takes from the plan, and that it is always a valid one."""

from __future__ import annotations

from typing import Any

import pytest

from service.api.requests import StoryRequest
from service.domain.assets import MAX_SCENES
from service.domain.offline import SYNOPSIS_NOTICE
from service.errors import InvalidInput
from service.novels.picture_book import story_request
from tests.novels import TEXT
from tests.unit.test_novel_exports import a_tree

TREE = a_tree("The Keeper")


def test_people_with_looks_the_theme_and_the_scenes_become_a_request() -> None:
    made = story_request(TREE)
    asked = made.request
    assert asked["title"] == "The Keeper"
    assert [one["name"] for one in asked["characters"]] == ["Ida"]
    assert asked["characters"][0] == {
        "name": "Ida",
        "age": 41,
        "kind": "adult",
        "looks": {"hair": "grey braid"},
    }
    assert asked["themes"] == ["safety", "truth"]
    assert (asked["scene_count"], asked["age_range"]) == (3, "8-10")
    assert (asked["text"]["mode"], asked["text"]["by"]) == ("faithful", "program")
    assert asked["text"]["pages"][1:] == ["A boat comes without a light.", "She sleeps."]
    assert asked["text"]["pages"][0].endswith("She climbs, slowly. She looks; nothing. She breathes.")
    assert [one.code for one in made.warnings] == ["AUDIENCE_TOO_OLD", "NOVEL_CONDENSED"]
    assert StoryRequest.model_validate(asked).own_text is not None


def test_a_model_retells_a_plan_but_keeps_written_text() -> None:
    assert story_request(TREE, offline=False).request["text"]["mode"] == "free"
    for offline in (True, False):
        made = story_request(TREE, [], [1], offline=offline)
        assert made.request["text"] == {"mode": "faithful", "story": TEXT, "by": "person"}
        assert [one.code for one in made.warnings] == ["AUDIENCE_TOO_OLD"]


@pytest.mark.parametrize("text", [f"{SYNOPSIS_NOTICE}\n\nScene 1. Ida climbs.", "The lamp went out. " * 800])
def test_a_synopsis_and_a_long_text_are_told_by_their_scenes(text: str) -> None:
    first, *rest = TREE.outline.chapters
    outline = TREE.outline.model_copy(update={"chapters": (first.model_copy(update={"text": text}), *rest)})
    made = story_request(TREE.model_copy(update={"outline": outline}), [], [1])
    assert made.request["text"]["pages"][1] == "A boat comes without a light."
    assert made.warnings[-1].code == "NOVEL_CONDENSED"


def test_chosen_people_and_chapters_are_used_alone() -> None:
    asked = story_request(TREE, ["c2", "c1", "c2"], [2]).request
    assert [one.get("age") for one in asked["characters"]] == [None, 41]
    logline = "A lighthouse keeper who is afraid of the dark must put out the lamp."
    assert asked["text"]["pages"] == [logline]


def test_a_long_plan_is_told_in_its_main_scenes_from_beginning_to_end() -> None:
    many = [f"k{number}" for number in range(100, 160)]
    plan: dict[str, Any] = {"plot.chapters": many}
    for number, id_ in enumerate(many, 1):
        plan[f"plot.chapters.{id_}.outcome"] = f"Door {number} opens."
        plan[f"plot.chapters.{id_}.scenes"] = ["s1", "s2"]
        plan[f"plot.chapters.{id_}.scenes.s1.summary"] = f"Ida finds door {number} and opens it. " * 5
        plan[f"plot.chapters.{id_}.scenes.s2.summary"] = "Somewhere else it rains."
    pages = story_request(a_tree(**plan)).request["text"]["pages"]
    assert len(pages) == MAX_SCENES
    assert pages[0].startswith("Ida finds door 1 and")
    assert pages[-1].endswith("Door 60 opens.")
    assert not any("rains" in page for page in pages)


def test_people_are_described_where_they_come_in_and_without_words_for_their_part() -> None:
    plan: dict[str, Any] = {
        "character.people.c1.role": "protagonist",
        "character.people.c2.name": "Ewan Bolitho",
        "character.people.c2.age": 49,
        "character.people.c2.role": "opponent: the head of the archive",
        "character.people.c2.summary": "Ewan Bolitho, 49, the head of the archive. He never sleeps.",
        "plot.chapters.k2.scenes.s1.summary": "“Ewan!” says Ida to Ewan’s dog, and Ewan looks up",
    }
    tree = a_tree(**plan)
    asked = story_request(tree, ["c1", "c2"]).request
    assert "description" not in asked["characters"][0]
    assert asked["characters"][1]["description"] == "The head of the archive. He never sleeps."
    told = "“Ewan!” says Ida to Ewan’s dog, and Ewan, the head of the archive, looks up."
    assert asked["text"]["pages"][0].startswith(told)


def test_a_wished_number_of_scenes_splits_the_text() -> None:
    asked = {**story_request(TREE, paged=False).request, "scene_count": 2}
    own = StoryRequest.model_validate(asked).own_text
    assert own is not None
    assert len(own.pages) == 2


@pytest.mark.parametrize(
    ("people", "chapters", "path"), [(["c1", "c9"], [], "people.1"), ([], [1, 0], "chapters.1")]
)
def test_what_the_novel_does_not_have_is_refused(people: list[str], chapters: list[int], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        story_request(TREE, people, chapters)
    assert refused.value.data["errors"][0]["path"] == path


def test_long_words_of_a_plan_end_with_whole_sentences() -> None:
    tree = a_tree(
        "T" * 400,
        **{
            "concept.logline": "word " * 60,
            "character.people.c1.summary": "She climbs. W" + "word " * 200,
            "character.people.c1.age": 9000,
            "plot.chapters.k2.scenes.s2.summary": "A boat comes. W" + "word " * 800,
        },
    )
    asked = story_request(tree).request
    assert StoryRequest.model_validate(asked).title == "T" * 200
    assert asked["characters"][0]["description"] == "She climbs."
    assert asked["text"]["pages"][1] == "A boat comes."
