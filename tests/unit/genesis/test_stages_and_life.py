"""Going through the stages, coming back to what stood before, and the life of a session."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.genesis.decide import Rules
from service.genesis.derive import stale, title
from service.genesis.findings import findings
from service.genesis.history import branched, decided_stage, differences, outline, touched
from service.genesis.model import EventType, GenesisStage, StageStatus, State
from service.genesis.payloads import MOST_MATERIAL
from tests.unit.genesis.played import CHARACTER, CONCEPT, SESSION, Drafted, Played, drawn, edit, people

CONCEPT_STAGE, THEME_STAGE, PEOPLE = GenesisStage.CONCEPT, GenesisStage.THEME, GenesisStage.CHARACTER


@pytest.fixture
def played() -> Played:
    """A free-form session with nothing in it."""
    return Played().begin("free_form")


# ── guided ──


def test_guided_mode_keeps_the_order_and_goes_on_by_itself() -> None:
    played = Played().begin()
    for type_, payload in (
        ("NAVIGATE", {"stage": "theme"}),
        ("GENERATE_INSPIRATION", {"stage": "theme"}),
        ("CONFIRM_STAGE", {"stage": "theme"}),
        ("SUBMIT_FEEDBACK", {"stage": "theme", "text": "x"}),
        ("EDIT_STAGE", {"stage": "theme", "changes": [{"op": "remove", "path": "theme.question"}]}),
    ):
        assert played.refused(type_, payload).code == "STAGE_NOT_REACHED", type_
    refused = played.refused("CONFIRM_STAGE", {"stage": "concept"})
    assert (refused.code, "concept.title" in refused.data["paths"]) == ("STAGE_INCOMPLETE", True)
    played.choose(CONCEPT_STAGE)
    decision = played.do("CONFIRM_STAGE", {"stage": "concept"})
    assert [one.name for one in decision.rounds] == ["theme_1"]
    assert played.state.current_stage is THEME_STAGE


def test_a_reopened_stage_leaves_the_later_ones_within_reach() -> None:
    played = Played().begin().complete()
    played.do("REOPEN_STAGE", {"stage": "concept"})
    assert played.state.current_stage is CONCEPT_STAGE
    played.do("NAVIGATE", {"stage": "plot"})


def test_a_confirmed_stage_that_loses_what_it_needs_is_drafted_again() -> None:
    played = Played().begin().complete()
    played.set("concept.title", "Another")
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.CONFIRMED
    edit(played, "concept", {"op": "remove", "path": "concept.title"})
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.DRAFTING


def test_one_round_a_stage_at_a_time() -> None:
    played = Played().begin()
    assert played.refused("GENERATE_INSPIRATION", {"stage": "concept"}).code == "GENERATION_RUNNING"
    feedback = {"stage": "concept", "text": "Drier.", "regenerate": True}
    assert played.refused("SUBMIT_FEEDBACK", feedback).code == "GENERATION_RUNNING"
    played.do("CANCEL_GENERATION", {"stage": "concept"})
    assert played.do("SUBMIT_FEEDBACK", feedback).rounds[0].name == "concept_2"


def test_what_a_cancelled_round_has_written_can_be_chosen() -> None:
    played = Played().begin()
    played.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    assert played.do("CANCEL_GENERATION", {"stage": "concept"}).cancels == {CONCEPT_STAGE}
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.CHOOSING
    assert played.state.waits.keys() == {"concept:1"}


def test_a_spent_budget_asks_for_nothing_more_and_leaves_the_session_usable() -> None:
    played = Played().begin(budget_usd=0.05)
    played.choose(CONCEPT_STAGE)
    played.spent_usd = Decimal("0.05")
    assert played.do("CONFIRM_STAGE", {"stage": "concept"}).rounds == ()
    assert played.refused("GENERATE_INSPIRATION", {"stage": "theme"}).code == "BUDGET_EXCEEDED"
    played.do("SET_BUDGET", {"budget_usd": 1})
    assert played.do("GENERATE_INSPIRATION", {"stage": "theme"}).rounds


def test_feedback_is_kept_and_bounded(played: Played) -> None:
    for number in range(25):
        played.do("SUBMIT_FEEDBACK", {"stage": "concept", "text": f"{number}", "about": "concept.title"})
    feedback = played.state.stage(CONCEPT_STAGE).feedback
    assert [one["text"] for one in feedback] == [f"{number}" for number in range(5, 25)]
    about = {"stage": "concept", "text": "x", "about": "5f0c6a52-3c0e-4b57-9d0a-6d5d2f2b8a11"}
    assert played.refused("SUBMIT_FEEDBACK", about).code == "PROPOSAL_NOT_FOUND"


# ── findings, history, branches ──


def test_a_finding_that_was_set_aside_returns_when_its_field_changes(played: Played) -> None:
    played.choose(PEOPLE, CHARACTER)
    nell, ada = people(played)
    edit(played, "character", {"op": "remove", "path": nell})
    (found,) = findings(played.state)
    played.do("DISMISS_FINDING", {"finding_id": found.id, "reason": "She is a ghost."})
    assert findings(played.state) == []
    again = {"finding_id": found.id, "reason": "x"}
    assert played.refused("DISMISS_FINDING", again).code == "INVALID_INPUT"
    (path,) = found.paths
    edit(played, "character", {"op": "set", "path": path, "value": ada.rpartition(".")[2]})
    edit(played, "character", {"op": "set", "path": path, "value": nell.rpartition(".")[2]})
    assert [one.id for one in findings(played.state)] == [found.id]


def test_an_earlier_version_stands_again_and_what_was_drawn_from_it_fits(played: Played) -> None:
    drawn(played)
    version = played.version
    played.set("concept.title", "Second")
    played.do("LOCK_FIELDS", {"paths": ["theme.question"]})
    assert stale(played.state)
    played.do("RESTORE", {"to_version": version, "stages": ["concept"]})
    assert played.value("concept.title") == "First"
    assert stale(played.state) == {}
    assert played.refused("RESTORE", {"to_version": played.version + 1}).code == "INVALID_INPUT"


def test_a_restore_leaves_an_element_with_a_locked_field(played: Played) -> None:
    version = played.version
    played.choose(PEOPLE, CHARACTER)
    nell, ada = people(played)
    played.do("LOCK_FIELDS", {"paths": [f"{nell}.want"]})
    played.do("RESTORE", {"to_version": version, "stages": ["character"]})
    assert people(played) == [nell]
    assert played.value(f"{nell}.name") == "Nell Tarrow"
    assert played.value(f"{nell}.want") == "to print the whole truth"
    assert played.value(f"{ada}.name") is None


def test_a_branch_begins_with_what_its_source_had() -> None:
    source = Played().begin().complete()
    source.set("concept.title", "Another")
    origin = {"session_id": str(SESSION), "version": source.version}
    branch = Played()
    branch.do("START_GENESIS", {"from": origin, "mode": "free_form"}, past=source.state)
    assert branch.state.values() == source.state.values()
    assert stale(branch.state) == stale(source.state) != {}
    assert branch.state.json["origin"] == origin
    assert (branch.state.decision_version, branch.version) == (1, 1)
    assert not branch.state.guided
    for _ in range(6):
        branch.set("concept.title", f"{branch.version}")
        assert stale(branch.state).keys() == stale(source.state).keys()


def test_a_branch_waits_for_nobody_and_runs_nothing() -> None:
    source = Played().begin()
    source.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    branch = State(branched(source.state))
    assert branch.stage(CONCEPT_STAGE).status is StageStatus.CHOOSING
    assert branch.waits == {}


def test_versions_are_compared_by_path(played: Played) -> None:
    played.set("concept.title", "First")
    before = outline(played.state)
    played.set("concept.title", "Second")
    edit(played, "theme", {"op": "add", "path": "theme.motifs", "value": {"name": "salt"}})
    found = differences(before, outline(played.state))
    assert found["concept.title"] == {"before": "First", "after": "Second"}
    (motif,) = found["theme.motifs"]["after"]
    assert found[f"theme.motifs.{motif}.name"] == {"after": "salt"}


def test_a_stale_decision_can_name_the_paths_that_changed(played: Played) -> None:
    seen = played.version
    played.set("concept.title", "Mine")
    played.do("LOCK_FIELDS", {"paths": ["theme.question"]})
    edit(played, "theme", {"op": "add", "path": "theme.motifs", "value": {"name": "salt"}})
    paths = touched(data["patch"] for _, data in played.events[seen:])
    (motif,) = played.state.stage(THEME_STAGE).order["motifs"]
    assert paths == ["concept.title", "theme.motifs", f"theme.motifs.{motif}.name", "theme.question"]


def test_a_decision_names_its_stage_even_if_it_enters_the_next_one() -> None:
    entered: list[dict[str, Any]] = [
        {"decision_version": 2, "stages": {"concept": {"status": "confirmed"}}},
        {"current_stage": "theme"},
        {"stages": {"theme": {"status": "proposing"}}},
    ]
    assert decided_stage(entered) == "concept"
    assert decided_stage([{"waits": {"theme_1": None}}, {"locks": {"theme.question": True}}]) == "theme"
    assert decided_stage([{"current_stage": "plot"}]) == "plot"
    assert decided_stage([{"stages": {"concept": {}, "theme": {}}}]) is None
    assert decided_stage([{"budget_usd": 2}]) is None


# ── the life of a session ──


def test_each_decision_prolongs_the_session_and_a_reminder_does_not() -> None:
    played = Played().begin().later(days=27)
    first = played.state.expires_at
    assert [event.type for event in played.do("REMIND").events] == [EventType.GENESIS_REMINDED]
    assert played.do("REMIND").events == ()
    assert played.state.expires_at == first
    played.do("NAVIGATE", {"stage": "concept"})
    assert played.state.reminded
    played.do("SET_BUDGET", {"budget_usd": 3})
    assert not played.state.reminded
    assert (played.state.expires_at - first).days == 27
    assert played.later(days=3).do("EXPIRE").events == ()


def test_an_expired_session_closes_its_waits_and_is_taken_up_within_the_grace() -> None:
    played = Played().begin()
    played.bring(CONCEPT_STAGE, Drafted(CONCEPT))
    played.later(days=30)
    decision = played.do("EXPIRE")
    assert decision.expired == ("concept:1",)
    assert played.state.waits == {}
    assert played.refused("SET_BUDGET", {"budget_usd": 1}).code == "SESSION_EXPIRED"
    expired = played.state
    played.later(days=29).do("EXTEND_GENESIS")
    assert played.state.status == "active"
    assert played.state.expires_at == played.now + Rules().life
    played.state = expired
    played.later(days=2)
    assert played.refused("EXTEND_GENESIS").code == "SESSION_CLOSED"


def test_the_end_of_a_session_stops_all_that_runs() -> None:
    played = Played().begin()
    decision = played.do("ABANDON_GENESIS", {"reason": "It is told already."})
    assert decision.cancels == {CONCEPT_STAGE}
    assert not played.state.stage(CONCEPT_STAGE).running
    assert played.state.json["reason"] == "It is told already."


def test_a_novel_is_made_of_what_is_complete_and_fits() -> None:
    played = Played().begin().complete()
    played.set("concept.title", "Another")
    refused = played.refused("FINISH_GENESIS")
    assert (refused.code, "theme.question" in refused.data["stale"]) == ("STAGE_STALE", True)
    decision = played.do("FINISH_GENESIS", {"allow_stale": True})
    assert decision.finish is not None
    assert decision.finish.title == title(played.state) == "Another"


def test_an_incomplete_plan_is_no_novel(played: Played) -> None:
    refused = played.refused("FINISH_GENESIS")
    assert refused.code == "STAGE_INCOMPLETE"
    assert {path.split(".")[0] for path in refused.data["paths"]} == set(GenesisStage)


@pytest.mark.slow
def test_material_is_bounded_and_kept_word_for_word(played: Played) -> None:
    text = "x" * MOST_MATERIAL
    for _ in range(10):
        played.do("IMPORT_MATERIAL", {"text": text, "into": ["world"]})
    refused = played.refused("IMPORT_MATERIAL", {"text": "y"})
    assert (refused.code, refused.data["errors"][0]["path"]) == ("INVALID_INPUT", "payload.text")
    assert [one["text"] == text for one in played.state.material.values()] == [True] * 10


def test_an_extension_opens_the_waits_that_an_expiry_closed() -> None:
    played = Played().begin()
    played.bring(GenesisStage.CONCEPT, Drafted(CONCEPT))
    waits = played.state.waits
    assert waits.keys() == {"concept:1"}
    played.later(days=31).do("EXPIRE")
    assert played.state.waits == {}
    played.do("EXTEND_GENESIS")
    assert played.state.waits == waits
    # One that has not expired has its waits still.
    assert "waits" not in played.do("EXTEND_GENESIS").events[0].patch
