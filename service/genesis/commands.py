"""Commands: the envelope, and what each type carries. Pure.

Texts are made fit to keep here, whoever sends them; what a payload does not know is refused. Whether a
command may be done in a session's state is decided in ``decide``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.api.fields import Amount, AtMost, Body, Boolean, Integer, Language, Length, read_as
from service.api.sanitize import clean
from service.genesis.fields import AUDIENCE, CHAPTERS, find
from service.genesis.model import By, GenesisMode, GenesisStage
from service.genesis.refusals import CommandUnknown

#: Bytes of one text that is brought, and of all in a session.
MOST_MATERIAL = 1024 * 1024
MOST_MATERIAL_IN_ALL = 10 * MOST_MATERIAL
MOST_INSPIRATION = 60_000
MOST_PATHS = 500
MOST_CHANGES = 500
MOST_COUNT = 10
_MOST_SEED = 2**53
#: Words that stand for paths in the scope of a round.
STALE, FOLLOWING = "stale", "following"


class CommandType(StrEnum):
    """All types of commands, the last three of them the system's own."""

    START_GENESIS = "START_GENESIS"
    GENERATE_INSPIRATION = "GENERATE_INSPIRATION"
    SELECT_CONCEPT = "SELECT_CONCEPT"
    SELECT_PROPOSAL = "SELECT_PROPOSAL"
    SUBMIT_FEEDBACK = "SUBMIT_FEEDBACK"
    EDIT_STAGE = "EDIT_STAGE"
    LOCK_FIELDS = "LOCK_FIELDS"
    UNLOCK_FIELDS = "UNLOCK_FIELDS"
    CONFIRM_STAGE = "CONFIRM_STAGE"
    REOPEN_STAGE = "REOPEN_STAGE"
    NAVIGATE = "NAVIGATE"
    IMPORT_MATERIAL = "IMPORT_MATERIAL"
    CANCEL_GENERATION = "CANCEL_GENERATION"
    SET_BUDGET = "SET_BUDGET"
    SWITCH_MODE = "SWITCH_MODE"
    DISMISS_FINDING = "DISMISS_FINDING"
    RESTORE = "RESTORE"
    EXTEND_GENESIS = "EXTEND_GENESIS"
    ABANDON_GENESIS = "ABANDON_GENESIS"
    FINISH_GENESIS = "FINISH_GENESIS"
    REMIND = "REMIND"
    EXPIRE = "EXPIRE"
    PURGE = "PURGE"


SYSTEM = frozenset({CommandType.REMIND, CommandType.EXPIRE, CommandType.PURGE})
ALIASES: Mapping[str, CommandType] = MappingProxyType(
    {"PROVIDE_FEEDBACK": CommandType.SUBMIT_FEEDBACK, "NAVIGATE_TO_STAGE": CommandType.NAVIGATE}
)


def _path(path: str) -> str:
    try:
        find(path)
    except ValueError as error:
        raise PydanticCustomError("unknown_path", "{message}", {"message": str(error)}) from error
    return path


def _scope(item: str) -> str:
    return item if item in (STALE, FOLLOWING) else _path(item)


def _proposal_or_path(item: str) -> str:
    try:
        return str(UUID(item))
    except ValueError:
        return _path(item)


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _cleaned(most: int) -> AfterValidator:
    return AfterValidator(lambda text: clean(text, most=most))


def _fits(field_: Any) -> AfterValidator:
    def check(value: Any) -> Any:
        try:
            return field_.check(value)
        except ValueError as error:
            raise PydanticCustomError("unfit", "{message}", {"message": str(error)}) from error

    return AfterValidator(check)


def _weight(text: str) -> str:
    if (size := len(text.encode())) > MOST_MATERIAL:
        message = f"This has {size} bytes; at most {MOST_MATERIAL} are allowed in one part."
        raise PydanticCustomError("too_large", "{message}", {"message": message})
    return text


