"""What commands do, beyond which of them are taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.genesis.commands import MOST_MATERIAL
from service.genesis.decide import Rules
from service.genesis.derive import stale, title
from service.genesis.findings import findings
from service.genesis.history import branched, differences, outline, touched
from service.genesis.model import EventType, GenesisStage, StageStatus, State
from tests.unit.genesis.played import CHARACTER, CONCEPT, SESSION, THEME, Drafted, Played

CONCEPT_STAGE, THEME_STAGE, PEOPLE = GenesisStage.CONCEPT, GenesisStage.THEME, GenesisStage.CHARACTER


@pytest.fixture
def played() -> Played:
    """A free-form session with nothing in it."""
    return Played().begin("free_form")


def people(played: Played) -> list[str]:
    return [f"character.people.{id_}" for id_ in played.state.stage(PEOPLE).order["people"]]


def edit(played: Played, stage: str, *changes: Any) -> Any:
    return played.do("EDIT_STAGE", {"stage": stage, "changes": list(changes)})


# ── the start ──


@pytest.mark.parametrize(
    ("payload", "count"), [({}, 10), ({"inspiration": "A tide."}, 3), ({"material": ["x"]}, 3)]
)
def test_who_begins_with_nothing_is_offered_ten_concepts(payload: Any, count: int) -> None:
    (round_,) = Played().do("START_GENESIS", payload).rounds
    assert (round_.name, round_.count) == ("concept_1", count)


def test_what_a_person_says_at_the_start_are_the_persons_words() -> None:
    played = Played().begin(genre="mystery", audience="adult", chapters=9, material=["My notes."])
    records = dict(played.state.records())
    assert {record["by"] for record in records.values()} == {"person"}
    assert played.value("concept.length.chapters") == 9
    assert [one["text"] for one in played.state.material.values()] == ["My notes."]


def test_a_stage_without_an_actor_is_not_asked_for() -> None:
    played = Played(rules=Rules(generates=frozenset({CONCEPT_STAGE}))).begin()
    played.choose(CONCEPT_STAGE)
    decision = played.do("CONFIRM_STAGE", {"stage": "concept"})
    assert decision.rounds == ()
    assert played.state.current_stage is THEME_STAGE
    assert played.refused("GENERATE_INSPIRATION", {"stage": "theme"}).code == "INVALID_INPUT"


# ── choosing ──


def test_a_card_can_be_chosen_while_the_others_are_written() -> None:
    played = Played().begin()
    (id_,) = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    decision = played.do("SELECT_CONCEPT", {"proposal_ids": [id_]})
    assert decision.cancels == {CONCEPT_STAGE}
    assert decision.signals["concept:1"]["proposal_ids"] == [id_]
    assert [event.type for event in decision.events] == [
        EventType.GENERATION_ENDED,
        EventType.PROPOSAL_SELECTED,
    ]
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.DRAFTING
    assert played.state.waits == {}


def test_single_values_are_taken_while_the_others_are_written() -> None:
    played = Played().begin()
    (id_,) = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), end=False)
    decision = played.do("SELECT_PROPOSAL", {"proposal_ids": [id_], "paths": ["concept.title"]})
    assert decision.cancels == frozenset()
    assert decision.result["taken"] == ["concept.title"]
    assert played.state.values() == {"concept.title": CONCEPT["concept.title"]}
    assert played.state.stage(CONCEPT_STAGE).running


def test_the_others_are_rejected_and_can_be_chosen_after_all() -> None:
    played = Played().begin()
    other = {**CONCEPT, "concept.title": "Slack Water"}
    first, second = played.bring(CONCEPT_STAGE, Drafted(CONCEPT), Drafted(other))
    played.do("SELECT_PROPOSAL", {"proposal_ids": [first]})
    assert played.state.stage(CONCEPT_STAGE).proposals[second]["status"] == "rejected"
    played.do("SELECT_PROPOSAL", {"proposal_ids": [second]})
    assert played.value("concept.title") == "Slack Water"


def test_a_choice_names_what_is_locked_and_leaves_it(played: Played) -> None:
    played.set("concept.title", "Mine")
    played.do("LOCK_FIELDS", {"paths": ["concept.title"]})
    played.do("GENERATE_INSPIRATION", {"stage": "concept"})
    (id_,) = played.bring(CONCEPT_STAGE, Drafted(CONCEPT))
    refused = played.refused("SELECT_PROPOSAL", {"proposal_ids": [id_], "paths": ["concept.title"]})
    assert (refused.code, refused.data["paths"]) == ("FIELD_LOCKED", ["concept.title"])
    assert played.do("SELECT_PROPOSAL", {"proposal_ids": [id_]}).result["kept"] == ["concept.title"]
    assert played.value("concept.title") == "Mine"


def test_a_lock_that_came_after_the_proposal_holds(played: Played) -> None:
    played.do("GENERATE_INSPIRATION", {"stage": "concept"})
    (id_,) = played.bring(CONCEPT_STAGE, Drafted(CONCEPT))
    played.set("concept.title", "Mine")
    played.do("LOCK_FIELDS", {"paths": ["concept"]})
    assert played.do("SELECT_PROPOSAL", {"proposal_ids": [id_]}).result["taken"] == []
    assert played.state.values() == {"concept.title": "Mine"}


def test_a_whole_choice_replaces_what_was_generated_and_spares_a_persons_words(played: Played) -> None:
    played.choose(CONCEPT_STAGE, {**CONCEPT, "concept.tense": "past", "concept.point_of_view": "first"})
    played.set("concept.tense", "present")
    played.choose(CONCEPT_STAGE, CONCEPT)
    assert played.value("concept.tense") == "present"
    assert played.value("concept.point_of_view") is None


def test_a_locked_element_survives_a_choice_that_omits_it(played: Played) -> None:
    played.choose(PEOPLE, CHARACTER)
    nell, ada = people(played)
    played.do("LOCK_FIELDS", {"paths": [f"{nell}.want"]})
    played.choose(PEOPLE, {"character.people.x.name": "Tom"})
    tom, kept = people(played)
    assert (kept, tom != ada) == (nell, True)
    assert played.value(f"{nell}.name") == "Nell Tarrow"
    assert played.value(f"{ada}.name") is None


def test_several_proposals_are_blended() -> None:
    played = Played().begin()
    ids = played.bring(CONCEPT_STAGE, *[Drafted({**CONCEPT, "concept.title": name}) for name in "abc"])
    decision = played.do("SELECT_PROPOSAL", {"proposal_ids": ids[:2]})
    (round_,) = decision.rounds
    assert (round_.name, round_.blend) == ("concept_2", tuple(ids[:2]))
    assert {*played.state.stage(CONCEPT_STAGE).proposals} == set(ids[:2])
    assert decision.signals.keys() == {"concept:1"}
    assert played.refused("SELECT_PROPOSAL", {"proposal_ids": [ids[2]]}).code == "PROPOSAL_NOT_FOUND"
    both = {"proposal_ids": ids[:2], "paths": ["concept.title"]}
    assert played.refused("SELECT_PROPOSAL", both).code == "INVALID_INPUT"


def test_a_proposal_of_another_stage_is_no_concept(played: Played) -> None:
    played.do("GENERATE_INSPIRATION", {"stage": "theme"})
    ids = played.bring(THEME_STAGE, Drafted(THEME))
    assert played.refused("SELECT_CONCEPT", {"proposal_ids": ids}).code == "PROPOSAL_NOT_FOUND"


# ── a person's words ──


def test_a_person_adds_moves_and_removes_elements(played: Played) -> None:
    names = [{"op": "add", "path": "character.people", "value": {"name": name}} for name in ("Nell", "Ada")]
    nell, ada = edit(played, "character", *names).result["added"]
    edit(played, "character", {"op": "move", "path": ada, "value": 0})
    assert people(played) == [ada, nell]
    edit(played, "character", {"op": "remove", "path": nell})
    assert played.state.values() == {f"{ada}.name": "Ada"}


def test_all_changes_are_made_or_none(played: Played) -> None:
    changes = [
        {"op": "set", "path": "concept.title", "value": "Mine"},
        {"op": "set", "path": "concept.logline", "value": ""},
    ]
    refused = played.refused("EDIT_STAGE", {"stage": "concept", "changes": changes})
    assert refused.data["errors"][0]["path"] == "payload.changes.1"


@pytest.mark.parametrize(
    "change",
    [
        {"op": "set", "path": "theme.question", "value": "Elsewhere?"},
        {"op": "set", "path": "concept", "value": "x"},
        {"op": "set", "path": "concept.title"},
        {"op": "add", "path": "concept.title", "value": "x"},
        {"op": "remove", "path": "concept"},
        {"op": "move", "path": "concept.title", "value": 0},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(played: Played, change: Any) -> None:
    assert played.refused("EDIT_STAGE", {"stage": "concept", "changes": [change]}).code == "INVALID_INPUT"


@pytest.mark.parametrize(
    "change",
    [
        {"op": "set", "path": "character.people.c9.name", "value": "x"},
        {"op": "remove", "path": "character.people.c9"},
        {"op": "move", "path": "character.people.c9", "value": 0},
        {"op": "remove", "path": "character.people"},
        {"op": "add", "path": "character.people", "value": {"nothing": "x"}},
    ],
)
def test_what_is_not_there_cannot_be_changed(played: Played, change: Any) -> None:
    assert played.refused("EDIT_STAGE", {"stage": "character", "changes": [change]}).code == "INVALID_INPUT"


def test_a_collection_is_bounded(played: Played) -> None:
    add = {"op": "add", "path": "character.people", "value": {"name": "One of many"}}
    edit(played, "character", *[add] * 12)
    assert played.refused("EDIT_STAGE", {"stage": "character", "changes": [add]}).code == "INVALID_INPUT"


def test_locks_forbid_edits_and_name_the_paths(played: Played) -> None:
    played.choose(PEOPLE, CHARACTER)
    nell, ada = people(played)
    played.do("LOCK_FIELDS", {"paths": [f"{nell}.want", "character.relations"]})
    for change in (
        {"op": "set", "path": f"{nell}.want", "value": "x"},
        {"op": "remove", "path": f"{nell}.want"},
        {"op": "remove", "path": nell},
        {"op": "add", "path": "character.relations", "value": {"a": "c1", "b": "c2"}},
    ):
        refused = played.refused("EDIT_STAGE", {"stage": "character", "changes": [change]})
        assert (refused.code, refused.data["paths"]) == ("FIELD_LOCKED", [change["path"]])
    edit(
        played,
        "character",
        {"op": "set", "path": f"{nell}.need", "value": "x"},
        {"op": "remove", "path": ada},
    )


def test_a_lock_from_above_is_taken_away_by_its_own_path(played: Played) -> None:
    played.do("LOCK_FIELDS", {"paths": ["concept", "concept.title"]})
    refused = played.refused("UNLOCK_FIELDS", {"paths": ["concept.title"]})
    assert (refused.code, refused.data["paths"]) == ("FIELD_LOCKED", ["concept"])
    assert played.do("UNLOCK_FIELDS", {"paths": ["concept"]}).result["unlocked"] == [
        "concept",
        "concept.title",
    ]
    assert played.do("UNLOCK_FIELDS", {"paths": ["concept"]}).events == ()


def test_what_changes_nothing_is_no_decision(played: Played) -> None:
    played.set("concept.title", "Mine")
    before = played.state
    for type_, payload in (
        (
            "EDIT_STAGE",
            {"stage": "concept", "changes": [{"op": "set", "path": "concept.title", "value": "Mine"}]},
        ),
        ("NAVIGATE", {"stage": "concept"}),
        ("SWITCH_MODE", {"mode": "free_form"}),
        ("SET_BUDGET", {"budget_usd": None}),
        ("REOPEN_STAGE", {"stage": "concept"}),
        ("CANCEL_GENERATION", {"stage": "concept"}),
        ("RESTORE", {"to_version": played.version}),
    ):
        assert played.do(type_, payload).events == (), type_
    assert played.state == before


# ── staleness ──


def drawn(played: Played) -> None:
    """A theme that was drawn from the concept's title, and from a logline that was empty."""
    played.set("concept.title", "First")
    played.choose(THEME_STAGE, THEME, drawn_from=["concept.title", "concept.logline"])
    assert stale(played.state) == {}


