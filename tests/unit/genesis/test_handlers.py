"""Each command in each status and each mode: it is decided, or refused by the code of the table."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import uuid4

import pytest

from service.errors import StorytroupeError
from service.genesis.commands import SYSTEM, CommandType
from service.genesis.decide import ROUTER
from service.genesis.derive import available_actions
from service.genesis.findings import findings
from service.genesis.model import EventType, GenesisMode, GenesisStage, GenesisStatus
from tests.cases import for_each
from tests.unit.genesis.played import SESSION, VALUES, Drafted, Played

pytestmark = pytest.mark.slow

PEOPLE = sorted(set(CommandType) - SYSTEM - {CommandType.START_GENESIS})
ACTIVE, EXPIRED = GenesisStatus.ACTIVE, GenesisStatus.EXPIRED


def session(mode: str, status: str) -> Played:
    """A session that takes each command: all stages are drafted, the plot has an open round, one reference
    is dangling, something is locked."""
    played = Played().begin(mode, budget_usd=5).complete()
    played.do("GENERATE_INSPIRATION", {"stage": "plot"})
    played.bring(GenesisStage.PLOT, Drafted(VALUES[GenesisStage.PLOT]), end=False)
    played.do("LOCK_FIELDS", {"paths": ["world.era"]})
    first = played.state.stage(GenesisStage.CHARACTER).order["people"][0]
    gone = {"op": "remove", "path": f"character.people.{first}"}
    played.do("EDIT_STAGE", {"stage": "character", "changes": [gone]})
    if status == GenesisStatus.FINISHED:
        played.do("CONFIRM_STAGE", {"stage": "plot"})
        played.do("FINISH_GENESIS", {"allow_stale": True})
    elif status == GenesisStatus.ABANDONED:
        played.do("ABANDON_GENESIS")
    elif status == EXPIRED:
        played.later(days=30).do("EXPIRE")
    assert played.state.status == status
    return played


def payload(type_: CommandType, played: Played) -> Any:
    """A payload that has an effect in the session."""
    plot = next(iter(played.state.stage(GenesisStage.PLOT).proposals))
    concept = next(iter(played.state.stage(GenesisStage.CONCEPT).proposals))
    dangling = next(one for one in findings(played.state) if one.rule == "unknown_reference")
    change = {"op": "set", "path": "concept.title", "value": "Another Tide"}
    mode = GenesisMode.FREE_FORM if played.state.guided else GenesisMode.GUIDED
    return {
        CommandType.GENERATE_INSPIRATION: {"stage": "world"},
        CommandType.SELECT_CONCEPT: {"proposal_ids": [concept]},
        CommandType.SELECT_PROPOSAL: {"proposal_ids": [plot]},
        CommandType.SUBMIT_FEEDBACK: {"stage": "theme", "text": "Drier.", "regenerate": True},
        CommandType.EDIT_STAGE: {"stage": "concept", "changes": [change]},
        CommandType.LOCK_FIELDS: {"paths": ["concept.title"]},
        CommandType.UNLOCK_FIELDS: {"paths": ["world.era"]},
        CommandType.CONFIRM_STAGE: {"stage": "plot"},
        CommandType.REOPEN_STAGE: {"stage": "concept"},
        CommandType.NAVIGATE: {"stage": "theme"},
        CommandType.IMPORT_MATERIAL: {"text": "My notes."},
        CommandType.CANCEL_GENERATION: {"stage": "plot"},
        CommandType.SET_BUDGET: {"budget_usd": 9},
        CommandType.SWITCH_MODE: {"mode": mode.value},
        CommandType.DISMISS_FINDING: {
            "finding_id": dangling.id,
            "reason": "He is dead.",
        },
        CommandType.RESTORE: {"to_version": 1},
        CommandType.COPY_FIELDS: {
            "from": {"session_id": str(SESSION), "version": 1},
            "paths": ["concept.title"],
        },
    }.get(type_, {})


#: The first event of each command that has an effect.
FIRST = {
    CommandType.GENERATE_INSPIRATION: EventType.GENERATION_REQUESTED,
    CommandType.SELECT_CONCEPT: EventType.PROPOSAL_SELECTED,
    CommandType.SELECT_PROPOSAL: EventType.GENERATION_ENDED,
    CommandType.SUBMIT_FEEDBACK: EventType.FEEDBACK_GIVEN,
    CommandType.EDIT_STAGE: EventType.FIELD_EDITED,
    CommandType.LOCK_FIELDS: EventType.FIELD_LOCKED,
    CommandType.UNLOCK_FIELDS: EventType.FIELD_UNLOCKED,
    CommandType.CONFIRM_STAGE: EventType.GENERATION_ENDED,
    CommandType.REOPEN_STAGE: EventType.STAGE_REOPENED,
    CommandType.NAVIGATE: EventType.STAGE_ENTERED,
    CommandType.IMPORT_MATERIAL: EventType.MATERIAL_IMPORTED,
    CommandType.CANCEL_GENERATION: EventType.GENERATION_ENDED,
    CommandType.SET_BUDGET: EventType.BUDGET_SET,
    CommandType.SWITCH_MODE: EventType.GENESIS_MODE_CHANGED,
    CommandType.DISMISS_FINDING: EventType.FINDING_DISMISSED,
    CommandType.RESTORE: EventType.STAGE_RESTORED,
    CommandType.COPY_FIELDS: EventType.FIELD_EDITED,
    CommandType.EXTEND_GENESIS: EventType.GENESIS_EXTENDED,
    CommandType.ABANDON_GENESIS: EventType.GENESIS_ABANDONED,
    CommandType.FINISH_GENESIS: EventType.GENESIS_FINISHED,
}
ENDS = {
    CommandType.ABANDON_GENESIS: GenesisStatus.ABANDONED,
    CommandType.FINISH_GENESIS: GenesisStatus.FINISHED,
}


def test_each_type_has_a_handler() -> None:
    for type_ in CommandType:
        assert type_ in ROUTER.route(type_).types


@pytest.mark.parametrize("mode", GenesisMode)
def test_a_start_makes_a_session(mode: GenesisMode) -> None:
    decision = Played().do("START_GENESIS", {"mode": mode.value})
    types = [event.type for event in decision.events]
    asked = [EventType.GENERATION_REQUESTED] if mode is GenesisMode.GUIDED else []
    assert types == [EventType.GENESIS_STARTED, *asked]
    assert decision.state.decision_version == 1


@for_each(("type_", "status", "mode"), list(itertools.product(PEOPLE, GenesisStatus, GenesisMode)))
def test_each_handler_in_each_status_and_mode(
    type_: CommandType, status: GenesisStatus, mode: GenesisMode
) -> None:
    played = session(mode, status)
    wanted = payload(type_, played)
    if (status, type_, mode) == (ACTIVE, CommandType.FINISH_GENESIS, GenesisMode.GUIDED):
        assert played.refused(type_, wanted).code == "STAGE_NOT_REACHED"
    elif status is ACTIVE or (status is EXPIRED and type_ is CommandType.EXTEND_GENESIS):
        before = played.state.decision_version
        decision = played.do(type_, wanted)
        assert decision.events[0].type is FIRST[type_]
        assert decision.state.decision_version == before + 1
        assert {event.by for event in decision.events} == {"person"}
        assert decision.state.status is ENDS.get(type_, ACTIVE)
    else:
        code = "SESSION_EXPIRED" if status is EXPIRED else "SESSION_CLOSED"
        assert played.refused(type_, wanted).code == code


@for_each(("type_", "status", "mode"), list(itertools.product(sorted(SYSTEM), GenesisStatus, GenesisMode)))
@for_each("days", [0, 27, 30, 60])
def test_each_command_of_the_system_in_each_status_and_mode(
    type_: CommandType, status: GenesisStatus, mode: GenesisMode, days: int
) -> None:
    played = session(mode, status)
    played.now = played.state.expires_at
    played.later(days=days - 30)
    decision = played.do(type_)
    remind = type_ is CommandType.REMIND and status is ACTIVE and days >= 27
    expire = type_ is CommandType.EXPIRE and status is ACTIVE and days >= 30
    purge = type_ is CommandType.PURGE and status in (EXPIRED, GenesisStatus.ABANDONED) and days >= 60
    assert bool(decision.events) is (remind or expire)
    assert decision.purge is purge
    if decision.events:
        assert decision.events[0].by == "system"
        assert decision.state.decision_version == played.state.decision_version


@for_each("type_", [one for one in CommandType if one is not CommandType.START_GENESIS])
def test_a_session_that_does_not_exist_takes_no_command(type_: CommandType) -> None:
    played = session("guided", ACTIVE)
    command = played.command(type_, payload(type_, played))
    with pytest.raises(StorytroupeError) as refused:
        Played().decide(command)
    assert refused.value.code == "SESSION_NOT_FOUND"


@for_each("type_", PEOPLE)
def test_a_decision_on_an_old_version_is_refused_with_the_present_one(type_: CommandType) -> None:
    played = session("free_form", ACTIVE)
    known = played.state.decision_version
    refused = played.refused(type_, payload(type_, played), expected_version=known - 1)
    assert refused.code == "DECISION_STALE"
    assert refused.data == {"decision_version": known, "version": played.version}


@for_each("mode", GenesisMode)
@for_each("status", GenesisStatus)
def test_what_is_available_is_not_refused(status: GenesisStatus, mode: GenesisMode) -> None:
    played = session(mode, status)
    for action in available_actions(played.state):
        type_ = CommandType(action["command_type"])
        wanted = {**payload(type_, played), **({"stage": action["stage"]} if "stage" in action else {})}
        if type_ is CommandType.EDIT_STAGE:
            wanted["changes"] = [EDITS[GenesisStage(action["stage"])]]
        if type_ is CommandType.SELECT_PROPOSAL:
            proposals = played.state.stage(GenesisStage(wanted.pop("stage"))).proposals
            wanted["proposal_ids"] = [next(iter(proposals))]
        if type_ is CommandType.SUBMIT_FEEDBACK:
            wanted["regenerate"] = False
        played.decide(played.command(type_, wanted, expected_version=played.state.decision_version))


#: An edit of each stage that nothing forbids.
EDITS = {
    GenesisStage.CONCEPT: {"op": "remove", "path": "concept.title"},
    GenesisStage.THEME: {"op": "add", "path": "theme.motifs", "value": {"name": "salt"}},
    GenesisStage.CHARACTER: {"op": "add", "path": "character.people", "value": {"name": "Tom"}},
    GenesisStage.WORLD: {"op": "set", "path": "world.summary", "value": "Marshes."},
    GenesisStage.PLOT: {"op": "set", "path": "plot.structure", "value": "custom"},
}


def test_a_foreign_proposal_is_not_found() -> None:
    played = session("guided", ACTIVE)
    assert played.refused("SELECT_PROPOSAL", {"proposal_ids": [str(uuid4())]}).code == "PROPOSAL_NOT_FOUND"