Short = Annotated[str, _cleaned(2000), Length(200, required=True)]
Say = Annotated[str, _cleaned(20_000), Length(4000, required=True)]
Inspiration = Annotated[str, _cleaned(2 * MOST_INSPIRATION), Length(MOST_INSPIRATION)]
Material = Annotated[
    str, _cleaned(MOST_MATERIAL), AfterValidator(_weight), Length(MOST_MATERIAL, required=True)
]
Path = Annotated[str, Field(max_length=200), AfterValidator(_path)]
Paths = Annotated[tuple[Path, ...], Field(min_length=1), AtMost(MOST_PATHS)]
_Item = Annotated[str, Field(max_length=200)]
Scope = Annotated[
    tuple[Annotated[_Item, AfterValidator(_scope)], ...],
    Field(min_length=1),
    AtMost(MOST_PATHS),
    BeforeValidator(_as_list),
]
About = Annotated[
    tuple[Annotated[_Item, AfterValidator(_proposal_or_path)], ...],
    AtMost(MOST_PATHS),
    BeforeValidator(_as_list),
]
Count = Annotated[Integer, Field(ge=1, le=MOST_COUNT)]
Version = Annotated[Integer, Field(ge=1)]
#: In US dollars, to the millionth: as its column has it.
Budget = Annotated[Amount, Field(ge=0.000001), AfterValidator(lambda usd: round(usd, 6))]


class Payload(Body):
    """What a command carries beside its type and its session, in snake or camel case."""

    model_config = ConfigDict(extra="forbid")


class Source(Payload):
    """A session as it stood at a version."""

    session_id: UUID
    version: Version


class StartGenesis(Payload):
    """A new session: from a spark, from texts, from nothing, or from another session (``from``)."""

    mode: GenesisMode = GenesisMode.GUIDED
    inspiration: Inspiration = ""
    material: Annotated[tuple[Material, ...], AtMost(10)] = ()
    language: Language = "en"
    chapters: Annotated[Integer, _fits(CHAPTERS)] | None = None
    genre: Short | None = None
    audience: Annotated[str, _fits(AUDIENCE)] | None = None
    budget_usd: Budget | None = None
    seed: Annotated[Integer, Field(ge=0, lt=_MOST_SEED)] = 0
    source: Annotated[Source | None, Field(alias="from")] = None

    @model_validator(mode="after")
    def _brings_no_more_than_a_session_holds(self) -> Self:
        if sum(len(text.encode()) for text in self.material) > MOST_MATERIAL_IN_ALL:
            raise PydanticCustomError("too_large", "All texts together are too large.", {"path": "material"})
        return self

    @model_validator(mode="after")
    def _is_new_or_a_branch(self) -> Self:
        brought = sorted({"inspiration", "material", "chapters", "genre", "audience"} & self.model_fields_set)
        if self.source and brought:
            message = "A branch has what its source has: leave this out, and change it there."
            raise PydanticCustomError("branch", "{message}", {"message": message, "path": brought[0]})
        return self


class OfStage(Payload):
    """A command about one stage."""

    stage: GenesisStage


class GenerateInspiration(OfStage):
    """A round of proposals. ``scope``: for these paths only; "stale": for what is stale in the stage;
    "following": for what is stale in each stage after it. ``count`` not given: as many as the stage wants."""

    count: Count | None = None
    scope: Scope | None = None
    instruction: Say | None = None


class SelectProposal(Payload):
    """One proposal: take it, or the values at some paths. Two or three: blend them into new ones."""

    proposal_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=3)]
    paths: Paths | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.proposal_ids)) < len(self.proposal_ids):
            raise PydanticCustomError("twice", "Name each proposal once.", {"path": "proposal_ids"})
        return self


class SubmitFeedback(OfStage):
    """What is missing or wrong, for all rounds that follow. ``about``: a proposal, or paths."""

    text: Say
    about: About = ()
    regenerate: Boolean = False


class Change(Payload):
    """One change. ``set``: a field's value. ``add``: an element, an object of fields, at the end of a
    collection. ``remove``: a field's value or an element. ``move``: an element to a place, from 0."""

    op: Literal["set", "add", "remove", "move"]
    path: Path
    value: Any = None


class EditStage(OfStage):
    """A person's changes of one stage: all of them, or none."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1), AtMost(MOST_CHANGES)]


class OfPaths(Payload):
    """A command about paths; each holds for all below it."""

    paths: Paths


class ImportMaterial(Payload):
    """A text of the person's own, kept word for word. ``into``: for which stages it is meant."""

    text: Material
    into: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()


class SetBudget(Payload):
    """The cap of all paid calls in US dollars; null is no cap."""

    budget_usd: Budget | None


class SwitchMode(Payload):
    """Guided or free-form."""

    mode: GenesisMode


class DismissFinding(Payload):
    """A finding that is on purpose. It returns only where what it cites changes."""

    finding_id: Annotated[str, Field(min_length=1, max_length=300)]
    reason: Short


class Restore(Payload):
    """Stages as they stood at a version, but for what is locked. No stages: all of them."""

    to_version: Version
    stages: Annotated[tuple[GenesisStage, ...], AtMost(5)] = ()


