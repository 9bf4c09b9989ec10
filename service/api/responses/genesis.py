"""Bodies of answers about Genesis sessions: states, decisions and results of commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from service.api.responses.base import Answer


class Action(Answer):
    """A command that the current state of a session allows."""

    command_type: str
    """Type of the command, for example `CONFIRM_STAGE`."""
    stage: str | None = Field(default=None, exclude_if=lambda stage: stage is None)
    """Stage that the command applies to. Omitted if the command applies to the whole session."""


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
    """Result of the command. It depends on the type of the command: `FINISH_GENESIS` returns `novel_id`.
    Empty for most commands."""
    available_actions: list[Action]
    """Commands that the session allows now."""


class SessionSpend(Answer):
    """What the calls to providers for a session have cost."""

    cost_usd: float
    """Cost of all calls so far, in US dollars."""
    kept_usd: float | None
    """Cost of the proposals of which a value is in the plan. The proposals of a round share the cost of all
    its calls. Null for an earlier version with a cost."""
    rejected_usd: float | None
    """Cost of the proposals that were not chosen. Null for an earlier version with a cost."""


class SessionProgress(Answer):
    """The progress of a session."""

    confirmed: list[str]
    """Stages that a person has confirmed."""
    of: int
    """Number of all stages."""
    missing: dict[str, list[str]]
    """For each stage that is not complete, the paths of the fields that are missing."""


class Citation(Answer):
    """A field that a finding cites."""

    path: str
    """Path of the field."""
    revision: int
    """Version of the event that wrote the value."""
    quote: str
    """Value of the field, word for word. A long value is cut after 200 characters."""


class Dismissed(Answer):
    """How the author has dismissed a finding."""

    reason: str
    """Why the finding is on purpose."""
    by: str | None
    """Who has dismissed it: `person`."""
    at: datetime | None
    """When it was dismissed."""


class Finding(Answer):
    """A possible problem in the plan that the author should check. A finding never blocks a command."""

    id: str
    """Id for `DISMISS_FINDING`. The id does not change while the same check finds the same problem in the
    same fields."""
    rule: str
    """Name of the check, for example `unknown_reference`."""
    severity: str
    """`warning` (fields contradict each other, or something is missing) or `hint` (the words suggest it)."""
    message: str
    """Human-readable sentences: what the check found, and what to do next."""
    citations: list[Citation]
    """Fields that show the problem; of many fields, the first six."""
    dismissed: Dismissed | None
    """How the author has dismissed the finding. Null if it is not dismissed, or if a cited field has changed
    since."""


class StageState(Answer):
    """The state of one of the five stages of a session."""

    status: str
    """`empty`, `proposing` (proposals are being written), `choosing` (proposals wait for a person),
    `drafting` or `confirmed`."""
    round: int
    """Number of the newest round of proposals; 0 before the first."""
    fields: dict[str, Any]
    """Accepted values by path. Paths do not include the stage. Each entry has its `value`, who wrote the
    value (`by`), and the version of the event that wrote it (`revision`). `drawn_from` is a key of
    `sources`. The name of a person whom you have renamed also has the earlier names (`former`)."""
    sources: dict[str, Any] = Field(default_factory=dict)
    """The fields that values were derived from. Each key has the paths of these fields, with their revisions
    when the value was written."""
    order: dict[str, Any]
    """Ids of the elements of each collection, in order."""
    proposals: dict[str, Any]
    """Proposals of the newest round, by id. Each has its `values` by path, its `status`, in `drawn_from` the
    paths of the fields that it was derived from, and in `cost_usd` its share of the cost of its round. A
    proposal that sorts an imported text has in `quotes` the passage of the text for each value, by path.
    `only` is true if the planner would propose the same again as long as nothing new is asked."""
    feedback: list[Any] = Field(default_factory=list)
    """Comments of the author about the stage, the newest last."""
    remarks: dict[str, Any] = Field(default_factory=dict)
    """Remarks of a model about the plan, by id. One is a finding only while its quotes stand in the plan."""
    locks: list[str]
    """Locked paths of the stage."""
    stale: dict[str, list[str]]
    """Values that were derived from fields that have changed since. Keys are the paths of these values. Each
    has the paths of the changed fields."""


class SessionState(Answer):
    """The state of a Genesis session at a version. The patches of the session's events apply to this
    object."""

    id: UUID
    """Id of the session."""
    title: str
    """Title of the session. It is the title of the novel or of the concept, or else the beginning of the
    inspiration."""
    mode: str
    """`guided` (the stages have an order) or `free_form`."""
    status: str
    """`active`, `finished`, `abandoned` or `expired`."""
    current_stage: str
    """Stage that the author works on now: `concept`, `theme`, `character`, `world` or `plot`."""
    is_pending: bool
    """Whether proposals are being written."""
    novel_id: UUID | None = None
    """Novel that the session has made. Null before the session is finished. The novel may be deleted."""
    decision_version: int
    """Number of decisions so far. Send it as `expected_version` of a command."""
    version: int
    """Version of the newest event in this state."""
    expires_at: datetime
    """When the session expires if the author makes no decision before."""
    reminded_at: datetime | None = None
    """When the last reminder that the session will expire was sent. Null if none was sent since the last
    decision."""
    reason: str | None = None
    """Why the author abandoned the session. Null if no reason was given."""
    language: str
    """Language of the novel, for example `en`."""
    seed: int | None = None
    """Seed of the offline planner: the same seed and decisions give the same proposals."""
    inspiration: str = ""
    """Inspiration that the author wrote, unchanged. Empty if the author wrote none."""
    material: dict[str, Any]
    """Texts that the author added, by id. Each has the first 200 characters and the size in bytes."""
    origin: dict[str, Any] | None = None
    """Session and version that this session was branched from. Null if the session is not a branch."""
    budget_usd: float | None = None
    """Greatest cost of all provider calls together, in US dollars. Null means no limit."""
    spend: SessionSpend
    """Cost of the calls to providers."""
    progress: SessionProgress
    """Progress of the session."""
    stages: dict[str, StageState]
    """The five stages by name."""
    locks: dict[str, Any] = Field(default_factory=dict)
    """Locked paths. A lock also applies to all fields below its path."""
    waits: dict[str, Any] = Field(default_factory=dict)
    """Open waits for a choice of a person, by key, for example `concept:1`. Each has its stage and round."""
    dismissed: dict[str, Any] = Field(default_factory=dict)
    """Findings that the author has dismissed, by id, each with the reason."""
    jobs: dict[str, Any]
    """Jobs of the newest round of each stage, by name. Each has its `status`, `progress` in percent,
    `attempt` and `error`. Empty in the state of an earlier version."""
    findings: list[Finding]
    """Findings about the plan: the first 50 possible problems that the author has not dismissed."""
    available_actions: list[Action]
    """Commands that the session allows now."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this session: `genesis:id=UUID`."""


