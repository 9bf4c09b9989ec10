"""Handlers that choose proposals: one proposal is accepted, completely or in parts; several proposals are
blended. Pure."""

from __future__ import annotations

from typing import Any

from service.errors import InvalidInput
from service.genesis.commands import CommandType
from service.genesis.decide.generating import refuse_unmade
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.refusing import refuse_elsewhere, refuse_too_many, refuse_unreached
from service.genesis.model import (
    EventType,
    GenesisStage,
    Json,
    ProposalStatus,
    StageState,
    StageStatus,
    State,
)
from service.genesis.paths import locked, selected
from service.genesis.payloads import SelectProposal
from service.genesis.refusals import FieldLocked, ProposalNotFound


class SelectProposalHandler(CommandHandler[SelectProposal]):
    """Moves a proposal's values into fields, or asks for a blend.

    If a whole proposal is accepted, the round ends: its job stops, and all other open proposals are rejected.
    If only some paths are accepted, the round continues. The current locks apply: locked values stay
    unchanged, and the result lists their paths. A proposal of an earlier round is read from the version that
    the command names.
    """

    types = (CommandType.SELECT_PROPOSAL,)

    def validate(self, at: Recorder, payload: SelectProposal) -> None:
        stage = self._stage(at, payload)
        if payload.version:
            refuse_unreached(at, stage.stage)
        if len(payload.proposal_ids) > 1:
            if payload.paths:
                raise InvalidInput(
                    "Give paths together with one proposal only. A blend uses whole proposals."
                )
            refuse_unmade(at, stage.stage)
            at.refuse_spent()
        elif payload.paths:
            self._refuse_paths(at.state, stage, payload)

    def process(self, at: Recorder, payload: SelectProposal) -> Json:
        stage = self._stage(at, payload)
        if len(payload.proposal_ids) > 1:
            return self._blend(at, stage.stage, tuple(map(str, payload.proposal_ids)))
        id_ = str(payload.proposal_ids[0])
        return self._take(at, stage.stage, id_, stage.proposals[id_], payload.paths or ())

    def _stage(self, at: Recorder, payload: SelectProposal) -> StageState:
        """The stage to which all of the chosen proposals belong, as it is or was with them."""
        state = at.past if payload.version else at.state
        ids = set(map(str, payload.proposal_ids))
        found = next((stage for stage in state.stages if ids & stage.proposals.keys()), None)
        if found is None or not ids <= found.proposals.keys():
            known = found.proposals if found else {}
            raise ProposalNotFound(proposal_ids=sorted(ids - known.keys()))
        return found

    def _refuse_paths(self, state: State, stage: StageState, payload: SelectProposal) -> None:
        paths = payload.paths or ()
        refuse_elsewhere(stage.stage, paths)
        proposal = stage.proposals[str(payload.proposal_ids[0])]
        chosen = [path for path in proposal["values"] if selected(path, paths)]
        if not chosen:
            raise InvalidInput("The proposal has no value at these paths.")
        if all(locked(path, state.locks) for path in chosen):
            raise FieldLocked(paths=sorted(chosen))

    def _blend(self, at: Recorder, stage: GenesisStage, ids: tuple[str, ...]) -> Json:
        at.stop(stage)
        blended = {"status": ProposalStatus.BLENDED.value}
        at.set_stage(EventType.PROPOSAL_SELECTED, stage, {"proposals": dict.fromkeys(ids, blended)})
        return {"rounds": {stage.value: at.request(stage, blend=ids).number}}

    def _take(
        self, at: Recorder, stage: GenesisStage, id_: str, proposal: Json, paths: tuple[str, ...]
    ) -> Json:
        if not paths:
            at.stop(stage)
        edit = at.edit(stage)
        taken = edit.take(id_, proposal, paths or proposal.get("scope", ()), at.state.locks)
        if paths or "quotes" in proposal or id_ not in at.stage(stage).proposals:
            refuse_too_many(at.stage(stage), edit.order)
        chosen: dict[str, Any] = {} if paths else self._chosen(at.stage(stage), id_)
        if patch := edit.patch(**chosen):
            at.record(EventType.PROPOSAL_SELECTED, patch)
        if not paths:
            at.reject_others(stage, id_)
            at.answer(stage, {"proposal_ids": [id_]})
        return {"taken": list(taken.written), "kept": list(taken.kept), "dropped": list(taken.dropped)}

    def _chosen(self, stage: StageState, id_: str) -> dict[str, Any]:
        proposals = dict(stage.proposals)
        if id_ in proposals:
            proposals[id_] = {**proposals[id_], "status": ProposalStatus.SELECTED.value}
        return {"status": StageStatus.DRAFTING.value, "proposals": proposals}


class SelectConceptHandler(SelectProposalHandler):
    """Accepts or blends proposals, like ``SelectProposalHandler``, but only proposals of the stage
    "concept"."""

    types = (CommandType.SELECT_CONCEPT,)

    def _stage(self, at: Recorder, payload: SelectProposal) -> StageState:
        stage = super()._stage(at, payload)
        if stage.stage is not GenesisStage.CONCEPT:
            raise ProposalNotFound(proposal_ids=sorted(map(str, payload.proposal_ids)))
        return stage
