"""Names are replaced, and come back as they were."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from service.providers.openai.stories import page_by_page
from service.providers.pseudonyms import LeftoverStandIn, Pseudonymizer
from tests.cases import for_each
from tests.factories import a_content

pytestmark = pytest.mark.slow

NAMES = st.lists(
    st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=12).filter(
        str.strip
    ),
    max_size=4,
)
PARTS = st.lists(
    st.text(max_size=12) | st.sampled_from(["Hero_1", "hero_2", "Friend_1", "Hero_", "Hero 1", "level_2"]),
    max_size=6,
)


def woven(names: list[str], parts: list[str], gap: str) -> str:
    pieces = [piece for pair in zip(parts, names * len(parts), strict=False) for piece in pair]
    return gap.join(pieces or parts)


@given(NAMES, PARTS, st.sampled_from([" ", "", ", ", "'s ", "_", "1"]))
def test_what_was_replaced_comes_back_as_it_was(names: list[str], parts: list[str], gap: str) -> None:
    text = woven(names, parts, gap)
    people = Pseudonymizer(names, [text])
    assert people.restore(people.pseudonymize(text)) == text


@given(NAMES, PARTS, st.integers(min_value=0, max_value=80))
def test_the_beginning_of_an_answer_is_the_beginning_of_what_will_be_shown(
    names: list[str], parts: list[str], cut: int
) -> None:
    text = woven(names, parts, " ")
    people = Pseudonymizer(names, [text])
    answer = people.pseudonymize(text)
    assert people.restore(answer).startswith(people.restore_so_far(answer[:cut]))


def test_a_stand_in_that_may_still_grow_is_held_back() -> None:
    people = Pseudonymizer(["Maya", *(f"Friend {n}" for n in range(11))])
    for held in ("Then Her", "Then Hero", "Then Hero_", "Then Hero_1", "Then Hero ", "Then Hero 1"):
        assert people.restore_so_far(held) == "Then ", held
    assert people.restore_so_far("Then Hero_1 ran") == "Then Maya ran"
    assert people.restore_so_far("Then they") == "Then they"
    assert people.restore_so_far("和Hero_1去") == "和Maya去"


@for_each(
    ("said", "meant"),
    [
        ("Hero_1去公园。", "Maya去公园。"),
        ("我和Hero_1", "我和Maya"),
        ("Hero_1は Hero_1ちゃん", "Mayaは Mayaちゃん"),
        ("Hero_1는 Hero_1를", "Maya는 Maya를"),
        ("Hero_1n Hero_1lla Hero_1ssa", "Mayan Mayalla Mayassa"),
        ("Hero_1'nın Hero_1’ya", "Maya'nın Maya’ya"),
        ("וHero_1 לHero_1", "וMaya לMaya"),
        ("hero_1 HERO_1 Hero 1 Hero-1 Hero1 Hero＿１ Hero_١ Hero\\_1 Hero_01", " ".join(["Maya"] * 9)),
        ("Hero_1's, Hero_1s", "Maya's, Mayas"),
        ("Hero_1Hero_2", "MayaBo"),
        ("Superhero 1", "Superhero 1"),
    ],
)
def test_a_stand_in_comes_back_whatever_a_model_writes_onto_it(said: str, meant: str) -> None:
    assert Pseudonymizer(["Maya", "Bo"]).restore(said) == meant


@for_each(
    "said",
    ["Hero_3", "Hero_12", "Hero_", "Hero_X", "Hero 7", "HERO＿9", "Герой_1", "英雄_2去", "بطل_١", "Hero_0"],
)
def test_a_stand_in_of_nobody_is_never_taken(said: str) -> None:
    people = Pseudonymizer(["Maya", "Bo"])
    with pytest.raises(LeftoverStandIn):
        people.restore(f"Then {said} ran")
    assert people.restore_so_far(f"Then {said} ran") == "Then "


def test_what_a_person_wrote_is_no_leftover() -> None:
    people = Pseudonymizer(["Maya"], ["the game level_2"])
    assert people.restore("Hero_1 is at level_2") == "Maya is at level_2"


def test_a_longer_name_is_not_taken_for_a_shorter_one() -> None:
    people = Pseudonymizer(["Ann", "Ann Lee", "Annabel"])
    assert people.pseudonymize("Ann Lee, Annabel and Ann") == "Hero_2, Hero_3 and Hero_1"


def test_names_that_overlap_or_touch_leave_nothing() -> None:
    people = Pseudonymizer(["小明", "明华"])
    text = "小明华和明华、小明小明"
    hidden = people.pseudonymize(text)
    assert not set("小明华") & set(hidden)
    assert people.restore(hidden) == text


def test_a_word_of_the_text_is_never_taken_for_a_stand_in() -> None:
    people = Pseudonymizer(["Maya"], ["call me Hero_1"])
    assert people.pseudonymize("Maya, call me Hero_1") == "Friend_1, call me Hero_1"
    assert people.restore("friend_1, call me Hero_1") == "Maya, call me Hero_1"


def test_a_name_is_not_in_its_own_stand_in() -> None:
    for name in ("Hero", "Hera", "Her", "Ro"):
        people = Pseudonymizer([name])
        assert name.casefold() not in people.pseudonymize(f"{name} ran").casefold()


def test_a_number_behind_a_name_is_not_read_into_its_stand_in() -> None:
    people = Pseudonymizer(["Maya", *(f"Friend {n}" for n in range(30))])
    for text in ("Maya2 ran", "Maya²", "Maya 2 ran", "Maya٢"):
        assert people.restore(people.pseudonymize(text)) == text


def test_short_names_do_not_hide_the_words_that_they_begin() -> None:
    """In small letters: a capital is hidden, since it may be an inflected name."""
    text = "they also saw miami's artists and a maximum of land"
    assert Pseudonymizer(["Al", "Mia", "Art", "Max", "Lan"], [text]).pseudonymize(text) == text


def test_joining_words_and_titles_name_nobody() -> None:
    text = "the hat of the van, de facto"
    assert Pseudonymizer(["The Duke of York", "Mia van der Berg", "Ana de Silva"]).pseudonymize(text) == text


@for_each(
    ("name", "text"),
    [
        ("Maya Lind", "Maya sat. MAYA sang; Mayas Hut, LIND on a sign, lind's"),
        ("Anne-Marie O'Neil", "Anne und Marie, neil, ONEIL"),
        ("李小明", "小明去公园"),
        ("山田花子", "花子ちゃんと山田さん"),
        ("이지우", "지우가 왔다"),
        ("мария иванова", "Марии и Ивановой"),
        ("José", "Jose, JOSÉ, Jose\u0301"),
        ("Ｍａｙａ", "Maya, ma\u00adya, Ma\u200bya, 𝐌𝐚𝐲𝐚"),
        ("はな", "ハナちゃん"),
    ],
)
def test_parts_and_other_spellings_are_replaced_as_well(name: str, text: str) -> None:
    people = Pseudonymizer([name], [text])
    hidden = people.pseudonymize(text)
    left = people._token.sub("", hidden).casefold()
    for part in (
        "maya",
        "lind",
        "anne",
        "marie",
        "neil",
        "小明",
        "花子",
        "山田",
        "지우",
        "мари",
        "иванов",
        "jos",
    ):
        assert part not in left
    assert people.restore(hidden) == text
    assert people.word in hidden


class Node(BaseModel):
    text: str
    parts: list[str]
    count: int


def test_whole_values_are_replaced_and_restored() -> None:
    people = Pseudonymizer(["Maya"])
    data = {"kind": "maya", "told": ["Maya", {"by": "MAYA"}], "age": 6, "none": None}
    hidden = people.pseudonymize_all(data, frozenset({"kind"}))
    assert hidden == {"kind": "maya", "told": ["Hero_1", {"by": "Hero_101"}], "age": 6, "none": None}
    answer = Node(text="Hero_1", parts=["Hero_101"], count=1)
    assert people.restore_all(answer) == Node(text="Maya", parts=["MAYA"], count=1)
    with pytest.raises(LeftoverStandIn):
        people.restore_all(a_content().model_copy(update={"title": "Hero_5"}))


def test_nothing_is_streamed_from_a_leftover_on() -> None:
    told: list[str] = []
    on_text = page_by_page(Pseudonymizer(["Maya"]), lambda page, words: told.append(words))
    answer = '{"beats": [{"text": "Hero_1 met Hero_4 there and Hero_1 ran'
    for length in range(len(answer)):
        on_text(answer[:length])
    assert told[-1] == "Maya met "
    assert not any("Hero" in words for words in told)


LONGEST = 1000
HOSTILE = {
    "one letter": "a" * 200_000,
    "nearly": ("a" * 199 + "b") * 1000,
    "names": "Maya " * 40_000,
    "marks": "Maya" + "\u0301" * 199_000,
    "signs": "मी" * 100_000,
    "digits": "Maya" + "1" * 199_000,
    "stand-ins": "Hero_" * 40_000,
    "underscores": "a_1" * 66_000,
    "joints": "Hero  " * 33_000,
    "letter by letter": "M a y a " * 25_000,
    "hardly by letter": "M - a - y - a--" * 15_000,
    "parted signs": "张 " * 100_000,
    "entities": "M&auml;y&auml;&#" * 15_000,
    "mixed scripts": "Mаyа" * 50_000,
    "jamo": "각" * 200_000,
    "ligatures": "\ufdfa" * 200_000,
}


@for_each("kind", HOSTILE)
def test_no_text_and_no_name_takes_more_than_linear_time(kind: str) -> None:
    """Twice the text takes about twice the time: a square would take four times as long."""
    names = ["a" * LONGEST, "Maya", " ".join(f"a{n:02}b" for n in range(200)), "\ufdfa" * LONGEST]

    def seconds(text: str) -> float:
        people = Pseudonymizer(names, [text])
        began = time.process_time()
        hidden = people.pseudonymize(text)
        if kind not in ("stand-ins", "joints"):
            assert people.restore(hidden) == text
        people.restore_so_far(hidden)
        return time.process_time() - began

    half = HOSTILE[kind][:25_000]
    seconds(half)
    short, long = seconds(half), seconds(HOSTILE[kind][:100_000])
    assert long < 12 * short + 0.2


def test_a_word_that_only_begins_like_a_short_name_stays_in_a_text_that_nobody_restores() -> None:
    of_pictures = Pseudonymizer(["Li", "Maya"], present=["Li"])
    words = of_pictures.pseudonymize("Light on Li, on Lis coat and on Maya's kite.")
    assert words == "Light on Hero_1, on Hero_1s coat and on an absent friend's kite."
