"""The events of a session, their data, and the fold of events to a state. Pure.

``data`` of an event is ``{schema, by, command, patch, jobs?, attempt?}``; ``patch`` is a JSON merge patch of
the state. An event about a session that another module writes (``spend.changed``) has no patch and does not
change the state.

If the format of a type's data changes, the type gets the next number in ``SCHEMAS``, and a function in
``UPCASTERS`` that converts the old format to the new format. Stored events are never rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from service.genesis import patches
from service.genesis.model import By, EventType, Json
from service.jobs.events import NewEvent

Upcaster = Callable[[Json], Json]
#: Functions that convert data to the next schema, by the type and the schema of the input.
Upcasters = Mapping[tuple[str, int], Upcaster]

#: The current schema of each type.
SCHEMAS: Mapping[str, int] = MappingProxyType({type_.value: 1 for type_ in EventType})
UPCASTERS: Upcasters = MappingProxyType({})

#: The meaning of each type, for webhooks and for the generated documents.
GENESIS_EVENTS: Mapping[str, str] = MappingProxyType(
    {
        EventType.GENESIS_STARTED: "the session exists, with what the person brought",
        EventType.GENESIS_MODE_CHANGED: "the session is guided or free-form from now on",
        EventType.GENESIS_WAITING: "a round has ended, and a person is asked to choose",
        EventType.GENESIS_RESUMED: "a wait was answered",
        EventType.GENESIS_REMINDED: "the session expires soon",
        EventType.GENESIS_EXTENDED: "the session lives on, or again",
        EventType.GENESIS_EXPIRED: "the session has expired; it can be extended within the grace",
        EventType.GENESIS_ABANDONED: "a person has given the session up",
        EventType.GENESIS_FINISHED: "the novel is made of the session",
        EventType.STAGE_ENTERED: "the person is at this stage now",
        EventType.STAGE_CONFIRMED: "a person holds the stage for done",
        EventType.STAGE_REOPENED: "a confirmed stage is worked on again",
        EventType.STAGE_RESTORED: "stages stand as they stood at an earlier version, but for what is locked",
        EventType.GENERATION_REQUESTED: "a round of generation was asked for",
        EventType.GENERATION_STARTED: "an attempt of a round has begun",
        EventType.GENERATION_RETRYING: "an attempt failed, and another follows",
        EventType.GENERATION_ENDED: "a round has ended: all made, failed or cancelled",
        EventType.PROPOSAL_MADE: "a proposal is written, and comes with it",
        EventType.PROPOSAL_SELECTED: "a person has taken values of a proposal, or blends some",
        EventType.PROPOSAL_REJECTED: "a person has chosen others",
        EventType.FEEDBACK_GIVEN: "a person has said what is missing",
        EventType.MATERIAL_IMPORTED: "a person has brought a text, which is kept word for word",
        EventType.FIELD_EDITED: "a person has changed fields",
        EventType.FIELD_LOCKED: "fields may not be changed",
        EventType.FIELD_UNLOCKED: "fields may be changed again",
        EventType.FINDING_MADE: "a model has reviewed the plan; what it quotes word for word counts",
        EventType.FINDING_DISMISSED: "a person has set a finding aside",
        EventType.BUDGET_SET: "the cap has changed, or is gone",
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a session. ``jobs`` contains the changed jobs by name. ``attempt`` is the number of a
    retry."""

    type: EventType
    by: By
    patch: Json
    command: UUID | None = None
    jobs: Json = field(default_factory=dict)
    attempt: int | None = None

    def encode(self) -> NewEvent:
        """Convert the event to the form in which it is stored, in the current schema of its type."""
        data: dict[str, Any] = {
            "schema": SCHEMAS[self.type],
            "by": self.by.value,
            "command": str(self.command) if self.command else None,
            "patch": self.patch,
        }
        if self.jobs:
            data["jobs"] = self.jobs
        if self.attempt is not None:
            data["attempt"] = self.attempt
        return NewEvent(self.type.value, data, SCHEMAS[self.type], self.command)


def decode(type_: str, data: Json) -> Event:
    """Read a stored event of any schema. Raises ``ValueError`` for a type or a schema that does not exist."""
    data = upcast(type_, data)
    command = data.get("command")
    return Event(
        type=EventType(type_),
        by=By(data["by"]),
        patch=data["patch"],
        command=UUID(command) if command else None,
        jobs=data.get("jobs", {}),
        attempt=data.get("attempt"),
    )


def upcast(
    type_: str, data: Json, upcasters: Upcasters = UPCASTERS, schemas: Mapping[str, int] = SCHEMAS
) -> Json:
    """Convert data to the current schema of its type. Raises ``ValueError`` if no function converts this
    schema."""
    present = schemas[type_]
    while (schema := data["schema"]) != present:
        step = upcasters.get((type_, schema))
        if step is None:
            raise ValueError(f"{type_} has no schema {schema}")
        data = {**step(data), "schema": schema + 1}
    return data


def evolve(state: Json, type_: str, data: Json) -> Json:
    """The state after an event."""
    if "patch" not in data:
        return state
    after: Json = patches.apply(state, upcast(type_, data)["patch"])
    return after


def fold(events: Iterable[tuple[str, Json]], state: Json | None = None) -> Json:
    """The state after some events. Each event is a type and its data. The fold starts from ``state``, which
    is empty by default."""
    state = {} if state is None else state
    for type_, data in events:
        state = evolve(state, type_, data)
    return state