class SessionListed(Answer):
    """A Genesis session in a list."""

    id: UUID
    """Id of the session."""
    title: str
    """Title of the session. It is the title of the novel or of the concept, or else the beginning of the
    inspiration."""
    mode: str
    """`guided` or `free_form`."""
    status: str
    """`active`, `finished`, `abandoned` or `expired`."""
    current_stage: str
    """Stage that the author works on now."""
    is_pending: bool
    """Whether proposals are being written."""
    waits: int
    """Number of open waits for a choice of a person."""
    decision_version: int
    """Number of decisions so far."""
    version: int
    """Version of the newest event."""
    expires_at: datetime
    """When the session expires if the author makes no decision before."""
    origin: dict[str, Any] | None = None
    """Session and version that this session was branched from. Null if the session is not a branch."""
    created_at: datetime
    """When the session was created."""
    updated_at: datetime
    """When the session changed last."""
    realtime_channel: str = Field(alias="realtimeChannel")
    """Channel of the live protocol that sends every change of this session: `genesis:id=UUID`."""


class DecisionMade(Answer):
    """One decision in the history of a session: a command with its events."""

    command_id: UUID
    """Id that the client gave the command."""
    command_type: str | None
    """Type of the command. Null if the service itself made the decision, and for old commands of sessions
    that have ended."""
    decision_version: int | None
    """Total number of decisions, this decision included. Null if the entry does not count as a decision, for
    example a reminder."""
    version: int
    """Version of the last event of the decision. `GET …/state?at=` shows the state after it."""
    by: str
    """Who decided: `person` or `system`."""
    events: list[str]
    """Types of the events of the decision, in order."""
    stage: str | None = None
    """Stage that the decision is about, for example the stage that was confirmed. Null if the decision is
    about the whole session or several stages."""
    paths: list[str]
    """Paths of the fields, collections and locks that the decision changed."""
    decided_at: datetime
    """When the decision was made."""


