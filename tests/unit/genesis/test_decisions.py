"""What commands do, beyond which of them are taken."""

from __future__ import annotations

from typing import Any

import pytest

from service.genesis.decide import Rules
from service.genesis.derive import stale
from service.genesis.model import EventType, GenesisStage, StageStatus
from service.genesis.paths import within
from tests.unit.genesis.played import CHARACTER, CONCEPT, PLOT, THEME, Drafted, Played, drawn, edit, people

CONCEPT_STAGE, THEME_STAGE, PEOPLE = GenesisStage.CONCEPT, GenesisStage.THEME, GenesisStage.CHARACTER


@pytest.fixture
def played() -> Played:
    """A free-form session with nothing in it."""
    return Played().begin("free_form")


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


def test_a_blend_that_fails_leaves_what_it_was_made_of() -> None:
    played = Played().begin()
    ids = played.bring(CONCEPT_STAGE, *[Drafted({**CONCEPT, "concept.title": name}) for name in "ab"])
    played.do("SELECT_PROPOSAL", {"proposal_ids": ids})
    played.end(CONCEPT_STAGE, "failed")
    assert played.state.stage(CONCEPT_STAGE).status is StageStatus.CHOOSING
    assert played.state.waits.keys() == {"concept:2"}
    played.do("SELECT_PROPOSAL", {"proposal_ids": ids[:1]})
    assert played.value("concept.title") == "a"


def test_taking_parts_keeps_a_collection_bounded(played: Played) -> None:
    full = {f"character.people.p{number}.name": f"Person {number}" for number in range(12)}
    played.choose(PEOPLE, full)
    played.do("GENERATE_INSPIRATION", {"stage": "character"})
    (id_,) = played.bring(PEOPLE, Drafted({"character.people.x.name": "One more"}))
    paths = list(played.state.stage(PEOPLE).proposals[id_]["values"])
    wanted = {"proposal_ids": [id_], "paths": paths}
    assert played.refused("SELECT_PROPOSAL", wanted).code == "INVALID_INPUT"


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


def test_a_scene_is_moved_into_another_chapter_with_its_sources(played: Played) -> None:
    played.set("concept.title", "First")
    summaries = {f"plot.chapters.k{at}.scenes.s1.summary": f"Scene of {at}." for at in (1, 2)}
    played.choose(GenesisStage.PLOT, {**PLOT, **summaries}, drawn_from=["concept.title"])
    first, second = (
        f"plot.chapters.{id_}" for id_ in played.state.stage(GenesisStage.PLOT).order["chapters"][:2]
    )
    scene = f"{first}.scenes.{played.state.stage(GenesisStage.PLOT).order[f'{within(first)}.scenes'][0]}"
    before, cited = played.state.record(f"{scene}.summary"), played.state.cited(f"{scene}.summary")
    moved = edit(played, "plot", {"op": "move", "path": scene, "to": f"{second}.scenes", "value": 0})
    (there,) = moved.result["moved"]
    assert len(moved.events) == 1
    assert played.state.record(f"{scene}.summary") is None
    assert played.state.record(f"{there}.summary") == before
    assert played.state.cited(f"{there}.summary") == cited
    assert (
        played.state.stage(GenesisStage.PLOT).order[f"{within(second)}.scenes"][0] == there.rpartition(".")[2]
    )
    assert stale(played.state) == {}
    played.do("LOCK_FIELDS", {"paths": [f"{there}.summary"]})
    back = {"op": "move", "path": there, "to": f"{first}.scenes", "value": 9}
    assert played.refused("EDIT_STAGE", {"stage": "plot", "changes": [back]}).code == "FIELD_LOCKED"


@pytest.mark.parametrize(
    "to", ["plot.chapters", "plot.threads", "plot.chapters.k9.scenes", "world.places", "plot"]
)
def test_a_scene_is_moved_among_scenes_alone(played: Played, to: str) -> None:
    played.choose(GenesisStage.PLOT, PLOT)
    stage = played.state.stage(GenesisStage.PLOT)
    chapter = f"plot.chapters.{stage.order['chapters'][0]}"
    change = {
        "op": "move",
        "path": f"{chapter}.scenes.{stage.order[f'{within(chapter)}.scenes'][0]}",
        "to": to,
        "value": 0,
    }
    assert played.refused("EDIT_STAGE", {"stage": "plot", "changes": [change]}).code == "INVALID_INPUT"


def test_a_proposal_of_an_earlier_round_is_chosen_after_all(played: Played) -> None:
    played.do("GENERATE_INSPIRATION", {"stage": "character"})
    (first,) = played.bring(GenesisStage.CHARACTER, Drafted(CHARACTER))
    version = played.version
    other = {**CHARACTER, "character.people.p1.name": "Ilse Brandt"}
    second = played.choose(GenesisStage.CHARACTER, other)
    assert played.refused("SELECT_PROPOSAL", {"proposal_ids": [first]}).code == "PROPOSAL_NOT_FOUND"
    blend = {"proposal_ids": [first, second], "version": version}
    assert played.refused("SELECT_PROPOSAL", blend).code == "INVALID_INPUT"
    played.do("SELECT_PROPOSAL", {"proposal_ids": [first], "version": version})
    assert [played.value(f"{path}.name") for path in people(played)] == ["Nell Tarrow", "Ada Quill"]
    assert {record.get("proposal") for _, record in played.state.records()} == {first}
    assert played.state.stage(GenesisStage.CHARACTER).status is StageStatus.DRAFTING


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
