"""What the offline planner takes from a pasted manuscript, and what it makes of several proposals."""

from __future__ import annotations

import re
import time

import pytest

from service.providers.offline.planner.blending import blend
from service.providers.offline.planner.manuscript import age_of, is_dead, passages_of, said_of
from service.providers.offline.planner.passages import passage
from service.providers.offline.planner.wish import understand
from service.providers.protocols import FieldValue, Stage
from tests.unit.planner_asks import STAGES, a_plan, draft_of, drafts_of
from tests.unit.planner_inspirations import INSPIRATIONS

pytestmark = pytest.mark.slow

PAGE = next(text for text in INSPIRATIONS if text.startswith("The ferry did not come"))
CHAPTER = """
In the evening Halvard carried the cello up to the customs house, where Ragna Eide was counting other
people's parcels. Ragna was the only clerk of the customs house, and Halvard knew it. Halvard had never
asked. Liv drew Halvard. Captain Brekke had a small dry cough. His brother Mikkel had sailed with Captain
Brekke. Inspector Dahl came from Bergen. Inspector Dahl had new boots. Ragna said nothing. Old Torben sold
the newspapers.
"""
#: A manuscript of 100 KB: the page once, and the chapter again and again.
MANUSCRIPT = PAGE + CHAPTER * ((100_000 - len(PAGE)) // len(CHAPTER))


def plan(until: Stage) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    for stage in STAGES[: STAGES.index(until) + 1]:
        fields |= draft_of(stage, fields, material={"m1": MANUSCRIPT}, seed=3).values
    return fields


def test_a_manuscript_is_read_whole_and_soon() -> None:
    begun = time.process_time()
    wish = understand(MANUSCRIPT)
    assert time.process_time() - begun < 2
    names = [person.name for person in wish.people]
    assert names[0] == "Halvard"
    assert {"Ragna Eide", "Captain Brekke", "Inspector Dahl", "Old Torben", "Liv"} <= set(names)
    assert wish.site == "the customs house"
    assert wish.matter() == "the cello"


def test_a_manuscript_is_sorted_into_fields_with_its_own_words() -> None:
    fields = plan("world")
    summaries = {fields[f"{path}.name"]: str(fields[f"{path}.summary"]) for path in elements(fields)}
    quoted = {name: re.findall(r"“([^”]+)”", summary) for name, summary in summaries.items()}
    assert all(quote in MANUSCRIPT for quotes in quoted.values() for quote in quotes)
    assert quoted["Halvard"]
    assert quoted["Captain Brekke"]
    assert quoted["the customs house"]
    assert PAGE.split(".")[0] in str(fields["concept.premise"])


#: Another manuscript, of which no premise of ours knows anything.
MILL = "\n\n".join(
    f"Chapter {number}\n\n{told}\n\n{'The rain fell all night, and the wheel went round. ' * 60}"
    for number, told in enumerate(
        (
            "Dorothea Finch, the miller's widow, had kept the ledger till now. Dorothea shut the mill.",
            "Reverend Pike had buried her husband Amos. Amos had died on a Sunday. Dorothea asked nothing.",
            "Dorothea did not tell her son Edmund, who was twelve years old. Edmund sailed paper boats.",
            "Miss Harrow was the schoolmistress of Lower Wend. Miss Harrow found the page for Dorothea.",
            "Constable Webb sold horses in Lower Wend. Constable Webb asked Dorothea for the ledger.",
        ),
        1,
    )
)


def test_a_text_says_who_people_are() -> None:
    assert said_of(MILL, "Dorothea Finch") == "the miller's widow"
    assert said_of(MILL, "Miss Harrow") == "the schoolmistress of Lower Wend"
    assert said_of(MILL, "Constable Webb") == "a seller of horses in Lower Wend"
    assert said_of(MILL, "Amos") == ""
    assert (age_of(MILL, "Edmund"), age_of(MILL, "Amos")) == (12, 0)
    assert is_dead(MILL, "Amos")
    assert not is_dead(MILL, "Edmund")


def test_the_plan_of_a_manuscript_begins_with_its_own_words_and_asserts_nothing_else_of_its_people() -> None:
    fields: dict[str, FieldValue] = {}
    for stage in STAGES:
        fields |= draft_of(stage, fields, material={"m1": MILL}, seed=3).values
    roles = {str(fields[f"{path}.name"]): fields.get(f"{path}.role") for path in elements(fields)}
    assert roles["Dorothea Finch"] == "protagonist: the miller's widow"
    assert roles["Edmund"] == "younger: Dorothea’s son"
    assert "Amos" not in roles
    beats = [beat for path, value in fields.items() if path.endswith(".beats") for beat in value]  # type: ignore[union-attr]
    own = [beat for beat in beats if beat.startswith("In the text: ")]
    assert own
    assert all(quote in MILL for text in own for quote in re.findall(r"“([^”]+)”", text))
    assert "What follows is proposed" in str(fields["concept.premise"])


def test_a_short_text_has_no_parts() -> None:
    assert passages_of(CHAPTER, ("Halvard",), 6) == ()


def elements(fields: dict[str, FieldValue]) -> set[str]:
    return {
        path.rpartition(".")[0]
        for path in fields
        if re.fullmatch(r"(character.people|world.places).*name", path)
    }


def test_a_passage_is_a_whole_sentence_or_nothing() -> None:
    assert passage((CHAPTER,), "Ragna Eide") in CHAPTER
    assert passage((CHAPTER,), "Zebulon") == ""


@pytest.mark.parametrize("stage", ["character", "world", "plot"])
def test_a_blend_has_parts_of_both_and_refers_to_its_own_elements(stage: Stage) -> None:
    fields = a_plan(until=STAGES[STAGES.index(stage) - 1])
    one, other = draft_of(stage, fields, seed=1).values, drafts_of(stage, fields, seed=9, count=2)[-1].values
    made = blend(stage, (one, other))
    known = {path.split(".")[2] for path in {**fields, **made} if path.count(".") > 2}
    for path, value in made.items():
        if path.endswith((".people", ".threads", ".pov", ".a", ".b")):
            assert set([value] if isinstance(value, str) else value) <= known, path  # type: ignore[arg-type]
    assert draft_of(stage, fields, blend=(one, other)).values == made
    if one != other:
        assert made != one or stage == "world"


def test_a_blended_plot_begins_as_the_first_and_ends_as_the_second() -> None:
    fields = a_plan(until="world")
    one, other = (draft.values for draft in drafts_of("plot", fields, count=2))
    made = blend("plot", (one, other))
    numbers = [value for path, value in made.items() if re.fullmatch(r"plot\.chapters\.\w+\.number", path)]
    assert numbers == list(range(1, 25))
    assert made["plot.chapters.k1.title"] == one["plot.chapters.k1.title"]
    assert made["plot.ending"] == other["plot.ending"]


def test_plots_differ_in_structure() -> None:
    made = drafts_of("plot", a_plan(until="world"), count=4)
    assert len({note for draft in made for note in draft.notes if note.startswith("The plot has")}) == 4


def test_what_was_assumed_for_an_accepted_stage_comes_first() -> None:
    people = draft_of("character", inspiration="A baker and a train", seed=4).values
    concept = draft_of("concept", people, inspiration="A baker and a train", seed=8)
    assert str(people["character.people.c1.name"]) in str(concept.values["concept.premise"])
    assert next(iter(people)) in concept.drawn_from