class SessionDiff(Answer):
    """The differences between two states of sessions, by path."""

    session_id: UUID
    """Session of the first state."""
    other: UUID
    """Session of the second state. It is the same session unless the request has `other`."""
    before: int = Field(alias="from")
    """Version of the first state."""
    after: int = Field(alias="to")
    """Version of the second state."""
    changes: dict[str, dict[str, Any]]
    """Paths whose values differ, each with the values `before` and `after`. `before` or `after` is omitted if
    the path has no value in that state."""


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
    """Number of the call among all tries of the same call, from 1."""
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
    """A wait of a session for a person's choice. The author answers it, or anyone who has a signed link."""

    correlation_id: UUID
    """Id of the wait. The request that answers the wait needs this id."""
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
    """A wait with its proposals, for the person who chooses."""

    title: str
    """Title of the session."""
    proposals: dict[str, Any]
    """Proposals by id, each with its `values` by path. Empty if newer proposals have replaced them."""


class WaitLink(Answer):
    """A signed URL for one wait. It needs no token."""

    url: str
    """Path in this API. GET shows the proposals, POST takes one answer."""
    expires_at: datetime
    """Until when the URL is valid. It becomes invalid earlier if the wait is answered."""


class RoundCost(Answer):
    """The usual cost of one round of proposals."""

    stage: str
    """Stage whose proposals are written."""
    count: int
    """Number of proposals."""
    model: str
    """Model that writes the proposals."""
    calls: int
    """Number of calls to the model. A plot is an outline, a call for the scenes of every six chapters, and a
    review. An imported text has a call for each of its pieces."""
    input_tokens: int
    """Usual number of input tokens of all calls. 0: the planner has none."""
    output_tokens: int
    """Usual number of output tokens of all calls, with those of the model's reasoning. 0: the planner has
    none."""
    low_usd: float
    """Usual cost of such a round, in US dollars."""
    high_usd: float
    """Highest possible cost of the round, in US dollars: this much is reserved of a budget, call by call."""
    seconds: float
    """Usual time of such a round, in seconds."""
    measured: bool
    """Whether the numbers are averages of recent rounds of this stage by this model. If false, they are
    typical numbers."""


class CommandEstimate(Answer):
    """The estimated cost of a command. The command is not executed."""

    low_usd: float
    """Usual cost, in US dollars."""
    high_usd: float
    """Greatest cost that is likely, in US dollars."""
    seconds: float
    """Usual time until all proposals are written, in seconds. Rounds of several stages run at once."""
    rounds: list[RoundCost]
    """Rounds of proposals that the command begins. Empty for a command that costs nothing."""


class PlanEstimate(Answer):
    """The estimated cost of a whole plan: one round of proposals for each of the five stages."""

    low_usd: float
    """Usual cost, in US dollars."""
    high_usd: float
    """Greatest cost that is likely, in US dollars."""
    seconds: float
    """Usual time until all proposals are written, in seconds, without the time that the author takes."""
    rounds: list[RoundCost]
    """The round of each stage, in order. Further rounds cost the same again."""
