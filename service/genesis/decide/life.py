"""Handlers that extend or end a session. Pure."""

from __future__ import annotations

from typing import Any

from service.genesis.commands import CommandType
from service.genesis.decide.decision import Finish
from service.genesis.decide.handler import CommandHandler
from service.genesis.decide.recorder import Recorder
from service.genesis.derive import stale, title
from service.genesis.fields import missing
from service.genesis.model import EventType, GenesisStatus, Json, StageStatus
from service.genesis.payloads import AbandonGenesis, FinishGenesis, Nothing
from service.genesis.refusals import SessionClosed, StageIncomplete, StageNotReached, StageStale


class ExtendGenesisHandler(CommandHandler[Nothing]):
    """Sets the expiry of a session to a full period from now. An expired session becomes active again, if its
    grace period is not over."""

    types = (CommandType.EXTEND_GENESIS,)
    statuses = frozenset({GenesisStatus.ACTIVE, GenesisStatus.EXPIRED})

    def validate(self, at: Recorder, payload: Nothing) -> None:
        if at.state.status is GenesisStatus.EXPIRED and at.now >= at.state.expires_at + at.rules.grace:
            raise SessionClosed("The session has expired, and its grace is over.")

    def process(self, at: Recorder, payload: Nothing) -> Json:
        patch: dict[str, Any] = {"status": GenesisStatus.ACTIVE.value}
        if at.state.status is GenesisStatus.EXPIRED and (waits := at.open_waits()):
            patch["waits"] = waits
        at.record(EventType.GENESIS_EXTENDED, patch)
        return {"expires_at": at.state.expires_at.isoformat()}


class AbandonGenesisHandler(CommandHandler[AbandonGenesis]):
    """Ends a session without a novel. The session can be read until it is purged."""

    types = (CommandType.ABANDON_GENESIS,)

    def process(self, at: Recorder, payload: AbandonGenesis) -> Json:
        reason = {"reason": payload.reason} if payload.reason else {}
        patch = {**at.close(), "status": GenesisStatus.ABANDONED.value, **reason}
        at.record(EventType.GENESIS_ABANDONED, patch)
        return {}


class FinishGenesisHandler(CommandHandler[FinishGenesis]):
    """Ends a session and makes its novel. The session is never purged and can always be read."""

    types = (CommandType.FINISH_GENESIS,)

    def validate(self, at: Recorder, payload: FinishGenesis) -> None:
        if lacking := [path for stage in at.state.stages for path in missing(stage)]:
            raise StageIncomplete(paths=lacking)
        stages = [one.stage.value for one in at.state.stages if one.status is not StageStatus.CONFIRMED]
        if at.state.guided and stages:
            raise StageNotReached("In guided mode, confirm all stages before you finish.", stages=stages)
        if (old := stale(at.state)) and not payload.allow_stale:
            raise StageStale(stale=old)

    def process(self, at: Recorder, payload: FinishGenesis) -> Json:
        name = payload.title or title(at.state)
        patch = {**at.close(), "status": GenesisStatus.FINISHED.value, "title": name}
        at.record(EventType.GENESIS_FINISHED, patch)
        at.finish = Finish(name)
        return {"title": name}


class RemindHandler(CommandHandler[Nothing]):
    """Records once that the session expires soon. If it is too early, or if the reminder was already
    recorded, it does nothing."""

    types = (CommandType.REMIND,)
    statuses = frozenset(GenesisStatus)

    def process(self, at: Recorder, payload: Nothing) -> Json:
        due = at.now >= at.state.expires_at - at.rules.reminder
        if due and at.state.status is GenesisStatus.ACTIVE and not at.state.reminded:
            at.record(EventType.GENESIS_REMINDED, {"reminded_at": at.now.isoformat()})
        return {}


class ExpireHandler(CommandHandler[Nothing]):
    """Expires a session that has had no decision for the configured time. If a decision was made just before,
    it does nothing."""

    types = (CommandType.EXPIRE,)
    statuses = frozenset(GenesisStatus)

    def process(self, at: Recorder, payload: Nothing) -> Json:
        if at.state.status is GenesisStatus.ACTIVE and at.now >= at.state.expires_at:
            at.record(EventType.GENESIS_EXPIRED, {**at.close(), "status": GenesisStatus.EXPIRED.value})
        return {}


class PurgeHandler(CommandHandler[Nothing]):
    """Deletes a session that ended without a novel, if its grace period is over."""

    types = (CommandType.PURGE,)
    statuses = frozenset(GenesisStatus)

    def process(self, at: Recorder, payload: Nothing) -> Json:
        ended = at.state.status in (GenesisStatus.EXPIRED, GenesisStatus.ABANDONED)
        at.purge = ended and at.now >= at.state.expires_at + at.rules.grace
        return {}
