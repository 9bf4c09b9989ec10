"""What is derived from a state and never stored: staleness, the title, what may be done. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

from service.genesis.checks.finding import Finding
from service.genesis.fields import missing
from service.genesis.findings import all_findings, changed_since
from service.genesis.model import (
    GenesisStage,
    GenesisStatus,
    ProposalStatus,
    StageState,
    StageStatus,
    State,
)


def stale(state: State) -> dict[str, list[str]]:
    """The paths of all stale values. A value is stale if it was derived from fields that have changed since.
    Each path has the list of these fields' paths."""
    return {path: changed for stage in state.stages for path, changed in _stale_of(state, stage)}


def _stale_of(state: State, stage: StageState) -> Iterator[tuple[str, list[str]]]:
    changed = {key: changed_since(state, cited) for key, cited in stage.sources.items()}
    for name, record in stage.fields.items():
        if paths := changed.get(record.get("drawn_from")):
            yield f"{stage.stage}.{name}", paths


def reached(state: State, stage: GenesisStage) -> bool:
    """Whether the user may work on a stage. In guided mode, a stage is reached when all earlier stages are
    confirmed. A stage that is not empty stays reached."""
    if not state.guided or state.stage(stage).status is not StageStatus.EMPTY:
        return True
    return all(state.stage(one).status is StageStatus.CONFIRMED for one in stage.preceding)


def is_pending(state: State) -> bool:
    """Whether a round of generation runs in any stage."""
    return any(stage.running for stage in state.stages)


def title(state: State) -> str:
    """The title of a session: the title of its novel, the title in its concept, or the beginning of the
    inspiration."""
    record = state.record("concept.title")
    words = state.inspiration.split("\n", 1)[0][:80]
    return str(state.json.get("title") or (record and record["value"]) or words)


def novel_id_of(session_id: UUID) -> UUID:
    """The id of the novel that a session makes when it is finished."""
    return uuid5(session_id, "novel")


def proposals_with(stage: StageState, status: ProposalStatus) -> list[str]:
    """The ids of those proposals of a stage that have the given status."""
    return [id_ for id_, one in stage.proposals.items() if one["status"] == status]


def at_rest(stage: StageState) -> dict[str, Any]:
    """The patch of a stage for the end of a round. If the round made proposals, the user can choose from
    them. If a blend made no proposals, the user can choose from the proposals that were to be blended. If no
    proposals exist, the stage returns to its status before the round."""
    if proposals_with(stage, ProposalStatus.OPEN):
        return {"status": StageStatus.CHOOSING.value}
    blended = proposals_with(stage, ProposalStatus.BLENDED)
    if not blended:
        return {"status": stage.rest.value}
    reopened = {"status": ProposalStatus.OPEN.value}
    return {"status": StageStatus.CHOOSING.value, "proposals": dict.fromkeys(blended, reopened)}


# ── what may be done ──


def available_actions(state: State, found: Sequence[Finding] | None = None) -> list[dict[str, Any]]:
    """The commands that the state allows. A command about a stage is listed with its stage. A user interface
    can show them as buttons.

    ``found`` contains the findings of the state, if the caller already has them. The service may still refuse
    one of the commands because of a budget, a lock or an old version.
    """
    if state.status is GenesisStatus.EXPIRED:
        return [{"command_type": "EXTEND_GENESIS"}]
    if state.status is not GenesisStatus.ACTIVE:
        return []
    actions = [_action(type_, stage) for stage in state.stages for type_ in _of_stage(state, stage)]
    always = (
        "SWITCH_MODE",
        "SET_BUDGET",
        "LOCK_FIELDS",
        "IMPORT_MATERIAL",
        "EXTEND_GENESIS",
        "ABANDON_GENESIS",
    )
    actions += [{"command_type": type_} for type_ in always]
    actions += [{"command_type": "RESTORE"}, {"command_type": "COPY_FIELDS"}]
    if state.locks:
        actions.append({"command_type": "UNLOCK_FIELDS"})
    if any(one.dismissed is None for one in (all_findings(state) if found is None else found)):
        actions.append({"command_type": "DISMISS_FINDING"})
    if is_finishable(state):
        actions.append({"command_type": "FINISH_GENESIS"})
    return actions


def is_finishable(state: State) -> bool:
    """Whether the session can be finished: no required field is missing, and in guided mode all stages are
    confirmed."""
    confirmed = all(stage.status is StageStatus.CONFIRMED for stage in state.stages)
    complete = not any(missing(stage) for stage in state.stages)
    return complete and (confirmed or not state.guided)


def _action(type_: str, stage: StageState) -> dict[str, Any]:
    return {"command_type": type_, "stage": stage.stage.value}


def _of_stage(state: State, stage: StageState) -> Iterator[str]:
    if not reached(state, stage.stage):
        return
    yield from ("EDIT_STAGE", "SUBMIT_FEEDBACK")
    yield "CANCEL_GENERATION" if stage.running else "GENERATE_INSPIRATION"
    if stage.proposals:
        yield "SELECT_PROPOSAL"
    if stage.status is StageStatus.CONFIRMED:
        yield "REOPEN_STAGE"
    elif not missing(stage):
        yield "CONFIRM_STAGE"
    if stage.stage is not state.current_stage:
        yield "NAVIGATE"
