"""Handlers for a whole session: budget, mode, dismissed findings, and restore. Pure."""

from __future__ import annotations

from service.errors import InvalidInput
from service.genesis import patches
from service.genesis.commands import CommandType
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.findings import findings
from service.genesis.model import STAGES, EventType, GenesisStage, Json, StageState, StageStatus
from service.genesis.payloads import DismissFinding, Restore, SetBudget, SwitchMode


class SetBudgetHandler(CommandHandler[SetBudget]):
    """Sets the budget for all paid calls of the session. Earlier costs still count."""

    types = (CommandType.SET_BUDGET,)

    def process(self, at: Recorder, payload: SetBudget) -> Json:
        if payload.budget_usd != at.state.json.get("budget_usd"):
            at.record(EventType.BUDGET_SET, {"budget_usd": payload.budget_usd})
        return {}


class SwitchModeHandler(CommandHandler[SwitchMode]):
    """Sets the mode of the session, guided or free-form. All values stay unchanged."""

    types = (CommandType.SWITCH_MODE,)

    def process(self, at: Recorder, payload: SwitchMode) -> Json:
        if payload.mode is not at.state.mode:
            at.record(EventType.GENESIS_MODE_CHANGED, {"mode": payload.mode.value})
        return {}


class DismissFindingHandler(CommandHandler[DismissFinding]):
    """Dismisses a finding. The finding returns if one of the fields that it refers to changes."""

    types = (CommandType.DISMISS_FINDING,)

    def process(self, at: Recorder, payload: DismissFinding) -> Json:
        found = next((one for one in findings(at.state) if one.id == payload.finding_id), None)
        if found is None:
            message = "The finding does not exist, or was dismissed."
            raise InvalidInput(message, errors=[{"path": "payload.finding_id", "message": message}])
        cited = {path: at.state.revision(path) for path in found.paths}
        before = at.state.dismissed.get(found.id, {})
        by, now = at.command.by.value, at.now.isoformat()
        entry = patches.make(before, {"reason": payload.reason, "by": by, "dismissed_at": now, "at": cited})
        at.record(EventType.FINDING_DISMISSED, {"dismissed": {found.id: entry}})
        return {}


class RestoreHandler(CommandHandler[Restore]):
    """Restores the values of stages at an earlier version. Locked values, rounds and proposals stay
    unchanged."""

    types = (CommandType.RESTORE,)

    def validate(self, at: Recorder, payload: Restore) -> None:
        if payload.to_version > at.version:
            message = f"This version does not exist yet. The session is at version {at.version}."
            raise InvalidInput(message, errors=[{"path": "payload.to_version", "message": message}])

    def process(self, at: Recorder, payload: Restore) -> Json:
        stages: dict[str, Json] = {}
        for name in payload.stages or STAGES:
            stages |= self._restored(at, name).get("stages", {})
        if stages:
            at.record(EventType.STAGE_RESTORED, {"stages": stages})
        return {"stages": sorted(stages)}

    def _restored(self, at: Recorder, name: GenesisStage) -> Json:
        stage, then, edit = at.stage(name), at.past.stage(name), at.edit(name)
        edit.restore(then, at.state.locks)
        after = StageState(name, {**stage.json, "fields": edit.fields, "order": edit.order})
        status = _status_after(stage, then, after)
        return edit.patch() if status is stage.status else edit.patch(status=status.value)


def _status_after(stage: StageState, then: StageState, after: StageState) -> StageStatus:
    """The status of a stage after a restore. If the stage has a running round or open proposals now, its
    status stays. Otherwise the stage is confirmed if it was confirmed at the earlier version."""
    if stage.status in (StageStatus.PROPOSING, StageStatus.CHOOSING):
        return stage.status
    return StageStatus.CONFIRMED if then.status is StageStatus.CONFIRMED else after.rest
