"""The enumerations of Genesis, and typed read access to the state of a session. Pure.

The state of a session is one JSON object, the fold of the merge patches of its events. It contains no
derived values. Its keys are::

    title, mode, status, current_stage, language, seed, budget_usd, expires_at, reminded_at, reason,
    origin {session_id, version}, inspiration, material {id: {text, bytes, into}},
    stages {stage: {status, round, fields {path}, sources {key}, order {collection}, proposals {id},
        feedback [...], remarks {id}}},
    locks {path: true}, waits {key: {stage, round}}, dismissed {finding: {reason, by, dismissed_at, at}},
    decision_version
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Json = Mapping[str, Any]
_NOTHING: Json = MappingProxyType({})


class GenesisStage(StrEnum):
    """The five stages, in the order of guided mode."""

    CONCEPT = "concept"
    THEME = "theme"
    CHARACTER = "character"
    WORLD = "world"
    PLOT = "plot"

    @property
    def following(self) -> tuple[GenesisStage, ...]:
        """The stages after this one, in order."""
        return STAGES[STAGES.index(self) + 1 :]

    @property
    def preceding(self) -> tuple[GenesisStage, ...]:
        """The stages before this one, in order."""
        return STAGES[: STAGES.index(self)]


STAGES = tuple(GenesisStage)


class GenesisMode(StrEnum):
    """How a session goes through the stages."""

    GUIDED = "guided"
    """The stages have an order. When a stage is confirmed, the session enters the next stage."""
    FREE_FORM = "free_form"
    """The user works on the stages in any order."""


class GenesisStatus(StrEnum):
    """A session's status::

    active ──→ finished
       │ ├───→ abandoned
       │ └───→ expired
       └────────┘ EXTEND_GENESIS, within the grace
    """

    ACTIVE = "active"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class StageStatus(StrEnum):
    """A stage's status::

        empty ──→ proposing ──→ choosing ──→ drafting ──→ confirmed
          └──────────────── an edit ────────→┘   └─────────┘ REOPEN_STAGE

    A new round leads from each back to ``proposing``.
    """

    EMPTY = "empty"
    PROPOSING = "proposing"
    """A round of generation runs. This status ends with the round, a choice or a cancel."""
    CHOOSING = "choosing"
    """Proposals wait for the user's choice."""
    DRAFTING = "drafting"
    CONFIRMED = "confirmed"


class ProposalStatus(StrEnum):
    """What the user has done with a proposal. The state contains only proposals of the newest round, and
    proposals that this round blends."""

    OPEN = "open"
    SELECTED = "selected"
    REJECTED = "rejected"
    BLENDED = "blended"
    """The running round combines this proposal with others to new proposals."""


class CommandStatus(StrEnum):
    """The status of a command in the inbox."""

    RECEIVED = "RECEIVED"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


class By(StrEnum):
    """Who wrote a value or caused an event."""

    PERSON = "person"
    AI = "ai"
    SYSTEM = "system"


class EventType(StrEnum):
    """All types of events of a session, except ``spend.changed``, which the ledger writes."""

    GENESIS_STARTED = "genesis.started"
    GENESIS_MODE_CHANGED = "genesis.mode_changed"
    GENESIS_WAITING = "genesis.waiting"
    GENESIS_RESUMED = "genesis.resumed"
    GENESIS_REMINDED = "genesis.reminded"
    GENESIS_EXTENDED = "genesis.extended"
    GENESIS_EXPIRED = "genesis.expired"
    GENESIS_ABANDONED = "genesis.abandoned"
    GENESIS_FINISHED = "genesis.finished"
    STAGE_ENTERED = "stage.entered"
    STAGE_CONFIRMED = "stage.confirmed"
    STAGE_REOPENED = "stage.reopened"
    STAGE_RESTORED = "stage.restored"
    GENERATION_REQUESTED = "generation.requested"
    GENERATION_STARTED = "generation.started"
    GENERATION_RETRYING = "generation.retrying"
    GENERATION_ENDED = "generation.ended"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_SELECTED = "proposal.selected"
    PROPOSAL_REJECTED = "proposal.rejected"
    FEEDBACK_GIVEN = "feedback.given"
    MATERIAL_IMPORTED = "material.imported"
    FIELD_EDITED = "field.edited"
    FIELD_LOCKED = "field.locked"
    FIELD_UNLOCKED = "field.unlocked"
    FINDING_MADE = "finding.made"
    FINDING_DISMISSED = "finding.dismissed"
    BUDGET_SET = "budget.set"


def wait_key(stage: GenesisStage, round_: int) -> str:
    """The key of the wait for the user's choice with which a round ends."""
    return f"{stage}:{round_}"


def read_wait_key(key: str) -> tuple[GenesisStage, int]:
    """Read the stage and the number of the round from the key of a wait."""
    stage, _, round_ = key.partition(":")
    return GenesisStage(stage), int(round_)


def _part(json: Json, name: str) -> Json:
    part: Json = json.get(name, _NOTHING)
    return part


