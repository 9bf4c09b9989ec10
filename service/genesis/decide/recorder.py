"""Collects the events of one decision, and applies each event to the state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.genesis import patches
from service.genesis.commands import Command
from service.genesis.decide.decision import Decision, Finish, Rules, Session
from service.genesis.derive import at_rest, proposals_with
from service.genesis.events import Event
from service.genesis.generation import Round, ended
from service.genesis.model import (
    By,
    EventType,
    GenesisStage,
    Json,
    ProposalStatus,
    StageState,
    StageStatus,
    State,
)
from service.genesis.refusals import BudgetExceeded, GenerationRunning
from service.genesis.stage_edit import StageEdit

#: The number of proposals in a round whose command gives no number: usually three, but ten concepts if the
#: session has no inspiration and no material.
_COUNT, _COUNT_OF_NOTHING = 3, 10


class Recorder:
    """Builds a decision. Each recorded event changes ``state`` at once."""

    def __init__(
        self, command: Command, session: Session | None, now: datetime, rules: Rules, past: State | None
    ) -> None:
        self.command = command
        self.now = now
        self.rules = rules
        self._session = session
        self._past = past
        self.state = session.state if session else State({})
        self._version = session.version if session else 0
        self._events: list[Event] = []
        self._rounds: list[Round] = []
        self._cancels: set[GenesisStage] = set()
        self._signals: dict[str, Json] = {}
        self._expired: list[str] = []
        self.finish: Finish | None = None
        self.purge = False

    @property
    def past(self) -> State:
        """The earlier state that the command names. The caller of ``decide`` must pass it."""
        if self._past is None:
            raise TypeError("the command's source was not loaded")
        return self._past

    @property
    def version(self) -> int:
        """The version of the newest event."""
        return self._version

    def stage(self, stage: GenesisStage) -> StageState:
        """The current state of a stage, after all recorded events."""
        return self.state.stage(stage)

    def edit(self, stage: GenesisStage) -> StageEdit:
        """An editor for a stage, whose changes the next event will record."""
        return StageEdit(self.state, self.stage(stage), self._version + 1)

    def record(self, type_: EventType, patch: Json, *, jobs: Json | None = None) -> None:
        """Record an event. The first event of a user's command also raises ``decision_version`` and extends
        the session."""
        if not self._events and self.command.by is By.PERSON:
            patch = {**patch, **self._decision()}
        event = Event(type_, self.command.by, patch, self.command.id, jobs or {})
        self._add(event)

    def _decision(self) -> dict[str, Any]:
        count = self.state.decision_version if self._session else 0
        expires_at = (self.now + self.rules.life).isoformat()
        reminded = {"reminded_at": None} if self.state.reminded else {}
        return {"decision_version": count + 1, "expires_at": expires_at, **reminded}

    def _add(self, event: Event) -> None:
        self._events.append(event)
        self._version += 1
        self.state = State(patches.apply(self.state.json, event.patch))

    def set_stage(self, type_: EventType, stage: GenesisStage, patch: Json) -> None:
        """Record an event that changes one stage."""
        self.record(type_, {"stages": {stage.value: patch}})

    # ── rounds and waits ──

    def refuse_running(self, stage: GenesisStage) -> None:
        """Raises ``GenerationRunning`` if a round of the stage runs."""
        if self.stage(stage).running:
            raise GenerationRunning(stage=stage.value)

    def can_pay(self) -> bool:
        """Whether the session has spent less than its budget."""
        cap, spent = self.state.budget_usd, self._session.spent_usd if self._session else 0
        return cap is None or spent < cap

    def refuse_spent(self) -> None:
        """Raises ``BudgetExceeded`` if the session has spent its budget."""
        if not self.can_pay():
            raise BudgetExceeded(budget_usd=self.state.json["budget_usd"])

    def request(
        self,
        stage: GenesisStage,
        *,
        count: int | None = None,
        scope: tuple[str, ...] = (),
        instruction: str | None = None,
        blend: tuple[str, ...] = (),
        material: str | None = None,
    ) -> Round:
        """Start a new round. The proposals of the previous round are removed from the state, except those
        that the new round blends."""
        self.answer(stage)
        before = self.stage(stage)
        count = count or self._usual_count(stage)
        round_ = Round(stage, before.round + 1, count, scope, instruction, blend, material)
        blended = {"status": ProposalStatus.BLENDED.value}
        left = {id_: blended if id_ in blend else None for id_ in before.proposals}
        patch = {"status": StageStatus.PROPOSING.value, "round": round_.number, "proposals": left}
        jobs = {round_.name: {"status": "queued", "progress": 0}}
        self.record(EventType.GENERATION_REQUESTED, {"stages": {stage.value: patch}}, jobs=jobs)
        self._rounds.append(round_)
        return round_

    def _usual_count(self, stage: GenesisStage) -> int:
        return usual_count(stage, brought=bool(self.state.inspiration or self.state.material))

    def stop(self, stage: GenesisStage, *, wait: bool = False) -> bool:
        """End the running round of a stage. Returns False if no round runs. With ``wait``, the session then
        waits for the user to choose from the complete proposals."""
        now = self.stage(stage)
        if not now.running:
            return False
        jobs = {f"{stage}_{now.round}": {"status": "cancelled"}}
        for event in ended(self.state, stage, now.round, jobs):
            if wait or event.type is not EventType.GENESIS_WAITING:
                self.record(event.type, event.patch, jobs=event.jobs)
        self._cancels.add(stage)
        return True

    def answer(self, stage: GenesisStage, payload: Json | None = None) -> None:
        """Answer the wait of the stage's newest round. The pause of this wait may exist already, or follow
        later."""
        now = self.stage(stage)
        waiting = now.wait_key in self.state.waits
        if waiting:
            self.record(EventType.GENESIS_RESUMED, {"waits": {now.wait_key: None}})
        if waiting or stage in self._cancels:
            self._signals[now.wait_key] = {"command": self.command.type.value, **(payload or {})}

    def reject_others(self, stage: GenesisStage, chosen: str) -> None:
        """Reject all open proposals except the chosen one."""
        waiting = proposals_with(self.stage(stage), ProposalStatus.OPEN)
        if others := [id_ for id_ in waiting if id_ != chosen]:
            rejected = {"status": ProposalStatus.REJECTED.value}
            self.set_stage(EventType.PROPOSAL_REJECTED, stage, {"proposals": dict.fromkeys(others, rejected)})

    def close(self) -> dict[str, Any]:
        """The patch that ends all running rounds and open waits. It is for an event that ends the session."""
        running = [stage for stage in self.state.stages if stage.running]
        stages = {stage.stage.value: at_rest(stage) for stage in running}
        self._cancels |= {stage.stage for stage in running}
        self._expired = sorted(self.state.waits)
        patch: dict[str, Any] = {"stages": stages} if stages else {}
        return patch | ({"waits": dict.fromkeys(self._expired)} if self._expired else {})

    def open_waits(self) -> dict[str, Any]:
        """The waits of all stages whose proposals still wait for a choice. An expiry has closed these
        waits."""
        choosing = [stage for stage in self.state.stages if stage.status is StageStatus.CHOOSING]
        return {one.wait_key: {"stage": one.stage.value, "round": one.round} for one in choosing}

    def decision(self, result: Mapping[str, Any]) -> Decision:
        """The complete decision, with the given result."""
        return Decision(
            events=tuple(self._events),
            state=self.state,
            version=self._version,
            rounds=tuple(self._rounds),
            cancels=frozenset(self._cancels),
            signals=self._signals,
            expired=tuple(self._expired),
            finish=self.finish,
            purge=self.purge,
            result=result,
        )


def usual_count(stage: GenesisStage, *, brought: bool) -> int:
    """How many proposals a round of the stage makes where a command names no count. Without anything that
    the person has ``brought``, there are more concepts to choose from."""
    return _COUNT if brought or stage is not GenesisStage.CONCEPT else _COUNT_OF_NOTHING
