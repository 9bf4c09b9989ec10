"""What the planner reads in an inspiration."""

from __future__ import annotations

import time

import pytest

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.wish import READ, Wish, understand
from tests.unit.planner_inspirations import INSPIRATIONS, READINGS, in_forms, reading


def test_there_are_fifty_inspirations() -> None:
    assert len(INSPIRATIONS) == 50


@pytest.mark.parametrize("text", in_forms())
def test_an_inspiration_is_read(text: str) -> None:
    assert reading(understand(text)) == READINGS[text]


def test_nothing_is_an_empty_wish() -> None:
    assert understand("  ") == understand("Nothing") == Wish()


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_either_apostrophe_is_read(apostrophe: str) -> None:
    wish = understand(f"Aunt Philippa{apostrophe}s umbrella and her father{apostrophe}s logbook")
    assert [person.name for person in wish.people] == ["Aunt Philippa"]
    assert wish.things == (("the umbrella", "object"), (f"the father{apostrophe}s logbook", "object"))


def test_plurals_are_looked_up_by_their_singular() -> None:
    assert look_up("umbrellas") == ("umbrella", "tool")
    assert look_up("colonies") == ("colony", "building")
    assert look_up("xyzzy") == ("xyzzy", "")


@pytest.mark.parametrize(
    "text",
    [
        "A" * 60_000,
        "Aa " * 20_000,
        "the " * 15_000,
        "A'" * 30_000,
        "who " * 15_000,
        "\u0130" * 5_000 + " the drum",
        "the " + "a" * 20_000 + " drum",
        "\n".join(f"Captain Person{at} kept the drum of Port{at}." for at in range(2_000)),
    ],
    ids=["letters", "words", "articles", "quotes", "deeds", "dotted", "long word", "manuscript"],
)
def test_a_hostile_or_a_long_text_is_read_soon_and_names_little(text: str) -> None:
    begun = time.process_time()
    wish = understand(text)
    assert time.process_time() - begun < 2
    assert len(wish.text) <= READ
    assert len(wish.named) <= 25
    assert all(len(name) <= 120 for name in wish.named)
