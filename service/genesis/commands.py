"""Commands to a session: their envelope, and the payload of each type. Pure.

The package ``decide`` decides whether the state of a session allows a command.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from service.api.fields import AtMost, Integer, invalid, read_as, read_whole
from service.genesis.model import By
from service.genesis.payloads import (
    AbandonGenesis,
    CopyFields,
    DismissFinding,
    EditStage,
    FinishGenesis,
    GenerateInspiration,
    ImportMaterial,
    Nothing,
    OfPaths,
    OfStage,
    Payload,
    Restore,
    SelectProposal,
    SetBudget,
    Source,
    StartGenesis,
    SubmitFeedback,
    SwitchMode,
)
from service.genesis.refusals import CommandUnknown


class CommandType(StrEnum):
    """All types of commands. Only the system sends the last three."""

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
    COPY_FIELDS = "COPY_FIELDS"
    EXTEND_GENESIS = "EXTEND_GENESIS"
    ABANDON_GENESIS = "ABANDON_GENESIS"
    FINISH_GENESIS = "FINISH_GENESIS"
    REMIND = "REMIND"
    EXPIRE = "EXPIRE"
    PURGE = "PURGE"


#: The maximum number of fields in a payload, which is more than any type has. The fields are counted before
#: the payload is validated.
_MOST_FIELDS = 50
SYSTEM = frozenset({CommandType.REMIND, CommandType.EXPIRE, CommandType.PURGE})
ALIASES: Mapping[str, CommandType] = MappingProxyType(
    {"PROVIDE_FEEDBACK": CommandType.SUBMIT_FEEDBACK, "NAVIGATE_TO_STAGE": CommandType.NAVIGATE}
)

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
        CommandType.COPY_FIELDS: CopyFields,
        CommandType.EXTEND_GENESIS: Nothing,
        CommandType.ABANDON_GENESIS: AbandonGenesis,
        CommandType.FINISH_GENESIS: FinishGenesis,
        CommandType.REMIND: Nothing,
        CommandType.EXPIRE: Nothing,
        CommandType.PURGE: Nothing,
    }
)


class OneOfPayloads:
    """Describes the field ``payload`` in the API's schema as one of all payloads that users may send.
    ``read_command`` validates it by the type of the command."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        models = dict.fromkeys(model for type_, model in PAYLOADS.items() if type_ not in SYSTEM)
        return {"type": "object", "anyOf": [handler(model.__pydantic_core_schema__) for model in models]}


def _describe_type(schema: dict[str, Any]) -> None:
    """Replace the length of the field ``command_type`` in the schema by the list of types that users may
    send."""
    del schema["maxLength"]
    schema["enum"] = [*(type_.value for type_ in CommandType if type_ not in SYSTEM), *ALIASES]


class CommandBody(Payload):
    """A command to a Genesis session."""

    command_id: UUID
    """Id that the client generates, a new one for each command. If the client sends a command again with the
    same id, the command has no second effect."""
    command_type: Annotated[str, Field(max_length=80, json_schema_extra=_describe_type)]
    """Type of the command, in capital letters."""
    session_id: UUID | None = None
    """Session that the command changes. Only `START_GENESIS` has no session id, because it creates a
    session."""
    expected_version: Annotated[Integer, Field(ge=0)] | None = None
    """`decision_version` that the client has seen. If a later decision exists, the command is refused with
    `DECISION_STALE`. Left out: the command is accepted at any version."""
    payload: Annotated[dict[str, Any], OneOfPayloads(), AtMost(_MOST_FIELDS)] = Field(default_factory=dict)
    """Details of the command. The fields depend on the type of the command."""

    @model_validator(mode="after")
    def _names_its_session(self) -> Self:
        starts = self.command_type == CommandType.START_GENESIS
        if starts == (self.session_id is not None):
            wrong = "A new session does not have an id yet. Leave this out."
            message = wrong if starts else "This must be the id of a session."
            raise PydanticCustomError("session", "{message}", {"message": message, "path": "session_id"})
        return self


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was read and validated. ``expected_version`` is the decision version that the sender has
    seen.

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
        """The session and version whose state the decision needs in addition to the current state; None if it
        needs no other state."""
        if isinstance(self.payload, Restore) and self.session_id:
            return Source(session_id=self.session_id, version=self.payload.to_version)
        if isinstance(self.payload, SelectProposal) and self.session_id and self.payload.version:
            return Source(session_id=self.session_id, version=self.payload.version)
        return self.payload.source if isinstance(self.payload, StartGenesis | CopyFields) else None

    def body(self) -> dict[str, Any]:
        """The command without its id, as JSON, in the form that the inbox stores."""
        return {
            "command_type": self.type.value,
            "session_id": str(self.session_id) if self.session_id else None,
            "expected_version": self.expected_version,
            "payload": self.payload.model_dump(mode="json", by_alias=True, exclude_unset=True),
        }

    def body_hash(self) -> str:
        """The SHA-256 of the body. If the same id arrives with another hash, it is another command."""
        return hashlib.sha256(json.dumps(self.body(), sort_keys=True).encode()).hexdigest()


def read_command(body: Any) -> Command:
    """Read a user's command from the body of a request. Raises ``CommandUnknown``, and ``InvalidInput`` with
    the paths of the wrong fields."""
    envelope = read_as(CommandBody, body)
    type_ = _type(envelope.command_type)
    payload, problems = read_whole(PAYLOADS[type_], envelope.payload)
    if payload is None:
        raise invalid((f"payload.{path}" if path else "payload", message) for path, message in problems)
    return Command(envelope.command_id, type_, envelope.session_id, payload, envelope.expected_version)


def system_command(id_: UUID, type_: CommandType, session_id: UUID) -> Command:
    """Make a command that only the system sends: REMIND, EXPIRE or PURGE."""
    return Command(id_, type_, session_id, Nothing(), by=By.SYSTEM)


def _type(name: str) -> CommandType:
    type_ = ALIASES.get(name) or next((one for one in CommandType if one == name), None)
    if type_ is None or type_ in SYSTEM:
        known = ", ".join(one for one in CommandType if one not in SYSTEM)
        message = f"The command {name!r} does not exist. The commands are: {known}."
        raise CommandUnknown(message, errors=[{"path": "command_type", "message": message}])
    return type_
