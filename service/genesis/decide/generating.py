"""Handlers that request proposals, store feedback, and stop a round. Pure."""

from __future__ import annotations

from typing import Any

from service.errors import InvalidInput
from service.genesis.commands import CommandType
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.refusing import refuse_elsewhere, refuse_locked, refuse_missing, refuse_unreached
from service.genesis.derive import stale
from service.genesis.model import EventType, GenesisStage, Json, State
from service.genesis.paths import below, locked
from service.genesis.payloads import FOLLOWING, STALE, GenerateInspiration, OfStage, SubmitFeedback
from service.genesis.refusals import ProposalNotFound

#: The number of feedback texts that the state of a stage keeps. The events keep all texts.
_FEEDBACK_KEPT = 20


class GenerateInspirationHandler(CommandHandler[GenerateInspiration]):
    """Requests a round of proposals for a stage. With the scope "following", it requests a round for each
    later stage that has stale values."""

    types = (CommandType.GENERATE_INSPIRATION,)

    def validate(self, at: Recorder, payload: GenerateInspiration) -> None:
        refuse_unreached(at, payload.stage)
        for stage in _stages(at.state, payload):
            refuse_unmade(at, stage)
            at.refuse_running(stage)
        at.refuse_spent()

    def process(self, at: Recorder, payload: GenerateInspiration) -> Json:
        rounds = [
            at.request(stage, count=payload.count, scope=scope, instruction=payload.instruction)
            for stage, scope in _stages(at.state, payload).items()
        ]
        return {"rounds": {one.stage.value: one.number for one in rounds}}


def refuse_unmade(at: Recorder, stage: GenesisStage) -> None:
    """Raises ``InvalidInput`` if no actor writes proposals for the stage."""
    if stage not in at.rules.generates:
        raise InvalidInput(f"Proposals for the stage {stage} cannot be made yet. Write it yourself.")


def _stages(state: State, payload: GenerateInspiration) -> dict[GenesisStage, tuple[str, ...]]:
    """The stages for which the command requests a round, each with the scope of its round. Raises
    ``InvalidInput`` and ``FieldLocked``."""
    scope = payload.scope or ()
    if scope == (FOLLOWING,):
        return _stale_of(state, payload.stage.following)
    if scope == (STALE,):
        return _stale_of(state, (payload.stage,))
    if STALE in scope or FOLLOWING in scope:
        raise InvalidInput("scope must be a list of paths, or one of the words “stale” and “following”.")
    refuse_elsewhere(payload.stage, scope)
    refuse_missing(state.stage(payload.stage), scope)
    refuse_locked(state, scope or (payload.stage.value,))
    return {payload.stage: tuple(scope)}


def _stale_of(state: State, stages: tuple[GenesisStage, ...]) -> dict[GenesisStage, tuple[str, ...]]:
    old = stale(state)
    free = [path for path in old if not locked(path, state.locks)]
    found = {stage: tuple(paths) for stage in stages if (paths := list(below(stage, free)))}
    if not found:
        raise InvalidInput("Nothing here is stale: no field was made from a field that has changed since.")
    return found


class SubmitFeedbackHandler(CommandHandler[SubmitFeedback]):
    """Stores the user's feedback for all later rounds of the stage. With ``regenerate``, it also requests a
    round at once."""

    types = (CommandType.SUBMIT_FEEDBACK,)

    def validate(self, at: Recorder, payload: SubmitFeedback) -> None:
        refuse_unreached(at, payload.stage)
        stage = at.stage(payload.stage)
        for about in payload.about:
            if "-" not in about:
                refuse_elsewhere(payload.stage, (about,))
                refuse_missing(stage, (about,))
            elif about not in stage.proposals:
                raise ProposalNotFound(proposal_id=about)
        if payload.regenerate:
            refuse_unmade(at, payload.stage)
            at.refuse_running(payload.stage)
            at.refuse_spent()

    def process(self, at: Recorder, payload: SubmitFeedback) -> Json:
        stage = at.stage(payload.stage)
        said: dict[str, Any] = {"text": payload.text, "round": stage.round}
        if payload.about:
            said["about"] = list(payload.about)
        kept = [*stage.feedback, said][-_FEEDBACK_KEPT:]
        at.set_stage(EventType.FEEDBACK_GIVEN, payload.stage, {"feedback": kept})
        if not payload.regenerate:
            return {}
        return {"rounds": {payload.stage.value: at.request(payload.stage).number}}


class CancelGenerationHandler(CommandHandler[OfStage]):
    """Stops the running round of a stage. Complete proposals can still be chosen. If no round runs, it does
    nothing."""

    types = (CommandType.CANCEL_GENERATION,)

    def process(self, at: Recorder, payload: OfStage) -> Json:
        return {"cancelled": at.stop(payload.stage, wait=True)}
