"""Paths, locks by prefix, and the table of fields."""

from __future__ import annotations

from typing import Any

import pytest

from service.genesis import fields, paths
from service.genesis.model import GenesisStage, StageState
from tests.cases import for_each


@pytest.mark.parametrize(
    ("locks", "path", "held"),
    [
        ({"concept"}, "concept.title", True),
        ({"concept.title"}, "concept.title", True),
        ({"concept.title"}, "concept", False),
        ({"character.people.c1"}, "character.people.c1.want", True),
        ({"character.people.c1"}, "character.people.c12.want", False),
        ({"concept.tone"}, "concept.tonecolour", False),
        (set(), "concept.title", False),
    ],
)
def test_a_lock_holds_what_is_below_it(locks: set[str], path: str, held: bool) -> None:
    assert paths.locked(path, locks) is held


def test_an_element_holds_the_locks_below_it() -> None:
    locks = {"character.people.c1.want"}
    assert paths.holds_lock("character.people.c1", locks)
    assert not paths.holds_lock("character.people.c12", locks)


def test_a_minted_id_is_the_same_for_the_same_seed_and_never_taken() -> None:
    first = paths.mint("c", "seed", ())
    assert first == paths.mint("c", "seed", ())
    assert paths.mint("c", "seed", {first}) != first
    assert paths.ID.fullmatch(first)


@for_each(
    ("path", "kind"),
    [
        ("concept", "group"),
        ("concept.length", "group"),
        ("concept.length.chapters", "field"),
        ("character.people", "collection"),
        ("character.people.c1", "element"),
        ("character.people.c1.arc", "group"),
        ("character.people.c1.arc.turn", "field"),
        ("plot.chapters.k1.scenes", "collection"),
        ("plot.chapters.k1.scenes.s2", "element"),
        ("plot.chapters.k1.scenes.s2.beats", "field"),
    ],
)
def test_a_path_names_something(path: str, kind: str) -> None:
    place = fields.find(path)
    found = "field" if place.field else "element" if place.is_element else "collection"
    assert (found if place.field or place.collection else "group") == kind


@for_each(
    "path",
    [
        "", ".", "nothing", "concept.nothing", "concept.", "concept.title.more", "concept.len",
        "theme.motifs.", "character.people.C1", "character.people.c1.", "character.people.c1.nothing",
        "character.people..name",
        "plot.chapters.k1.scenes.s1.beats.0", "Concept.title", "concept..title", "character.people.c1.arc.x",
    ],
)  # fmt: skip
def test_other_paths_do_not_exist(path: str) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        fields.find(path)


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        ("concept.title", "  A\u0000 title ", "A  title"),
        ("concept.tone", ["dry"], ["dry"]),
        ("concept.length.chapters", 60, 60),
        ("concept.audience", "adult", "adult"),
        ("character.people.c1.real", False, False),
        ("character.relations.r1.a", "c1", "c1"),
        ("plot.chapters.k1.scenes.s1.people", ["c1", "c1", "c2"], ["c1", "c2"]),
    ],
)
def test_a_fit_value_is_kept(path: str, value: Any, kept: Any) -> None:
    assert fields.find_leaf(path).check(value) == kept


@for_each(
    ("path", "value"),
    [
        ("concept.title", " "), ("concept.title", None), ("concept.title", 3), ("concept.title", "x" * 201),
        ("concept.title", "a" + "\u0301" * 31), ("concept.logline", "x" * 301), ("concept.tone", "dry"),
        ("concept.tone", ["x"] * 6), ("concept.tone", [""]), ("concept.length.chapters", 61),
        ("concept.length.chapters", True), ("concept.length.chapters", 3.5), ("concept.audience", "nobody"),
        ("theme.values_in_conflict", ["one"]), ("character.people.c1.real", 1),
        ("character.relations.r1.a", "a b"), ("plot.chapters.k1.scenes.s1.people", "c1"),
        ("plot.chapters.k1.scenes.s1.beats", ["one", "two"]), ("concept.audience", ["adult"]),
    ],
)  # fmt: skip
def test_an_unfit_value_is_refused(path: str, value: Any) -> None:
    with pytest.raises(ValueError):
        fields.find_leaf(path).check(value)


def test_an_incomplete_stage_names_what_it_lacks() -> None:
    stage = StageState(
        GenesisStage.CHARACTER,
        {"fields": {"people.c1.want": {}}, "order": {"people": ["c1"], "relations": []}},
    )
    assert fields.missing(stage) == ["character.people.c1.name"]
    assert fields.missing(StageState(GenesisStage.CHARACTER, {})) == ["character.people"]
    assert fields.missing(StageState(GenesisStage.THEME, {})) == ["theme.question", "theme.statement"]


def test_an_element_may_be_sent_with_its_parts() -> None:
    person = fields.find("character.people").collection
    assert person is not None
    sent = {"name": "Nell", "arc": {"start": "hides"}, "looks.hair": "red"}
    assert fields.flatten(person.element, sent) == {
        "name": "Nell",
        "arc.start": "hides",
        "looks.hair": "red",
    }
    for wrong in ({}, "Nell", {"nothing": 1}, {"arc": {"nothing": 1}}, {"arc": "x"}):
        with pytest.raises(ValueError):
            fields.flatten(person.element, wrong)
