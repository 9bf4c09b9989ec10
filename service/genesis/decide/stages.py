"""Handlers that confirm, reopen and enter stages. Pure."""

from __future__ import annotations

from service.genesis.commands import CommandType
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.refusing import refuse_unreached
from service.genesis.fields import missing
from service.genesis.model import EventType, GenesisStage, Json, StageStatus
from service.genesis.payloads import OfStage
from service.genesis.refusals import StageIncomplete


class ConfirmStageHandler(CommandHandler[OfStage]):
    """Confirms a stage. In guided mode, the session then enters the next stage and requests proposals for it.

    A running round of the confirmed stage is stopped. For a stage that is already confirmed, the command has
    no effect.
    """

    types = (CommandType.CONFIRM_STAGE,)

    def validate(self, at: Recorder, payload: OfStage) -> None:
        refuse_unreached(at, payload.stage)
        if lacking := missing(at.stage(payload.stage)):
            raise StageIncomplete(stage=payload.stage.value, paths=lacking)

    def process(self, at: Recorder, payload: OfStage) -> Json:
        if at.stage(payload.stage).status is StageStatus.CONFIRMED:
            return {}
        at.stop(payload.stage)
        at.set_stage(EventType.STAGE_CONFIRMED, payload.stage, {"status": StageStatus.CONFIRMED.value})
        at.answer(payload.stage)
        return _go_on(at, payload.stage) if at.state.guided else {}


def _go_on(at: Recorder, stage: GenesisStage) -> Json:
    """Enter the next stage that is not confirmed. If this stage is empty, request proposals for it."""
    left = (one for one in stage.following if at.stage(one).status is not StageStatus.CONFIRMED)
    following = next(left, None)
    if following is None:
        return {}
    enter(at, following)
    empty = at.stage(following).status is StageStatus.EMPTY
    if empty and following in at.rules.generates and at.can_pay():
        return {"rounds": {following.value: at.request(following).number}}
    return {}


def enter(at: Recorder, stage: GenesisStage) -> None:
    """Make a stage the current stage."""
    if at.state.current_stage is not stage:
        at.record(EventType.STAGE_ENTERED, {"current_stage": stage.value})


class ReopenStageHandler(CommandHandler[OfStage]):
    """Opens a confirmed stage for changes. Later stages stay unchanged."""

    types = (CommandType.REOPEN_STAGE,)

    def process(self, at: Recorder, payload: OfStage) -> Json:
        if at.stage(payload.stage).status is StageStatus.CONFIRMED:
            at.set_stage(EventType.STAGE_REOPENED, payload.stage, {"status": StageStatus.DRAFTING.value})
            enter(at, payload.stage)
        return {}


class NavigateHandler(CommandHandler[OfStage]):
    """Makes another stage the current stage."""

    types = (CommandType.NAVIGATE,)

    def validate(self, at: Recorder, payload: OfStage) -> None:
        refuse_unreached(at, payload.stage)

    def process(self, at: Recorder, payload: OfStage) -> Json:
        enter(at, payload.stage)
        return {}
