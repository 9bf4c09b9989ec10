"""What the offline planner avoids, and what of feedback it reads."""

from __future__ import annotations

import re

import pytest

from service.providers.offline.planner.word_lists import matters_of
from service.providers.protocols import FieldValue
from tests.unit.planner_asks import STAGES, draft_of, drafts_of

MYSTERY: dict[str, FieldValue] = {"concept.genre": "quiet mystery", "concept.length.chapters": 8}


def told(values: object) -> str:
    return re.sub(r"\W+", " ", str(values)).lower()


@pytest.mark.parametrize("seed", [3, 7])
def test_what_a_shunned_word_names_is_in_no_stage(seed: int) -> None:
    (murder,) = matters_of("murder")
    fields = dict(MYSTERY)
    for stage in STAGES:
        values = draft_of(stage, fields, avoid=("murder",), seed=seed).values
        assert not murder.search(told({**values, "concept.avoid": ""}))
        fields |= values


def test_ten_concepts_of_a_genre_have_ten_premises() -> None:
    made = drafts_of("concept", MYSTERY, avoid=("murder",), count=10, seed=3)
    assert len({str(one.values["concept.logline"])[-30:] for one in made}) == 10
    assert {one.values["concept.genre"] for one in made} == {"quiet mystery"}
    assert any("transposed" in note for one in made for note in one.notes)


def test_fewer_concepts_are_proposed_where_fewer_premises_fit() -> None:
    made = drafts_of("concept", {"concept.audience": "children"}, count=10)
    assert 1 < len(made) < 10
    assert all(any("proposes no more" in note for note in one.notes) for one in made)


def test_feedback_names_the_hero() -> None:
    made = drafts_of("concept", feedback=("An old librarian should be the heroine.",), count=3)
    assert all("an old librarian" in str(one.values["concept.premise"]).lower() for one in made)
    assert [one.notes for one in made] == [()] * 3


def test_feedback_makes_kin_and_says_what_it_does_not_read() -> None:
    fields = draft_of("concept", seed=3).values
    names = str(fields["concept.premise"]).split("The people: ")[1].split("; ")
    hero, ally = names[0].split()[0], names[2].split()[0]
    wish = f"{ally} should be {hero}'s younger brother, and funny. Less sadness."
    for draft in drafts_of("character", fields, feedback=(wish,), count=2):
        people = {
            str(draft.values[f"character.people.{id_}.name"]).split()[0]: f"character.people.{id_}"
            for id_ in {path.split(".")[2] for path in draft.values if path.startswith("character.people.")}
        }
        assert f"{hero}’s younger brother" in str(draft.values[f"{people[ally]}.role"])
        older, younger = (draft.values[f"{people[name]}.age"] for name in (hero, ally))
        assert isinstance(older, int)
        assert isinstance(younger, int)
        assert 2 <= older - younger <= 9
        assert any(str(value).startswith("brother and ") for value in draft.values.values())
        assert any("“funny”; “Less sadness”" in note for note in draft.notes)


def test_feedback_sets_the_tone() -> None:
    tone = draft_of("concept", feedback=("Lighter, please. Less sadness.",)).values["concept.tone"]
    assert isinstance(tone, list)
    assert tone[0] == "light"
    assert "sombre" not in tone


def test_no_plot_is_proposed_twice() -> None:
    fields = dict(MYSTERY)
    for stage in STAGES[:-1]:
        fields |= draft_of(stage, fields, seed=4).values
    made = drafts_of("plot", fields, count=3, seed=4)
    chapters = [tuple(value for path, value in one.values.items() if path.endswith(".title")) for one in made]
    assert len(set(chapters)) == len(chapters)
