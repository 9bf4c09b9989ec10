"""A session that a test plays: commands are decided, rounds bring what the test says, all of it is folded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from service.errors import StorytroupeError
from service.genesis.commands import SYSTEM, Command, CommandType, read_command, system_command
from service.genesis.decide import Decision, Rules, Session, decide
from service.genesis.drafts import Draft
from service.genesis.events import Event, fold
from service.genesis.generation import Round, ended, made, proposal, proposal_id, retrying, reviewed, started
from service.genesis.model import GenesisStage, State
from service.genesis.remarks import kept
from service.providers.protocols import Remark

NAMES = UUID("5f0c6a52-3c0e-4b57-9d0a-6d5d2f2b8a11")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SESSION = uuid5(NAMES, "session")

CONCEPT = {
    "concept.title": "The Unprinted Tide",
    "concept.logline": "A girl who sets the tide tables finds that one tide is left out on purpose.",
    "concept.premise": "Once a year the ebb goes out too far.",
    "concept.genre": "mystery",
    "concept.audience": "middle_grade",
    "concept.length.chapters": 12,
}
THEME = {
    "theme.question": "May one lie to spare another?",
    "theme.statement": "A kindness kept up by a lie is owed to the liar.",
    "theme.motifs.d1.name": "lead type",
    "theme.motifs.d2.name": "boots",
}
CHARACTER = {
    "character.people.p1.name": "Nell Tarrow",
    "character.people.p1.want": "to print the whole truth",
    "character.people.p2.name": "Ada Quill",
    "character.relations.r1.a": "p1",
    "character.relations.r1.b": "p2",
}
WORLD = {"world.summary": "An estuary town.", "world.places.w1.name": "Saltreeve"}
PLOT = {
    "plot.ending": "She prints it.",
    **{f"plot.chapters.k{number}.title": f"Chapter {number}" for number in (1, 2, 3)},
    "plot.chapters.k1.scenes.s1.summary": "The ebb.",
}
VALUES: Mapping[GenesisStage, Mapping[str, Any]] = {
    GenesisStage.CONCEPT: CONCEPT,
    GenesisStage.THEME: THEME,
    GenesisStage.CHARACTER: CHARACTER,
    GenesisStage.WORLD: WORLD,
    GenesisStage.PLOT: PLOT,
}


@dataclass(frozen=True)
class Drafted:
    """What a planner would make."""

    values: Mapping[str, Any]
    drawn_from: Sequence[str] = ("inspiration",)
    assumed: Sequence[str] = ()
    notes: Sequence[str] = ()
    quotes: Mapping[str, str] = field(default_factory=dict)
    only: bool = False


def command_id(number: int) -> UUID:
    """The id of a test's command: the same in each run."""
    return uuid5(NAMES, f"command {number}")