class Nothing(Payload):
    """No payload."""


class AbandonGenesis(Payload):
    """The end of a session without a novel."""

    reason: Short | None = None


class FinishGenesis(Payload):
    """The end of a session: its novel. ``allow_stale``: although fields no longer fit their sources."""

    title: Short | None = None
    allow_stale: Boolean = False


PAYLOADS: Mapping[CommandType, type[Payload]] = MappingProxyType(
    {
        CommandType.START_GENESIS: StartGenesis,
        CommandType.GENERATE_INSPIRATION: GenerateInspiration,
        CommandType.SELECT_CONCEPT: SelectProposal,
        CommandType.SELECT_PROPOSAL: SelectProposal,
        CommandType.SUBMIT_FEEDBACK: SubmitFeedback,
        CommandType.EDIT_STAGE: EditStage,
        CommandType.LOCK_FIELDS: OfPaths,
        CommandType.UNLOCK_FIELDS: OfPaths,
        CommandType.CONFIRM_STAGE: OfStage,
        CommandType.REOPEN_STAGE: OfStage,
        CommandType.NAVIGATE: OfStage,
        CommandType.IMPORT_MATERIAL: ImportMaterial,
        CommandType.CANCEL_GENERATION: OfStage,
        CommandType.SET_BUDGET: SetBudget,
        CommandType.SWITCH_MODE: SwitchMode,
        CommandType.DISMISS_FINDING: DismissFinding,
        CommandType.RESTORE: Restore,
        CommandType.EXTEND_GENESIS: Nothing,
        CommandType.ABANDON_GENESIS: AbandonGenesis,
        CommandType.FINISH_GENESIS: FinishGenesis,
        CommandType.REMIND: Nothing,
        CommandType.EXPIRE: Nothing,
        CommandType.PURGE: Nothing,
    }
)


class Envelope(Payload):
    """A command as it comes in."""

    command_id: UUID
    command_type: Annotated[str, Field(max_length=80)]
    session_id: UUID | None = None
    expected_version: Annotated[Integer, Field(ge=0)] | None = None
    payload: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_session(self) -> Self:
        starts = self.command_type == CommandType.START_GENESIS
        if starts == (self.session_id is not None):
            message = "A new session has no id yet." if starts else "This must be the id of a session."
            raise PydanticCustomError("session", "{message}", {"message": message, "path": "session_id"})
        return self


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be decided. ``expected_version`` is the decision that its sender has seen.

    ``session_id`` is None for START_GENESIS only.
    """

    id: UUID
    type: CommandType
    session_id: UUID | None
    payload: Payload
    expected_version: int | None = None
    by: By = By.PERSON

    @property
    def source(self) -> Source | None:
        """The session and version whose state the decision needs beside the present one."""
        if isinstance(self.payload, Restore) and self.session_id:
            return Source(session_id=self.session_id, version=self.payload.to_version)
        return self.payload.source if isinstance(self.payload, StartGenesis) else None

    def body(self) -> dict[str, Any]:
        """All of the command but its id, as JSON: what the inbox keeps."""
        return {
            "command_type": self.type.value,
            "session_id": str(self.session_id) if self.session_id else None,
            "expected_version": self.expected_version,
            "payload": self.payload.model_dump(mode="json", by_alias=True, exclude_unset=True),
        }

    def body_hash(self) -> str:
        """SHA-256 of the body: another body under the same id is another command."""
        return hashlib.sha256(json.dumps(self.body(), sort_keys=True).encode()).hexdigest()


def read_command(body: Any) -> Command:
    """A person's command. Raises ``CommandUnknown`` and ``InvalidInput`` with the fields' paths."""
    envelope = read_as(Envelope, body)
    type_ = _type(envelope.command_type)
    payload: Payload = read_as(PAYLOADS[type_], envelope.payload)
    return Command(envelope.command_id, type_, envelope.session_id, payload, envelope.expected_version)


def system_command(id_: UUID, type_: CommandType, session_id: UUID) -> Command:
    """A command of the system itself: REMIND, EXPIRE or PURGE."""
    return Command(id_, type_, session_id, Nothing(), by=By.SYSTEM)


def _type(name: str) -> CommandType:
    type_ = ALIASES.get(name) or next((one for one in CommandType if one == name), None)
    if type_ is None or type_ in SYSTEM:
        known = ", ".join(one for one in CommandType if one not in SYSTEM)
        message = f"The command {name!r} does not exist. The commands are: {known}."
        raise CommandUnknown(message, errors=[{"path": "command_type", "message": message}])
    return type_
