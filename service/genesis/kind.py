"""Genesis sessions as a kind of aggregate. The runtime and the hub use sessions only through this kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.errors import Conflict
from service.genesis import patches, waits
from service.genesis.checked import CHECKED
from service.genesis.events import GENESIS_EVENTS, Event
from service.genesis.generation import (
    Round,
    ended,
    made,
    pauses,
    read_round,
    requested_again,
    retrying,
    reviewed,
    started,
)
from service.genesis.model import GenesisStatus, Json, StageStatus, State
from service.genesis.store import load_sessions, load_states, store_states
from service.genesis.view import view
from service.jobs.jobs import Job, Step
from service.jobs.states import JobStatus
from service.runtime.channels import channel_of
from service.runtime.kinds import Projected, Snapshot, Standing, Summary, summaries_by_user

_EXPORT, _SESSIONS = load("export"), load("sessions", "service.genesis")

#: The key in the patch of a checkpoint under which the proposals are, by id.
PROPOSALS = "proposals"
#: In a checkpoint's patch: what a model says of the plan, as ``remarks.kept`` returns it.
REMARKS = "remarks"


@dataclass(frozen=True, slots=True)
class Row:
    """The state of a session before and after some steps, and the time of the settlement."""

    before: State
    after: State
    now: datetime

    @property
    def seconds(self) -> float:
        """The duration of a wait that begins now, in seconds. A wait lasts as long as its session."""
        return (self.after.expires_at - self.now).total_seconds()


class GenesisKind:
    """The kind "genesis session", which implements ``service.runtime.kinds.Kind``."""

    name = "genesis"
    channel_prefix = "genesis"
    noun = "session"
    missing_code = "SESSION_NOT_FOUND"
    events: Mapping[str, str] = {
        **GENESIS_EVENTS,
        "spend.changed": "what all calls for it have cost so far",
    }
    feed = "sessions"
    standing: Standing = "group"
    exports: Mapping[str, str] = {
        "genesis_sessions": _EXPORT["genesis_sessions"],
        "command_inbox": _EXPORT["command_inbox"],
        "flow_resume_handles": _EXPORT["flow_resume_handles"],
    }

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Json]:
        """Load the states of sessions without the users' imported texts, because no round changes these
        texts."""
        return await load_states(connection, ids, texts=False)

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """The events of rounds that follow from the steps. A command that opens or cancels jobs records its
        own events and stores the state before; the method does not repeat these events. Raises ``Conflict``
        if the job of a round is resumed although the round is over."""
        before = after = State(state)
        events: list[Event] = []
        for step in steps:
            for event in _events(after, jobs, step):
                events.append(event)
                after = State(patches.apply(after.json, event.patch)) if event.patch else after
        return Projected([event.encode() for event in events], Row(before, after, now))

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Write the changed states, and a pause for each new wait."""
        changed: dict[UUID, Row] = {id_: row for id_, row in rows.items() if row.after is not row.before}
        await store_states(
            connection, {id_: (row.before.json, row.after.json) for id_, row in changed.items()}
        )
        for id_, row in changed.items():
            for key in pauses(row.before, row.after):
                await waits.pause(connection, id_, key, seconds=row.seconds)

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """The session's state and version; None if it does not exist."""
        one = (await load_sessions(connection, [id_], jobs=True)).get(id_)
        if one is None:
            return None
        state = State(one.state)
        found = CHECKED.findings(id_, one.version, state)
        shown = view(state, id_, one.version, one.spent_usd, one.jobs, paid=one.paid, found=found)
        return Snapshot(one.version, shown)

    def statuses(self, state: Mapping[str, Any]) -> Mapping[str, str]:
        """The status of each job in a state or in an event's data, by the job's name."""
        return {name: job["status"] for name, job in state.get("jobs", {}).items()}

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """The newest sessions of each user, newest first."""
        rows = await connection.fetch(_SESSIONS["summaries"], list(user_ids), limit)
        return summaries_by_user(rows, summary)


def session_channel(session_id: UUID) -> str:
    """The channel of a session."""
    return channel_of(GenesisKind.channel_prefix, session_id)


def summary(row: asyncpg.Record) -> dict[str, Any]:
    """The summary of a session for lists, from a row of ``summaries``."""
    return {
        "id": str(row["id"]),
        **{key: value for key, value in row.items() if key not in ("id", "user_id")},
        "realtimeChannel": session_channel(row["id"]),
    }


def _events(state: State, jobs: Sequence[Job], step: Step) -> Iterator[Event]:
    """The events of a session that follow from one step of its job."""
    job, round_ = step.after, read_round(step.after.input)
    told = {job.name: _told(job)}
    for id_, proposal in step.patch.get(PROPOSALS, {}).items():
        yield made(round_.stage, id_, proposal, told)
    if REMARKS in step.patch:
        yield reviewed(state, round_.stage, step.patch[REMARKS], told)
    if job.status is step.before.status:
        return
    if step.before.status.final:
        _refuse_over(state, round_)
        yield requested_again(round_, told)
    elif job.status is JobStatus.GENERATING:
        yield started(told)
    elif job.status is JobStatus.RETRYING:
        yield retrying(told, job.attempt + 1)
    elif all(one.status.final for one in jobs if one.run_id == job.run_id):
        yield from ended(state, round_.stage, round_.number, told)


def _refuse_over(state: State, round_: Round) -> None:
    """Raises ``Conflict`` if the session no longer needs the proposals of a round."""
    stage = state.stage(round_.stage)
    over = stage.round != round_.number or stage.status is StageStatus.CONFIRMED
    if over or state.status is not GenesisStatus.ACTIVE:
        raise Conflict(
            "The session has moved on: ask for new proposals instead.", code="ROUND_OVER", job=round_.name
        )


def _told(job: Job) -> dict[str, Any]:
    """A job in the form that events of its session have."""
    told: dict[str, Any] = {"status": job.status.value, "progress": job.progress, "attempt": job.attempt}
    if job.error is None:
        return told
    return told | {"error": {"code": job.error.get("code", ""), "message": job.error_text}}
