"""Genesis sessions: their state, their decisions, and what a command does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer


class Action(Answer):
    """A command that the present state allows."""

    command_type: str
    """Type of the command, for example `CONFIRM_STAGE`."""
    stage: str | None = Field(default=None, exclude_if=lambda stage: stage is None)
    """Stage that the command is about. Left out if it is about the whole session."""


class CommandDone(Answer):
    """The result of a command."""

    command_id: UUID
    """Id that the client gave the command."""
    session_id: UUID
    """Session that the command changed, or created."""
    decision_version: int
    """Number of decisions about the session so far. Send it as `expected_version` of the next command."""
    version: int
    """Version of the newest event of the session."""
    result: dict[str, Any]
    """What the command made, by its type: for example `novel_id` of `FINISH_GENESIS`. Often empty."""
    available_actions: list[Action]
    """Commands that the session takes now."""


class SessionSpend(Answer):
    """What the calls to providers for a session have cost."""

    cost_usd: float
    """Cost of all calls so far, in US dollars."""


class SessionProgress(Answer):
    """How far a session is."""

    confirmed: list[str]
    """Stages that a person has confirmed."""
    of: int
    """Number of all stages."""
    missing: dict[str, list[str]]
    """For each stage that is not complete, the paths of the fields that it needs."""


class Finding(Answer):
    """Something in the plan that a person should look at. It never blocks a command."""

    id: str
    """Id for `DISMISS_FINDING`. It stays the same while the same rule finds the same at the same path."""
    rule: str
    """Name of the check, for example `unknown_reference`."""
    message: str
    """Sentence for a person: what the check found."""
    paths: list[str]
    """Paths of the fields that show it."""


class StageState(Answer):
    """One of the five stages."""

    status: str
    """`empty`, `proposing` (proposals are being written), `choosing` (proposals wait for a person),
    `drafting` or `confirmed`."""
    round: int
    """Number of the newest round of proposals; 0 before the first."""
    fields: dict[str, Any]
    """Accepted values by path, without the stage: each has its `value`, who wrote it (`by`), and the version
    of the event that wrote it (`revision`). `drawn_from` is a key of `sources`."""
    sources: dict[str, Any] = Field(default_factory=dict)
    """What values were drawn from: for each key, paths with their revisions at that time."""
    order: dict[str, Any]
    """Ids of the elements of each collection, in order."""
    proposals: dict[str, Any]
    """Proposals of the newest round by id, each with its `values` by path, its `status`, and the paths that
    it was `drawn_from`."""
    feedback: list[Any] = Field(default_factory=list)
    """What a person has said about the stage, newest last."""
    locks: list[str]
    """Locked paths of the stage."""
    stale: dict[str, list[str]]
    """Paths whose value was drawn from fields that have changed since, each with those fields' paths."""


class SessionState(Answer):
    """A Genesis session as it stands at a version. The patches of its events apply to this object."""

    id: UUID
    """Id of the session."""
    title: str
    """Title of the session: that of its novel, of its concept, or the beginning of its inspiration."""
    mode: str
    """`guided` (the stages have an order) or `free_form`."""
    status: str
    """`active`, `finished`, `abandoned` or `expired`."""
    current_stage: str
    """Stage at which the person is: `concept`, `theme`, `character`, `world` or `plot`."""
    is_pending: bool
    """Whether proposals are being written."""
    decision_version: int
    """Number of decisions so far. Send it as `expected_version` of a command."""
    version: int
    """Version of the newest event in this state."""
    expires_at: datetime
    """When the session expires if no decision comes before."""
    reminded_at: datetime | None = None
    """When a reminder of the end was sent. Null if none was sent since the last decision."""
    reason: str | None = None
    """Why a person abandoned the session. Null if no reason was given."""
    language: str
    """Language of the novel, for example `en`."""
    seed: int | None = None
    """Seed of the offline planner: the same seed and decisions give the same proposals."""
    inspiration: str = ""
    """Inspiration of the person, word for word. Empty if there is none."""
    material: dict[str, Any]
    """Texts of the person by id, each with its first 200 characters and its size in bytes."""
    origin: dict[str, Any] | None = None
    """Session and version that this session is a branch of. Null if it is no branch."""
    budget_usd: float | None = None
    """Most that all calls may cost, in US dollars. Null: no limit."""
    spend: SessionSpend
    """What the calls to providers have cost."""
    progress: SessionProgress
    """How far the session is."""
    stages: dict[str, StageState]
    """The five stages by name."""
    locks: dict[str, Any] = Field(default_factory=dict)
    """Locked paths. Each locks everything below it."""
    waits: dict[str, Any] = Field(default_factory=dict)
    """Open waits for a person by key, for example `concept:1`, each with its stage and round."""
    dismissed: dict[str, Any] = Field(default_factory=dict)
    """Findings that a person has dismissed, by id, each with the reason."""
    jobs: dict[str, Any]
    """Jobs of the newest round of each stage by name, each with its `status`, `progress` in percent,
    `attempt` and `error`. Empty for an earlier version."""
    findings: list[Finding]
    """What a person should look at."""
    available_actions: list[Action]
    """Commands that the session takes now."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this session: `genesis:id=UUID`."""