@dataclass
class Played:
    """The session, its events as they are stored, and what was decided last."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    state: State = field(default_factory=lambda: State({}))
    now: datetime = START
    spent_usd: Decimal = Decimal(0)
    rules: Rules = field(default_factory=Rules)
    rounds: dict[GenesisStage, Round] = field(default_factory=dict)
    count: int = 0
    decision: Decision | None = None

    @property
    def version(self) -> int:
        return len(self.events)

    def command(self, type_: str, payload: Any = None, expected_version: int | None = None) -> Command:
        """A command of a person's or the system's, with an id that no other has."""
        self.count += 1
        id_ = command_id(self.count)
        if type_ in SYSTEM:
            return system_command(id_, CommandType(type_), SESSION)
        body = {"command_id": str(id_), "command_type": type_, "payload": payload or {}}
        if type_ != "START_GENESIS":
            body |= {"session_id": str(SESSION)}
        return read_command({**body, "expected_version": expected_version})

    def decide(self, command: Command, past: State | None = None) -> Decision:
        """What would become of a command."""
        session = Session(self.state, self.version, self.spent_usd) if self.events else None
        if past is None and command.source and command.source.session_id == SESSION:
            past = State(self.at(command.source.version))
        return decide(session, command, self.now, rules=self.rules, past=past)

    def do(self, type_: str, payload: Any = None, *, past: State | None = None, **more: Any) -> Decision:
        """Decide a command, and let it be."""
        decision = self.decide(self.command(type_, payload, **more), past)
        self.append(decision.events)
        assert self.state.json == decision.state.json
        assert self.version == decision.version
        for stage in decision.cancels:
            self.rounds.pop(stage, None)
        self.rounds |= {one.stage: one for one in decision.rounds}
        self.decision = decision
        return decision

    def refused(self, type_: str, payload: Any = None, **more: Any) -> StorytroupeError:
        """Why a command is refused; that it changes nothing."""
        before = json.dumps(self.state.json)
        try:
            decided = self.decide(self.command(type_, payload, **more))
        except StorytroupeError as error:
            assert json.dumps(self.state.json) == before
            return error
        raise AssertionError(f"{type_} was not refused: {decided}")

    def append(self, events: Sequence[Event]) -> None:
        """Store events, and fold them."""
        stored = [(new.type, dict(new.data)) for new in (event.encode() for event in events)]
        stored = json.loads(json.dumps(stored))
        self.events += [(type_, data) for type_, data in stored]
        self.state = State(fold(stored, self.state.json))

    def at(self, version: int) -> Any:
        """The fold of the first events."""
        return fold(self.events[:version])

    # ── rounds ──

    def bring(
        self, stage: GenesisStage, *drafts: Draft, end: bool = True, read: State | None = None
    ) -> list[str]:
        """Let the round that runs make proposals, and end it; their ids. ``read``: what the job has read."""
        round_ = self.rounds[stage]
        job_id = uuid5(NAMES, round_.name)
        jobs = {round_.name: {"status": "generating"}}
        self.append([started(jobs)])
        ids = []
        for index, draft in enumerate(drafts):
            ids.append(id_ := proposal_id(job_id, index))
            shown = proposal(read or self.state, round_, id_, index, draft)
            self.append([made(stage, id_, shown, jobs)])
        if end:
            self.end(stage)
        return ids

    def review(self, stage: GenesisStage, *remarks: Remark) -> None:
        """A model says something of the plan, in the round that runs."""
        jobs = {self.rounds[stage].name: {"status": "generating"}}
        self.append([reviewed(self.state, stage, kept(remarks), jobs)])

    def retry(self, stage: GenesisStage) -> None:
        """An attempt of the round fails, and another follows."""
        self.append([retrying({self.rounds[stage].name: {"status": "retrying"}}, 2)])

    def end(self, stage: GenesisStage, status: str = "ready") -> None:
        """The round ends."""
        round_ = self.rounds.pop(stage)
        self.append(ended(self.state, stage, round_.number, {round_.name: {"status": status}}))

    # ── shortcuts ──

    def begin(self, mode: str = "guided", **payload: Any) -> Played:
        """Start it."""
        self.do("START_GENESIS", {"mode": mode, "inspiration": "A tide is left out.", **payload})
        return self

    def choose(self, stage: GenesisStage, values: Mapping[str, Any] | None = None, **more: Any) -> str:
        """Ask for a round where none runs, and take its only proposal."""
        if stage not in self.rounds:
            self.do("GENERATE_INSPIRATION", {"stage": stage.value})
        (id_,) = self.bring(stage, Drafted(values or VALUES[stage], **more))
        self.do("SELECT_PROPOSAL", {"proposal_ids": [id_]})
        return id_

    def set(self, path: str, value: Any) -> Decision:
        """Edit one field."""
        change = {"op": "set", "path": path, "value": value}
        return self.do("EDIT_STAGE", {"stage": path.split(".")[0], "changes": [change]})

    def value(self, path: str) -> Any:
        """A field's value; None where it is empty."""
        record = self.state.record(path)
        return record["value"] if record else None

    def complete(self) -> Played:
        """Choose and confirm all stages."""
        for stage, values in VALUES.items():
            cited = tuple(path for one in stage.preceding for path in VALUES[one] if ".d" not in path)
            cited = tuple(path for path in cited if path.startswith("concept")) or ("inspiration",)
            self.choose(stage, values, drawn_from=cited)
            self.do("CONFIRM_STAGE", {"stage": stage.value})
        return self

    def later(self, **time: float) -> Played:
        """Let time pass."""
        self.now += timedelta(**time)
        return self


def people(played: Played) -> list[str]:
    """The paths of its people, in order."""
    return [f"character.people.{id_}" for id_ in played.state.stage(GenesisStage.CHARACTER).order["people"]]


def edit(played: Played, stage: str, *changes: Any) -> Decision:
    """Edit a stage."""
    return played.do("EDIT_STAGE", {"stage": stage, "changes": list(changes)})


def drawn(played: Played) -> None:
    """A theme that was drawn from the concept's title, and from a logline that was empty."""
    played.set("concept.title", "First")
    played.choose(GenesisStage.THEME, THEME, drawn_from=["concept.title", "concept.logline"])
