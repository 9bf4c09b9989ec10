"""Concepts of the offline planner."""

from __future__ import annotations

import itertools
import re

import pytest

from service.providers.offline.planner import recall
from service.providers.offline.planner.wish import understand
from service.providers.protocols import Draft, FieldValue
from tests.unit.planner_asks import CLOCKMAKER, draft_of, drafts_of
from tests.unit.planner_inspirations import in_forms

pytestmark = pytest.mark.slow


def premise(draft: Draft) -> str:
    return str(draft.values["concept.premise"])


def pitch(draft: Draft) -> str:
    return f"{premise(draft)} {draft.values['concept.logline']}"


@pytest.mark.parametrize("inspiration", in_forms())
def test_every_named_thing_stands_in_every_concept(inspiration: str) -> None:
    named = understand(inspiration).named
    for seed in range(3):
        for draft in drafts_of("concept", inspiration=inspiration, count=4, seed=seed):
            # The quoted spark itself does not count.
            text = pitch(draft).replace(inspiration.strip(), "").lower()
            assert [name for name in named if name.lower().removeprefix("the ") not in text] == []
            assert len(premise(draft)) <= 4000
            assert len(str(draft.values["concept.logline"])) <= 300


@pytest.mark.parametrize("inspiration", in_forms())
def test_siblings_differ_in_kit_and_situation(inspiration: str) -> None:
    made = drafts_of("concept", inspiration=inspiration, count=4)
    axes = [(recall.kit_of(pitch(one)), recall.main_situation_of(pitch(one))) for one in made]
    pairs = list(itertools.combinations(axes, 2))
    assert all(one[0] is not other[0] and one[1] is not other[1] for one, other in pairs)
    assert len({one.values["concept.title"] for one in made}) == 4


def test_ten_concepts_come_from_nothing() -> None:
    made = drafts_of("concept", count=10, seed=3)
    assert len({one.values["concept.title"] for one in made}) == 10
    assert len({one.values["concept.genre"] for one in made}) >= 5


def test_the_same_ask_gives_the_same_drafts_and_another_seed_others() -> None:
    def titles(seed: int) -> list[Draft]:
        return drafts_of("concept", inspiration=CLOCKMAKER, count=3, seed=seed)

    assert titles(1) == titles(1)
    assert titles(1) != titles(2)


def first_names(draft: Draft) -> list[str]:
    return [person.split()[0] for person in people(draft)]


def test_siblings_share_no_name_and_have_none_that_was_used() -> None:
    fields: dict[str, FieldValue] = {"concept.genre": "mystery"}
    for seed in range(4):
        names = [
            name for draft in drafts_of("concept", fields, count=3, seed=seed) for name in first_names(draft)
        ]
        assert len(names) == len(set(names))
        again = draft_of("concept", fields, seed=seed, used_names=tuple(names))
        assert not set(names) & set(first_names(again))


def people(draft: Draft) -> list[str]:
    line = next(line for line in premise(draft).splitlines() if line.startswith("The people: "))
    return line.removeprefix("The people: ").split("; ")


def test_what_has_no_place_is_said() -> None:
    text = "the drum, the lamp, the rope, the bell, the kite, the spoon"
    assert any("No place was found for" in note for note in draft_of("concept", inspiration=text).notes)


@pytest.mark.parametrize(
    ("genre", "wanted"),
    [("mystery", "mystery"), ("Science Fiction", "science fiction"), ("romance", "romance")],
)
def test_an_accepted_genre_is_kept(genre: str, wanted: str) -> None:
    made = drafts_of("concept", {"concept.genre": genre}, count=2)
    assert {one.values["concept.genre"] for one in made} == {wanted}


def test_a_genre_of_which_nothing_is_written_is_said() -> None:
    draft = draft_of("concept", {"concept.genre": "western"})
    assert any("'western'" in note for note in draft.notes)


def test_an_accepted_audience_decides() -> None:
    for audience in ("children", "middle_grade", "young_adult", "adult"):
        made = drafts_of("concept", {"concept.audience": audience}, count=10)
        assert {one.values["concept.audience"] for one in made} == {audience}


