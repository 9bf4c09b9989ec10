"""The later stages of the offline planner: each is a function of accepted fields."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from service.providers.offline.planner.drafting import drafts
from service.providers.protocols import Draft, FieldValue, PlanAsk, Stage
from tests.cases import for_each
from tests.unit.planner_asks import CLOCKMAKER, STAGES, a_plan, draft_of, drafts_of
from tests.unit.planner_inspirations import INSPIRATIONS, in_forms

pytestmark = pytest.mark.slow

LONGEST = {
    "name": 200,
    "title": 200,
    "summary": 1000,
    "beats": 600,
    "setup": 1000,
    "goal": 1000,
    "ending": 4000,
}
LATER: tuple[Stage, ...] = ("theme", "character", "world", "plot")


def ending_with(fields: dict[str, FieldValue], *ends: str) -> dict[str, FieldValue]:
    return {path: value for path, value in fields.items() if path.endswith(ends)}


def texts(fields: dict[str, FieldValue]) -> Iterator[str]:
    for value in fields.values():
        yield from [value] if isinstance(value, str) else value if isinstance(value, list) else []


def beats(fields: dict[str, FieldValue]) -> list[str]:
    return [
        beat for value in ending_with(fields, ".beats").values() if isinstance(value, list) for beat in value
    ]


@pytest.mark.parametrize("inspiration", in_forms(INSPIRATIONS[:20]))
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_plan_is_whole_and_reads_well(inspiration: str, seed: int) -> None:
    fields = a_plan(inspiration, seed=seed)
    for text in texts(fields):
        assert not re.search(r"[{}<>|]", text)
        assert not re.search(
            r"\b(she|he) (are|have|were|do|want|see|know|think|go|need|get|carry)\b(?! been)", text
        )
        assert not re.search(r"\ba (?!one|uni|use)[aeio]\w|\ban [bcdfgjklmnpqrstvwxyz]", text)
    sentences = [one for beat in beats(fields) for one in re.split(r"(?<=[.?!]) ", beat) if len(one) > 12]
    assert max(Counter(sentences).values()) == 1
    for value in ending_with(fields, ".beats").values():
        assert isinstance(value, list)
        assert 3 <= len(value) <= 6


@for_each("chapters", [3, 5, 6, 12, 24, 36, 45, 60])
def test_a_plot_has_as_many_chapters_as_were_asked_for(chapters: int) -> None:
    fields = a_plan(length__chapters=chapters)
    numbers = list(ending_with(fields, ".number").values())
    assert numbers == list(range(1, chapters + 1))
    titles = [fields[path] for path in fields if re.fullmatch(r"plot\.chapters\.\w+\.title", path)]
    assert len(set(titles)) == chapters
    acts = [int(str(act)) for act in ending_with(fields, ".act").values()]
    assert acts == sorted(acts)
    assert set(acts) == {1, 2, 3}


def test_a_long_plot_is_whole_where_few_relations_are_left() -> None:
    fields = a_plan(until="world", length__chapters=36)
    few = {path: value for path, value in fields.items() if not re.search(r"relations\.r[2-9]", path)}
    assert len(ending_with(dict(draft_of("plot", few).values), ".number")) == 36


def test_a_plot_with_too_few_scenes_says_so() -> None:
    fields = a_plan(until="world", length__chapters=24) | {"concept.length.chapters": 200}
    plot = draft_of("plot", fields)
    made = len(ending_with(dict(plot.values), ".number"))
    assert f"There are scenes for {made} chapters, not for 200." in plot.notes


def test_a_plan_refers_only_to_its_own_elements() -> None:
    fields = a_plan()
    known = {path.split(".")[2] for path in fields if path.count(".") > 2 or path.startswith("world.places")}
    for path, value in ending_with(fields, ".people", ".threads", ".place", ".pov", ".a", ".b").items():
        assert set([value] if isinstance(value, str) else value) <= known, path  # type: ignore[arg-type]


def test_everybody_has_a_scene_and_every_thread_a_setup_and_a_payoff() -> None:
    fields = a_plan()
    present = {id_ for value in ending_with(fields, ".people").values() for id_ in value}  # type: ignore[union-attr]
    assert present == {f"c{at}" for at in range(1, 7)}
    for path, setup in ending_with(fields, ".setup").items():
        assert setup != fields[path.replace(".setup", ".payoff")]


def test_a_whole_plan_of_24_chapters_takes_well_under_five_seconds() -> None:
    a_plan()
    begun = time.process_time()
    a_plan(INSPIRATIONS[9], seed=3)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("stage", LATER)
def test_the_same_ask_gives_the_same_drafts(stage: Stage) -> None:
    fields = a_plan(until=STAGES[STAGES.index(stage) - 1])
    assert drafts_of(stage, fields, count=3, seed=5) == drafts_of(stage, fields, count=3, seed=5)


@pytest.mark.parametrize("stage", ["theme", "character"])
def test_siblings_of_a_stage_differ(stage: Stage) -> None:
    fields = a_plan(until=STAGES[STAGES.index(stage) - 1])
    made = drafts_of(stage, fields, count=3)
    assert len(made) == 3
    key = {"theme": "theme.question", "character": "character.people.c1.lie"}[stage]
    assert len({str(one.values[key]) for one in made}) > 1


def test_where_there_is_one_draft_only_it_is_said() -> None:
    fields = a_plan(until="character")
    [world] = drafts_of("world", fields, count=4)
    assert any("one world" in note for note in world.notes)


# ── what a draft was drawn from ──


def changed(value: FieldValue) -> FieldValue:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 3
    return value[:-1] if isinstance(value, list) else "Zanzibar kumquat"


@pytest.mark.slow
@pytest.mark.parametrize("stage", LATER)
@pytest.mark.parametrize("inspiration", ["", CLOCKMAKER])
def test_no_field_changes_a_draft_without_being_cited(stage: Stage, inspiration: str) -> None:
    fields = a_plan(inspiration, until=STAGES[STAGES.index(stage) - 1])
    ask = {"inspiration": inspiration, "seed": 2}
    base = draft_of(stage, fields, **ask)
    for path, value in fields.items():
        other = draft_of(stage, {**fields, path: changed(value)}, **ask)
        assert other.values == base.values or path in base.drawn_from, path


@pytest.mark.parametrize("stage", LATER)
def test_a_draft_cites_accepted_fields_and_the_texts_that_it_read(stage: Stage) -> None:
    fields = a_plan(until=STAGES[STAGES.index(stage) - 1])
    draft = draft_of(stage, fields, inspiration=CLOCKMAKER)
    assert draft.drawn_from
    assert set(draft.drawn_from) <= {*fields, "inspiration"}
    assert draft.assumed == ()


@pytest.mark.parametrize("stage", LATER)
def test_in_free_form_what_was_missing_is_assumed_and_said(stage: Stage) -> None:
    draft = draft_of(stage, inspiration=CLOCKMAKER)
    assert "concept.premise" in draft.assumed
    assert draft.drawn_from == ("inspiration",)
    assert not ending_with(dict(draft.values), ".place", ".pov")
    assert not any(ending_with(dict(draft.values), ".scenes.s1.people").values())


def test_an_assumed_concept_is_the_same_for_each_stage_and_round() -> None:
    people = draft_of("character", inspiration=CLOCKMAKER, seed=1)
    again = draft_of("character", inspiration=CLOCKMAKER, seed=2)
    plot = draft_of("plot", inspiration=CLOCKMAKER, seed=3)
    name = str(people.values["character.people.c1.name"])
    assert again.values["character.people.c1.name"] == name
    assert name.split()[0] in str(plot.values["plot.ending"])


# ── a person's own words ──


def test_a_premise_of_ones_own_finds_its_kin_and_keeps_its_names() -> None:
    own: dict[str, FieldValue] = {
        "concept.logline": "A tuner of pianos hears a murder in a bell.",
        "concept.premise": "Hanna Weiss tunes pianos. The bell of the village has come back flat from the "
        "foundry, and Karl Brandt, the churchwarden, wants it blessed at Easter.",
    }
    people = draft_of("character", own)
    assert people.values["character.people.c1.name"] == "Hanna Weiss"
    assert people.values["character.people.c2.name"] == "Karl Brandt"
    assert "bell" in str(draft_of("world", {**own, **people.values}).values["world.summary"])


def test_an_edited_name_and_pronoun_reach_world_and_plot() -> None:
    fields = a_plan(until="world")
    fields |= {"character.people.c1.name": "Greta Weiss", "character.people.c1.pronouns": "they/them"}
    plot = draft_of("plot", fields)
    assert any("Greta" in text for text in texts(dict(plot.values)))
    assert any(re.search(r"\bthey\b", beat) for beat in beats(dict(plot.values)))


def test_people_are_found_by_their_roles_whatever_their_order_and_ids() -> None:
    fields = a_plan(until="world")
    renamed = {path.replace(".c1.", ".z9."): value for path, value in fields.items() if ".c1." in path}
    others = {path: value for path, value in fields.items() if ".c1." not in path}
    for path in ("character.relations.r1.a",):
        assert others[path] == "c1"
    moved = draft_of("plot", {**others, **renamed})
    assert moved.values["plot.chapters.k1.pov"] == "z9"
    assert moved.values["plot.ending"] == draft_of("plot", fields).values["plot.ending"]


def test_the_order_of_a_collection_may_stand_at_its_path() -> None:
    fields = a_plan(until="world")
    unlabelled = {path: value for path, value in fields.items() if not path.endswith(".role")}
    order: dict[str, FieldValue] = {"character.people": ["c3", "c1", "c2", "c4", "c5", "c6"]}
    assert draft_of("plot", {**unlabelled, **order}).values["plot.chapters.k1.pov"] == "c3"


def test_a_role_without_a_person_is_said_and_not_referred_to() -> None:
    fields = {path: value for path, value in a_plan(until="world").items() if ".people.c5." not in path}
    plot = draft_of("plot", fields)
    assert any("nobody has accepted" in note for note in plot.notes)
    assert not any("c5" in value for value in ending_with(dict(plot.values), ".people").values())  # type: ignore[operator]


def test_people_for_whom_there_is_no_role_are_said() -> None:
    fields = a_plan(until="world") | {"character.people.x1.name": "Zebulon Quist"}
    assert any("Zebulon Quist" in note for note in draft_of("plot", fields).notes)


def test_a_thing_that_has_left_the_premise_has_no_thread() -> None:
    inspiration = "A baker and the brass key"
    fields = a_plan(inspiration, until="world")
    with_key = draft_of("plot", fields, inspiration=inspiration)
    lines = str(fields["concept.premise"]).splitlines()
    fields["concept.premise"] = "\n".join(line for line in lines if "brass key" not in line)
    without = draft_of("plot", fields, inspiration=inspiration)
    assert "brass key" in " ".join(beats(dict(with_key.values)))
    assert "brass key" not in " ".join(beats(dict(without.values)))


# ── locks, and what an element is called ──


def test_locked_people_keep_id_name_and_arc_and_are_known_to_the_others() -> None:
    fields = a_plan(until="character", seed=1)
    person = {path: value for path, value in fields.items() if ".people.c3." in path}
    own = {path.replace(".c3.", ".q7."): value for path, value in person.items()}
    own["character.people.q7.name"] = "Zebulon Quist"
    rest = {path: value for path, value in fields.items() if path.startswith(("concept", "theme"))}
    for seed in range(3):
        draft = draft_of("character", {**rest, **own}, locked=own, seed=seed)
        assert {path: draft.values[path] for path in own} == own
        assert "character.people.c3.name" not in draft.values
        tensions = " ".join(map(str, ending_with(dict(draft.values), ".tension").values()))
        assert "Zebulon" in tensions
        assert any(value == "q7" for value in ending_with(dict(draft.values), ".a", ".b").values())


def test_a_locked_question_keeps_its_theme() -> None:
    fields = a_plan(until="theme")
    locked = {"theme.question": fields["theme.question"]}
    [draft] = drafts_of("theme", fields, locked=locked, count=3, seed=9)
    assert draft.values["theme.statement"] == fields["theme.statement"]


def test_elements_keep_their_ids_where_their_names_stay() -> None:
    fields = a_plan()
    marked: dict[str, FieldValue] = {
        re.sub(r"\.([wktcr])(\d+)\.", r".\1old\2.", path): value for path, value in fields.items()
    }
    for stage, collection in (
        ("world", "world.places"),
        ("character", "character.people"),
        ("plot", "plot.threads"),
    ):
        draft = draft_of(stage, marked, inspiration=CLOCKMAKER, seed=1)  # type: ignore[arg-type]
        ids = {path.split(".")[2] for path in draft.values if path.startswith(f"{collection}.")}
        assert any("old" in id_ for id_ in ids), stage
        assert all("old" in id_ for id_ in ids) or stage == "plot"


def test_a_blend_of_themes_has_the_motifs_of_both() -> None:
    fields = a_plan(until="concept")
    one, other = drafts_of("theme", fields, count=2)
    blend = draft_of("theme", fields, blend=(one.values, other.values))
    motifs = set(map(str, ending_with(dict(blend.values), ".name").values()))
    assert blend.values["theme.question"] == one.values["theme.question"]
    assert motifs >= {str(one.values["theme.motifs.m1.name"]), str(other.values["theme.motifs.m1.name"])}


@pytest.mark.parametrize(
    "typed", ["{O}", "<a|b>", "x" * 120, "a; b, c; d", "The people: ", "\u202e{", "Mrs " + "y" * 110]
)
def test_whatever_a_person_types_can_be_planned_from(typed: str) -> None:
    fields = a_plan(until="world")
    for path in list(fields):
        if path.endswith(
            (".name", ".role", ".premise", ".title", ".logline", ".tension", ".lie", ".want", ".need")
        ):
            fields[path] = typed
    for stage in STAGES:
        for draft in drafts(PlanAsk(stage, fields=fields, inspiration=typed)):
            check_bounds(draft)


def check_bounds(draft: Draft) -> None:
    for path, value in draft.values.items():
        most = LONGEST.get(path.rpartition(".")[2])
        for text in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            assert text
            assert most is None or len(text) <= max(most, 4000 if path == "world.summary" else 0), path
