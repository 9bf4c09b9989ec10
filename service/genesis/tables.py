"""The six tables of Genesis and those of novels, a model each: a row that was read is valid, or an error."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict

from service.genesis.model import CommandStatus, GenesisMode, GenesisStage, GenesisStatus, Json
from service.jobs.states import JobStatus


class Row(BaseModel):
    """A row of a table. Frozen; a column that the model does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The row of a record with all columns. Raises ``ValidationError``."""
        return cls.model_validate(dict(record))


class GenesisSession(Row):
    """``genesis_sessions``: the state of a session. What is None is no key of the state."""

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
    """``command_inbox``: a command of a user, with what came of it."""

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
    """``domain_events``: an event of any aggregate."""

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
    """``event_outbox``: a range of an aggregate's versions on its way to listeners."""

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
    """``flow_resume_handles``: a session's wait for a person. It is consumed or has expired, or neither."""

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
    reminded_at: datetime | None
    expires_at: datetime


class AsyncTask(Row):
    """``async_tasks``: a job of a session. ``retry_count`` counts failures, ``max_attempts`` all attempts."""

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


class Novel(Row):
    """``novels``: what a finished session made."""

    id: UUID
    user_id: UUID
    session_id: UUID | None
    title: str
    plan_version: int
    data: Json
    created_at: datetime
    updated_at: datetime


class NovelChapter(Row):
    """``novel_chapters``: a chapter of a novel's outline. ``number`` counts from 1."""

    novel_id: UUID
    number: int
    status: Literal["planned", "generating", "ready", "failed"]
    text: str | None
    words: int
    made_from: Json
    updated_at: datetime
