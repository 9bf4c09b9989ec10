"""Decides whether a command is allowed, and what its effects are. Pure: the same arguments give the same
decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.genesis.commands import Command, CommandType
from service.genesis.decide.choosing import SelectConceptHandler, SelectProposalHandler
from service.genesis.decide.copying import CopyFieldsHandler
from service.genesis.decide.decision import Decision, Finish, Rules, Session
from service.genesis.decide.editing import EditStageHandler, LockFieldsHandler, UnlockFieldsHandler
from service.genesis.decide.generating import (
    CancelGenerationHandler,
    GenerateInspirationHandler,
    SubmitFeedbackHandler,
)
from service.genesis.decide.handler import CommandHandler, CommandRouter
from service.genesis.decide.life import (
    AbandonGenesisHandler,
    ExpireHandler,
    ExtendGenesisHandler,
    FinishGenesisHandler,
    PurgeHandler,
    RemindHandler,
)
from service.genesis.decide.recorder import Recorder
from service.genesis.decide.settings import (
    DismissFindingHandler,
    RestoreHandler,
    SetBudgetHandler,
    SwitchModeHandler,
)
from service.genesis.decide.stages import ConfirmStageHandler, NavigateHandler, ReopenStageHandler
from service.genesis.decide.starting import ImportMaterialHandler, StartGenesisHandler
from service.genesis.model import GenesisStatus, State
from service.genesis.refusals import DecisionStale, SessionClosed, SessionExpired, SessionNotFound

__all__ = ["ROUTER", "CommandHandler", "CommandRouter", "Decision", "Finish", "Rules", "Session", "decide"]

ROUTER = CommandRouter(
    (
        StartGenesisHandler(),
        GenerateInspirationHandler(),
        SelectConceptHandler(),
        SelectProposalHandler(),
        SubmitFeedbackHandler(),
        EditStageHandler(),
        LockFieldsHandler(),
        UnlockFieldsHandler(),
        ConfirmStageHandler(),
        ReopenStageHandler(),
        NavigateHandler(),
        ImportMaterialHandler(),
        CancelGenerationHandler(),
        SetBudgetHandler(),
        SwitchModeHandler(),
        DismissFindingHandler(),
        RestoreHandler(),
        CopyFieldsHandler(),
        ExtendGenesisHandler(),
        AbandonGenesisHandler(),
        FinishGenesisHandler(),
        RemindHandler(),
        ExpireHandler(),
        PurgeHandler(),
    )
)


def decide(
    session: Session | None,
    command: Command,
    now: datetime,
    *,
    rules: Rules = Rules(),  # noqa: B008
    past: State | None = None,
) -> Decision:
    """Decide a command. Returns its effects. ``session`` is None for START_GENESIS. ``past`` is the state
    that ``command.source`` names, or None.

    Raises the refusals of ``service.genesis.refusals``, and ``InvalidInput``. A refused command is not
    recorded.
    """
    handler = ROUTER.route(command.type)
    if command.type is not CommandType.START_GENESIS:
        _admit(session, command, handler)
    at = Recorder(command, session, now, rules, past)
    handler.validate(at, command.payload)
    return at.decision(handler.process(at, command.payload))


def _admit(session: Session | None, command: Command, handler: CommandHandler[Any]) -> None:
    """Raises a refusal if the session does not exist, if its status does not allow the command, or if a later
    decision exists than ``expected_version``."""
    if session is None:
        raise SessionNotFound
    state = session.state
    if state.status not in handler.statuses:
        raise SessionExpired if state.status is GenesisStatus.EXPIRED else SessionClosed
    if command.expected_version not in (None, state.decision_version):
        raise DecisionStale(decision_version=state.decision_version, version=session.version)
