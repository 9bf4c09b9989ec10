"""A model for each of the six tables of Genesis. A row that does not match its model raises an error."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

import asyncpg

from service.db.rows import Row
from service.genesis.model import CommandStatus, GenesisMode, GenesisStage, GenesisStatus, Json
from service.jobs.states import JobStatus


class GenesisSession(Row):
    """A row of ``genesis_sessions``: the state of a session. A column with the value None is not a key of the
    state."""

    id: UUID
    user_id: UUID
    title: str | None
    mode: GenesisMode
    status: GenesisStatus
    current_stage: GenesisStage
    language: str
    seed: int | None
    inspiration: str | None
    material: Json | None
    origin: Json | None
    stages: Json | None
    locks: Json | None
    waits: Json | None
    dismissed: Json | None
    decision_version: int
    expires_at: datetime
    reminded_at: datetime | None
    reason: str | None
    created_at: datetime
    updated_at: datetime


class CommandInbox(Row):
    """A row of ``command_inbox``: a user's command with its result."""

    user_id: UUID
    command_id: UUID
    session_id: UUID | None
    command_type: str
    body_hash: str
    payload: Json
    status: CommandStatus
    result: Json | None
    error: Json | None
    created_at: datetime
    processed_at: datetime | None


class DomainEvent(Row):
    """A row of ``domain_events``: an event of any aggregate."""

    aggregate_id: UUID
    version: int
    aggregate_type: str
    type: str
    schema_: int
    data: Json
    correlation_id: UUID | None
    at: datetime

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The row of a record with all columns. Raises ``ValidationError``."""
        columns = dict(record)
        return cls.model_validate({"schema_": columns.pop("schema"), **columns})


class EventOutbox(Row):
    """A row of ``event_outbox``: a range of an aggregate's versions whose events are not yet published."""

    id: int
    part: int
    aggregate_id: UUID
    from_version: int
    to_version: int
    status: Literal["PENDING", "SENT", "DEAD"]
    tries: int
    next_at: datetime
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None


class FlowResumeHandle(Row):
    """A row of ``flow_resume_handles``: a wait of a session. A wait is open, consumed or expired."""

    session_id: UUID
    wait_key: str
    correlation_id: UUID
    kind: Literal["choice", "confirmation"]
    paused_at: datetime | None
    signalled_at: datetime | None
    signal_id: UUID | None
    payload: Json | None
    consumed_at: datetime | None
    expired_at: datetime | None
    expires_at: datetime


class AsyncTask(Row):
    """A row of ``async_tasks``: a job of a session. ``retry_count`` is the number of failures.
    ``max_attempts`` is the maximum number of attempts."""

    id: UUID
    session_id: UUID
    task_type: str
    status: JobStatus
    progress: int
    input_data: Json
    result_data: Json
    error_data: Json | None
    retry_count: int
    max_attempts: int | None
    timeout_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