def test_a_stale_field_names_what_changed(played: Played) -> None:
    drawn(played)
    played.set("concept.title", "Second")
    assert stale(played.state)["theme.question"] == ["concept.title"]
    played.set("concept.logline", "There is one now.")
    assert stale(played.state)["theme.question"] == ["concept.logline", "concept.title"]


def test_a_source_that_is_gone_is_a_change(played: Played) -> None:
    drawn(played)
    edit(played, "concept", {"op": "remove", "path": "concept.title"})
    assert stale(played.state)["theme.question"] == ["concept.title"]


def test_a_persons_edit_is_of_today_and_flags_later_changes(played: Played) -> None:
    drawn(played)
    played.set("concept.title", "Second")
    played.set("theme.question", "My own?")
    assert "theme.question" not in stale(played.state)
    played.set("concept.title", "Third")
    assert stale(played.state)["theme.question"] == ["concept.title"]
    assert played.value("theme.question") == "My own?"


def test_a_stale_value_that_is_kept_as_it_is_is_looked_at(played: Played) -> None:
    drawn(played)
    revision = played.state.revision("theme.question")
    played.set("concept.title", "Second")
    played.set("theme.question", THEME["theme.question"])
    assert "theme.question" not in stale(played.state)
    assert played.state.revision("theme.question") == revision


