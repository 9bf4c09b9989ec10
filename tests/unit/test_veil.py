"""Names are hidden, and come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.providers.veil import Veil
from tests.factories import a_brief, a_content

NAMES = st.lists(
    st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=12).filter(
        str.strip
    ),
    max_size=4,
)
PARTS = st.lists(
    st.text(max_size=12) | st.sampled_from(["Hero_1", "hero_2", "Friend_1", "Hero_"]), max_size=6
)


def woven(names: list[str], parts: list[str], gap: str) -> str:
    pieces = [piece for pair in zip(parts, names * len(parts), strict=False) for piece in pair]
    return gap.join(pieces or parts)


@given(NAMES, PARTS, st.sampled_from([" ", "", ", ", "'s "]))
def test_what_was_hidden_is_shown_again_as_it_was(names: list[str], parts: list[str], gap: str) -> None:
    text = woven(names, parts, gap)
    veil = Veil(names, [text])
    assert veil.show(veil.hide(text)) == text


@given(st.lists(st.from_regex(r"\A[A-Z][a-z]{2,8}\Z"), min_size=1, max_size=4))
def test_no_name_that_stands_alone_is_left(names: list[str]) -> None:
    text = " — ".join(f"{name}, said “{name}” to {name}'s dog." for name in names)
    hidden = Veil(names, [text]).hide(text)
    words = set(hidden.replace("'", " ").replace(",", " ").replace("“", " ").replace("”", " ").split())
    assert not set(names) & words


@given(NAMES, PARTS, st.integers(min_value=0, max_value=80))
def test_the_beginning_of_an_answer_is_the_beginning_of_what_will_be_shown(
    names: list[str], parts: list[str], cut: int
) -> None:
    veil = Veil(names, parts)
    answer = veil.hide(woven(names, parts, " "))
    assert veil.show(answer).startswith(veil.show_so_far(answer[:cut]))


def test_a_stand_in_that_may_still_grow_is_held_back() -> None:
    veil = Veil(["Maya", *(f"Friend {n}" for n in range(11))])
    assert veil.show_so_far("Then Her") == "Then "
    assert veil.show_so_far("Then Hero_1") == "Then "
    assert veil.show_so_far("Then Hero_1 ran") == "Then Maya ran"
    assert veil.show_so_far("Then they") == "Then they"


def test_a_longer_name_is_not_taken_for_a_shorter_one() -> None:
    veil = Veil(["Ann", "Ann Lee", "Annabel"])
    assert veil.hide("Ann Lee, Annabel and Ann; Anne") == "Hero_2, Hero_3 and Hero_1; Anne"


def test_a_word_of_the_text_is_never_taken_for_a_stand_in() -> None:
    veil = Veil(["Maya"], ["call me Hero_1"])
    assert veil.hide("Maya, call me Hero_1") == "Friend_1, call me Hero_1"
    assert veil.show("friend_1, call me Hero_1") == "Maya, call me Hero_1"


@pytest.mark.parametrize("value", [a_brief(instructions="Maya's dog"), a_content()])
def test_whole_values_are_hidden_and_shown(value: object) -> None:
    veil = Veil(["Maya"])
    hidden = veil.hide_in(value)  # type: ignore[type-var]
    assert "Maya" not in hidden.model_dump_json()  # type: ignore[attr-defined]
    assert veil.show_in(hidden) == value  # type: ignore[type-var]


def test_parts_capitals_and_the_genitive_of_a_name_are_hidden_as_well() -> None:
    veil = Veil(["Maya Lind", "Bo"])
    text = "Maya Lind sat. MAYA sang with Bo; Mayas Hut, Bos Ball, and LIND on a sign. The lindens bowed."
    hidden = veil.hide(text)
    assert hidden.startswith("Hero_1 sat. Hero_1d sang with Hero_2; Hero_1as Hut, Hero_2s Ball")
    assert "maya" not in hidden.lower()
    assert "lindens bowed" in hidden
    assert veil.show(hidden) == text
    assert veil.show("Hero_1a's hat") == "Maya's hat"
