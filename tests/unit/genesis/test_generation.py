"""Rounds of generation: proposals of any quality, and the waits that they lead to."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import pytest

from service.genesis.drafts import DraftInvalid
from service.genesis.generation import Round, ended, pauses, proposal, proposal_id, read_round
from service.genesis.model import GenesisStage, StageStatus, State
from tests.cases import for_each
from tests.unit.genesis.played import CHARACTER, CONCEPT, PLOT, THEME, Drafted, Played

CONCEPT_STAGE, PEOPLE = GenesisStage.CONCEPT, GenesisStage.CHARACTER


def shown(played: Played, stage: GenesisStage, values: Any, **more: Any) -> dict[str, Any]:
    """A draft as a proposal."""
    scope = more.pop("scope", ())
    return proposal(played.state, Round(stage, 1, 1, scope), "an-id", 0, Drafted(values, **more))


def test_a_round_survives_its_jobs_input() -> None:
    round_ = Round(CONCEPT_STAGE, 2, 3, ("concept.title",), "Drier.", ("a",))
    assert read_round(json.loads(json.dumps(round_.input()))) == round_
    assert (round_.name, round_.wait_key) == ("concept_2", "concept:2")


def test_a_job_that_runs_again_makes_the_same_proposal() -> None:
    played, job = Played().begin("free_form"), uuid4()
    assert proposal_id(job, 0) == proposal_id(job, 0) != proposal_id(job, 1)
    assert shown(played, PEOPLE, CHARACTER) == shown(played, PEOPLE, CHARACTER)


def test_proposals_wait_for_a_person() -> None:
    played = Played().begin()
    before = played.state
    played.bring(CONCEPT_STAGE, Drafted(CONCEPT))
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.CHOOSING
    assert pauses(before, played.state) == ["concept:1"]
    played.do("SELECT_CONCEPT", {"proposal_ids": list(played.state.stage(CONCEPT_STAGE).proposals)})
    assert played.state.waits == {}
    assert played.decision is not None
    assert played.decision.signals.keys() == {"concept:1"}


@pytest.mark.parametrize("fields", [True, False])
def test_a_round_that_fails_leaves_the_stage_as_it_was(fields: bool) -> None:
    played = Played().begin(**({"genre": "mystery"} if fields else {}))
    played.end(CONCEPT_STAGE, "failed")
    status = StageStatus.DRAFTING if fields else StageStatus.EMPTY
    assert played.state.stage(CONCEPT_STAGE).status is status
    assert played.state.waits == {}
    assert played.set("concept.title", "By hand").events


def test_the_end_of_a_round_that_is_over_says_nothing() -> None:
    played = Played().begin()
    (id_,) = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    played.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
    assert ended(played.state, CONCEPT_STAGE, 1, {}) == []
    played.do("GENERATE_INSPIRATION", {"stage": "concept"})
    assert ended(played.state, CONCEPT_STAGE, 1, {}) == []


# ── drafts of any quality ──


@for_each(
    "values",
    [
        {"concept.nothing": "x"},
        {"theme.question": "Of another stage?"},
        {"concept.title": {"an": "object"}},
        {"concept.title": None},
        {"concept.title": "x" * 201},
        {"concept.title": "\u0000"},
        {"concept.length.chapters": 200},
        {"concept.audience": "everybody"},
        {"concept": "x"},
        {"concept.length": ["chapters"]},
    ],
)
def test_a_draft_that_the_stage_cannot_hold_is_invalid(values: Any) -> None:
    with pytest.raises(DraftInvalid) as invalid:
        shown(Played().begin("free_form"), CONCEPT_STAGE, {**CONCEPT, **values})
    assert [path for path, _ in invalid.value.problems] == list(values)


def test_a_draft_of_two_hundred_chapters_is_invalid() -> None:
    chapters = {f"plot.chapters.k{number}.title": "Chapter" for number in range(200)}
    with pytest.raises(DraftInvalid):
        shown(Played().begin("free_form"), GenesisStage.PLOT, chapters)


def test_text_is_made_fit_to_keep() -> None:
    made = shown(Played().begin("free_form"), CONCEPT_STAGE, {"concept.title": " The\u0000Tide e\u0301 "})
    assert made["values"] == {"concept.title": "The Tide é"}


def test_new_elements_get_ids_of_our_own_and_references_follow() -> None:
    played = Played().begin("free_form")
    made = shown(played, PEOPLE, {"character.people": ["p2", "p1"], **CHARACTER})
    second, first = made["order"]["people"]
    (relation,) = made["order"]["relations"]
    assert made["values"][f"character.people.{first}.name"] == "Nell Tarrow"
    assert made["values"][f"character.relations.{relation}.a"] == first
    assert made["values"][f"character.relations.{relation}.b"] == second
    assert {first, second} & {"p1", "p2"} == set()
    nested = shown(played, GenesisStage.PLOT, PLOT)
    chapter = nested["order"]["chapters"][0]
    assert len(nested["order"][f"chapters.{chapter}.scenes"]) == 1


def test_an_element_that_exists_keeps_its_id() -> None:
    played = Played().begin("free_form")
    played.choose(PEOPLE, CHARACTER)
    known = played.state.stage(PEOPLE).order["people"][0]
    made = shown(
        played, PEOPLE, {f"character.people.{known}.name": "Nell", "character.people.new.name": "Tom"}
    )
    assert made["order"]["people"][0] == known
    assert made["order"]["people"][1] != "new"


def test_references_to_elements_that_do_not_exist_are_left_out() -> None:
    played = Played().begin("free_form")
    played.choose(PEOPLE, CHARACTER)
    known = played.state.stage(PEOPLE).order["people"][0]
    scene = "plot.chapters.k1.scenes.s1"
    values = {
        f"{scene}.people": [known, "stranger"],
        f"{scene}.place": "nowhere",
        f"{scene}.threads": ["t1", "t2"],
        "plot.threads.t1.name": "The tide",
    }
    made = shown(played, GenesisStage.PLOT, values)["values"]
    by_name = {path.rpartition(".")[2]: value for path, value in made.items()}
    assert by_name["people"] == [known]
    assert "place" not in by_name
    assert len(by_name["threads"]) == 1


def test_a_locked_field_shows_its_own_value_or_none() -> None:
    played = Played().begin("free_form", genre="mystery")
    played.do("LOCK_FIELDS", {"paths": ["concept.genre", "concept.logline"]})
    made = shown(played, CONCEPT_STAGE, {**CONCEPT, "concept.genre": "romance"})
    assert made["values"]["concept.genre"] == "mystery"
    assert "concept.logline" not in made["values"]
    assert made["locked_then"] == ["concept.genre", "concept.logline"]


def test_a_proposal_keeps_to_its_scope_and_says_what_it_assumed() -> None:
    made = shown(
        Played().begin("free_form"),
        CONCEPT_STAGE,
        CONCEPT,
        scope=("concept.length",),
        assumed=["theme.question"],
        notes=["The goose did not fit."],
    )
    assert made["values"] == {"concept.length.chapters": 12}
    assert (made["scope"], made["assumed"]) == (["concept.length"], ["theme.question"])
    assert made["notes"] == ["The goose did not fit."]


def test_a_cited_group_is_each_of_its_fields_and_an_empty_field_is_cited_too() -> None:
    played = Played().begin("free_form", genre="mystery", chapters=9)
    cited = ["inspiration", "concept", "theme.question", "nothing.at.all", "concept.genre"]
    made = shown(played, GenesisStage.WORLD, {"world.summary": "x"}, drawn_from=cited)
    assert made["at"] == {"concept.genre": 1, "concept.length.chapters": 1, "theme.question": 0}
    assert made["drawn_from"][0] == "inspiration"
    assert "nothing.at.all" not in made["drawn_from"]


# ── many rounds ──


@pytest.mark.slow
def test_a_state_is_as_small_and_as_quick_after_three_hundred_rounds() -> None:
    """Bar 7, the pure part: what a session has behind it costs its commands nothing."""
    played = Played().begin().complete()
    sizes, times = [], []
    for number in range(300):
        played.do("GENERATE_INSPIRATION", {"stage": "theme"})
        ids = played.bring(GenesisStage.THEME, *[Drafted({**THEME, "theme.statement": f"{number}"})] * 3)
        played.do("SUBMIT_FEEDBACK", {"stage": "theme", "text": f"Not {number}."})
        command = played.command("SELECT_PROPOSAL", {"proposal_ids": ids[:1]})
        begun = time.process_time()
        decision = played.decide(command)
        times.append(time.process_time() - begun)
        played.append(decision.events)
        sizes.append(len(json.dumps(played.state.json)))
    assert max(sizes[30:]) <= 1.1 * sizes[25]
    assert min(times[200:]) <= 1.5 * min(times[:50])
    assert State(played.at(played.version)) == played.state