def test_proposals_are_for_what_is_stale_alone(played: Played) -> None:
    drawn(played)
    assert (
        played.refused("GENERATE_INSPIRATION", {"stage": "theme", "scope": "stale"}).code == "INVALID_INPUT"
    )
    played.set("concept.title", "Second")
    played.set("theme.question", "My own?")
    played.do("LOCK_FIELDS", {"paths": ["theme.motifs"]})
    (round_,) = played.do("GENERATE_INSPIRATION", {"stage": "theme", "scope": "stale"}).rounds
    assert round_.scope == ("theme.statement",)
    (id_,) = played.bring(THEME_STAGE, Drafted({**THEME, "theme.statement": "Anew."}))
    played.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
    assert (played.value("theme.question"), played.value("theme.statement")) == ("My own?", "Anew.")


def test_one_button_asks_for_all_that_follows(played: Played) -> None:
    drawn(played)
    played.choose(GenesisStage.WORLD, drawn_from=["concept.title"])
    played.set("concept.title", "Second")
    rounds = played.do("GENERATE_INSPIRATION", {"stage": "concept", "scope": "following"}).rounds
    assert [one.stage for one in rounds] == [THEME_STAGE, GenesisStage.WORLD]
    assert all(one.scope for one in rounds)


@pytest.mark.parametrize("path", ["concept", "concept.title"])
def test_no_proposals_are_made_for_what_is_locked(played: Played, path: str) -> None:
    played.do("LOCK_FIELDS", {"paths": ["concept"]})
    scope = {} if path == "concept" else {"scope": [path]}
    assert played.refused("GENERATE_INSPIRATION", {"stage": "concept", **scope}).code == "FIELD_LOCKED"


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


def test_material_is_bounded_and_kept_word_for_word(played: Played) -> None:
    text = "x" * MOST_MATERIAL
    for _ in range(10):
        played.do("IMPORT_MATERIAL", {"text": text, "into": ["world"]})
    refused = played.refused("IMPORT_MATERIAL", {"text": "y"})
    assert (refused.code, refused.data["errors"][0]["path"]) == ("INVALID_INPUT", "payload.text")
    assert [one["text"] == text for one in played.state.material.values()] == [True] * 10