def test_accepted_lengths_are_kept() -> None:
    draft = draft_of("concept", {"concept.length.chapters": 7, "concept.length.words_a_chapter": 900})
    assert draft.values["concept.length.chapters"] == 7
    assert draft.values["concept.length.words_a_chapter"] == 900


def test_locked_values_are_in_every_draft() -> None:
    locked = {"concept.title": "Mine", "concept.tone": ["grim"], "concept.genre": "mystery"}
    for draft in drafts_of("concept", locked=locked, count=3):
        assert {path: draft.values[path] for path in locked} == locked


def test_a_locked_premise_keeps_its_kit_its_people_and_its_town() -> None:
    first = draft_of("concept", inspiration=CLOCKMAKER, seed=5)
    locked = {"concept.premise": first.values["concept.premise"]}
    hero, town = people(first)[0].split(",")[0].split()[0], recall.places_of_premise(premise(first))[0]
    for draft in drafts_of("concept", locked=locked, count=2, seed=9):
        assert premise(draft) == premise(first)
        assert recall.kit_of(str(draft.values["concept.logline"])) is recall.kit_of(premise(first))
        assert town in str(draft.values["concept.logline"])
        assert hero in premise(draft)


def test_a_blend_has_the_kit_of_the_first_and_the_situation_of_the_second() -> None:
    one, other = drafts_of("concept", count=2, seed=4)
    blend = draft_of("concept", blend=(one.values, other.values), seed=8)
    assert recall.kit_of(pitch(blend)) is recall.kit_of(pitch(one))
    assert recall.main_situation_of(premise(blend)) is recall.main_situation_of(premise(other))
    assert people(blend) == people(one)


def test_feedback_chooses_a_genre_leans_and_shuns() -> None:
    def genres(*feedback: str) -> set[str]:
        made = drafts_of("concept", feedback=feedback, count=3)
        return {str(one.values["concept.genre"]) for one in made}

    assert genres("Make it a mystery") == {"mystery"}
    assert genres("Make it a mystery", "no, a romance") == {"romance"}
    assert "salt" in pitch(draft_of("concept", feedback=("more salt, please",))).lower()
    for feedback, occurs in (((), True), (("not salt",), False)):
        made = drafts_of("concept", feedback=feedback, count=40)
        words = re.findall(r"\w+", " ".join(pitch(draft) for draft in made).lower())
        assert ("salt" in words) is occurs
    assert drafts_of("concept", feedback=("not as salty",)) != drafts_of("concept", feedback=("salty",))


def test_what_is_to_be_avoided_is_avoided_or_said() -> None:
    made = drafts_of("concept", {"concept.avoid": ["letters"]}, avoid=("trains",), count=10)
    for draft in made:
        words = set(re.findall(r"[a-z]+", pitch(draft).lower()))
        assert not {"letter", "letters", "train", "trains"} & words or draft.notes
        assert draft.values["concept.avoid"] == ["trains", "letters"]
    kept = draft_of("concept", inspiration="A baker and a train", avoid=("trains",))
    assert "'trains' could not be avoided everywhere." in kept.notes


def test_feedback_that_changes_nothing_is_said() -> None:
    draft = draft_of("concept", feedback=("Mehr Zwetschgen!",))
    assert any("Zwetschgen" in note for note in draft.notes)
    assert not any("knows none" in note for note in draft_of("concept", instruction="no trains").notes)


def test_another_language_is_said() -> None:
    assert any("English only" in note for note in draft_of("concept", language="de").notes)
    assert not draft_of("concept", language="en-GB").notes


def test_material_is_read_for_names_and_cited() -> None:
    draft = draft_of("concept", inspiration="", material={"m1": "Ottoline and the brass key"})
    assert "Ottoline" in premise(draft)
    assert "brass key" in premise(draft)
    assert draft.drawn_from == ("material.m1",)
    assert any("does not continue it" in note for note in draft.notes)