class SessionListed(Answer):
    """A Genesis session as lists show it."""

    id: UUID
    """Id of the session."""
    title: str
    """Title of the session: that of its novel, of its concept, or the beginning of its inspiration."""
    mode: str
    """`guided` or `free_form`."""
    status: str
    """`active`, `finished`, `abandoned` or `expired`."""
    current_stage: str
    """Stage at which the person is."""
    is_pending: bool
    """Whether proposals are being written."""
    waits: int
    """Number of open waits for a person."""
    decision_version: int
    """Number of decisions so far."""
    version: int
    """Version of the newest event."""
    expires_at: datetime
    """When the session expires if no decision comes before."""
    created_at: datetime
    """When the session was created."""
    updated_at: datetime
    """When the session changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this session: `genesis:id=UUID`."""


class DecisionMade(Answer):
    """One decision about a session: a command with its events."""

    command_id: UUID
    """Id that the client gave the command."""
    command_type: str | None
    """Type of the command. Null for decisions of the service itself, and for old commands of sessions that
    have ended."""
    decision_version: int | None
    """Number of decisions after this one. Null if it did not count as one, for example a reminder."""
    version: int
    """Version of the last event of the decision. `GET …/state?at=` shows the state after it."""
    by: str
    """Who decided: `person` or `system`."""
    events: list[str]
    """Types of the events of the decision, in order."""
    paths: list[str]
    """Paths of the fields, collections and locks that the decision changed."""
    decided_at: datetime
    """When the decision was made."""


class SessionDiff(Answer):
    """What differs between two states, by path."""

    session_id: UUID
    """Session of the first state."""
    other: UUID
    """Session of the second state; the same one unless `other` was given."""
    before: int = Field(alias="from")
    """Version of the first state."""
    after: int = Field(alias="to")
    """Version of the second state."""
    changes: dict[str, dict[str, Any]]
    """Paths whose values differ, each with the value `before` and `after`. A side is left out if the path
    has no value there."""


class SessionCall(Answer):
    """A call to a provider for a session."""

    job: str | None
    """Name of the job that made the call, for example `concept_1`."""
    step: str
    """Step of the job, for example `propose_concept`."""
    model: str
    """Model that was called."""
    provider: str
    """Provider of the model, for example `offline`."""
    number: int
    """Number of the try of this call, from 1."""
    outcome: str
    """`started`, `ok`, `failed`, `unknown` or `duplicate`."""
    usd: float
    """Cost in US dollars."""
    error_code: str | None
    """Code of the error. Null if the call did not fail."""
    started_at: datetime
    """When the call began."""
    ended_at: datetime | None
    """When the call ended. Null while it runs."""


class Wait(Answer):
    """A wait of a session for a person, who may be somebody outside with a link."""

    correlation_id: UUID
    """Id by which the wait is answered."""
    session_id: UUID
    """Session that waits."""
    stage: str
    """Stage whose proposals wait for a choice."""
    round: int
    """Number of the round of proposals."""
    status: str
    """`open`, `answered` or `expired`."""
    expires_at: datetime
    """Until when the wait can be answered."""


class Cards(Wait):
    """A wait with its proposals, for the person who is to choose."""

    title: str
    """Title of the session."""
    proposals: dict[str, Any]
    """Proposals by id, each with its `values` by path. Empty if newer proposals have replaced them."""


class WaitLink(Answer):
    """A signed URL for one wait. It needs no token."""

    url: str
    """Path in this API. GET shows the proposals, POST takes one answer."""
    expires_at: datetime
    """Until when the URL is valid, if the wait is not answered before."""


class RoundCost(Answer):
    """What one round of proposals usually costs."""

    stage: str
    """Stage whose proposals are written."""
    count: int
    """Number of proposals."""
    model: str | None
    """Model that wrote such proposals last. Null if none did yet."""
    low_usd: float
    """Average cost of such a round, in US dollars."""
    high_usd: float
    """Cost of the dearest such round of late, in US dollars."""
    seconds: float
    """Average time of such a round, in seconds."""
    measured: bool
    """Whether such rounds were made before. If false, the other numbers are 0."""


class CommandEstimate(Answer):
    """What a command would cost. Nothing is done."""

    low_usd: float
    """Usual cost, in US dollars."""
    high_usd: float
    """Greatest cost that is likely, in US dollars."""
    seconds: float
    """Usual time until all proposals are written, in seconds. Rounds of several stages run at once."""
    rounds: list[RoundCost]
    """Rounds of proposals that the command begins. Empty for a command that costs nothing."""
