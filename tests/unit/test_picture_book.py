"""A picture book of a novel: what its request takes from the plan, and that it is always a valid one."""

from __future__ import annotations

import pytest

from service.api.requests import StoryRequest
from service.errors import InvalidInput
from service.novels.picture_book import story_request
from tests.unit.test_novel_exports import a_tree

TREE = a_tree("The Keeper")


def test_people_with_looks_the_theme_and_the_chapters_become_a_request() -> None:
    asked = story_request(TREE)
    assert asked["title"] == "The Keeper"
    assert [one["name"] for one in asked["characters"]] == ["Ida"]
    assert asked["characters"][0] == {
        "name": "Ida",
        "age": 41,
        "kind": "adult",
        "looks": {"hair": "grey braid"},
    }
    assert asked["themes"] == ["safety", "truth", "Salt"]
    assert (asked["scene_count"], asked["age_range"]) == (4, "8-10")
    assert asked["instructions"].startswith("A lighthouse keeper who is afraid")
    assert "A boat comes without a light." in asked["instructions"]
    assert StoryRequest.model_validate(asked).characters[0].name == "Ida"


def test_chosen_people_and_chapters_are_used_alone() -> None:
    asked = story_request(TREE, ["c2", "c1", "c2"], [2])
    assert [one.get("age") for one in asked["characters"]] == [None, 41]
    assert asked["scene_count"] == 1
    assert "boat" not in asked["instructions"]


@pytest.mark.parametrize(
    ("people", "chapters", "path"), [(["c1", "c9"], [], "people.1"), ([], [1, 0], "chapters.1")]
)
def test_what_the_novel_does_not_have_is_refused(people: list[str], chapters: list[int], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        story_request(TREE, people, chapters)
    assert refused.value.data["errors"][0]["path"] == path


def test_long_words_of_a_plan_are_cut_to_a_valid_request() -> None:
    tree = a_tree(
        "T" * 400,
        **{
            "concept.logline": "word " * 60,
            "character.people.c1.summary": "word " * 200,
            "character.people.c1.age": 9000,
            "plot.chapters.k2.scenes.s2.summary": "word " * 200,
            "theme.motifs.m1.name": "N" * 200,
        },
    )
    asked = story_request(tree)
    assert StoryRequest.model_validate(asked).title == "T" * 200
    assert len(asked["instructions"]) <= 1000
    assert asked["instructions"].endswith("…")