@dataclass(frozen=True, slots=True)
class StageState:
    """The state of one stage. Its paths do not contain the name of the stage."""

    stage: GenesisStage
    json: Json

    @property
    def status(self) -> StageStatus:
        """The status of the stage; ``empty`` if the stage has no content yet."""
        return StageStatus(self.json.get("status", StageStatus.EMPTY))

    @property
    def round(self) -> int:
        """The number of the stage's newest round of generation; 0 before the first round."""
        return int(self.json.get("round", 0))

    @property
    def running(self) -> bool:
        """Whether a round of generation runs for the stage."""
        return self.status is StageStatus.PROPOSING

    @property
    def fields(self) -> Json:
        """The record of each value, by path: ``{value, by, revision, drawn_from?, proposal?, former?}``.

        ``drawn_from`` is a key of ``sources``, because many values share the same sources. ``former`` are the
        names that the user has replaced, if the value is the name of a person.
        """
        return _part(self.json, "fields")

    @property
    def sources(self) -> Mapping[str, Mapping[str, int]]:
        """The sources of values, by key. Each entry contains the paths from which values were derived, with
        the revisions at that time."""
        return _part(self.json, "sources")

    def cited(self, name: str) -> Mapping[str, int]:
        """The paths that a value was drawn from, with their revisions then; none for a person's own."""
        key = self.fields.get(name, _NOTHING).get("drawn_from")
        return self.sources[key] if key else _NOTHING

    @property
    def order(self) -> Mapping[str, list[str]]:
        """The ids of the elements of each collection, in order, by the path of the collection."""
        return _part(self.json, "order")

    @property
    def proposals(self) -> Json:
        """The proposals of the newest round, by id."""
        return _part(self.json, "proposals")

    @property
    def remarks(self) -> Json:
        """The remarks of a model about the plan, by id: ``{message, quotes: [{path, text}]}``."""
        return _part(self.json, "remarks")

    @property
    def feedback(self) -> list[Json]:
        """The user's feedback on the stage, newest last: ``{text, round, about?}``."""
        return list(self.json.get("feedback", ()))

    @property
    def wait_key(self) -> str:
        """The key of the wait that belongs to the newest round."""
        return wait_key(self.stage, self.round)

    @property
    def rest(self) -> StageStatus:
        """The status that the stage has without a round. The stage returns to this status when a round ends
        without proposals."""
        return StageStatus.DRAFTING if self.fields else StageStatus.EMPTY


@dataclass(frozen=True, slots=True)
class State:
    """Read access to the state of a session. Paths begin with the name of a stage."""

    json: Json

    @property
    def mode(self) -> GenesisMode:
        """The mode of the session: guided or free-form."""
        return GenesisMode(self.json["mode"])

    @property
    def guided(self) -> bool:
        """Whether the stages have an order."""
        return self.mode is GenesisMode.GUIDED

    @property
    def status(self) -> GenesisStatus:
        """The session's status."""
        return GenesisStatus(self.json["status"])

    @property
    def current_stage(self) -> GenesisStage:
        """The stage that the user works on."""
        return GenesisStage(self.json["current_stage"])

    @property
    def expires_at(self) -> datetime:
        """The time at which the session expires, unless a decision extends it before."""
        return datetime.fromisoformat(self.json["expires_at"])

    @property
    def reminded(self) -> bool:
        """Whether the user was reminded of the expiry after the last decision."""
        return "reminded_at" in self.json

    @property
    def budget_usd(self) -> Decimal | None:
        """The budget of all paid calls in US dollars, in its stored form. None means no limit."""
        cap = self.json.get("budget_usd")
        return None if cap is None else Decimal(str(cap))

    @property
    def decision_version(self) -> int:
        """The number of decisions that the user has made."""
        return int(self.json["decision_version"])

    @property
    def inspiration(self) -> str:
        """The user's inspiration, word for word. Empty if the user gave none."""
        return str(self.json.get("inspiration", ""))

    @property
    def material(self) -> Json:
        """The imported texts by id: ``{text, bytes, into?}``."""
        return _part(self.json, "material")

    @property
    def locks(self) -> frozenset[str]:
        """The locked paths. Each lock also holds for all paths below."""
        return frozenset(self.json.get("locks", ()))

    @property
    def waits(self) -> Json:
        """The open waits for the user, by key."""
        return _part(self.json, "waits")

    @property
    def dismissed(self) -> Json:
        """The findings that the user dismissed, by id: ``{reason, by, dismissed_at, at}``. ``at`` contains
        the cited paths with their revisions at that time."""
        return _part(self.json, "dismissed")

    def stage(self, stage: GenesisStage) -> StageState:
        """The state of one stage."""
        return StageState(stage, _part(_part(self.json, "stages"), stage))

    @property
    def stages(self) -> Iterator[StageState]:
        """The states of all five stages, in order."""
        return (self.stage(stage) for stage in STAGES)

    def record(self, path: str) -> Json | None:
        """The record of a value; None if the field is empty."""
        stage, _, rest = path.partition(".")
        found: Json | None = _part(_part(_part(self.json, "stages"), stage), "fields").get(rest)
        return found

    def cited(self, path: str) -> Mapping[str, int]:
        """The paths that a value was drawn from, with their revisions then; none for a person's own."""
        stage, _, rest = path.partition(".")
        return self.stage(GenesisStage(stage)).cited(rest)

    def revision(self, path: str) -> int:
        """The version of the event that wrote a field; 0 if the field is empty."""
        record = self.record(path)
        return int(record["revision"]) if record else 0

    def records(self) -> Iterator[tuple[str, Json]]:
        """The records of all values by path, stage after stage."""
        for one in self.stages:
            for path, record in one.fields.items():
                yield f"{one.stage}.{path}", record

    def values(self) -> dict[str, Any]:
        """All accepted values by path. A planner receives them."""
        return {path: record["value"] for path, record in self.records()}
