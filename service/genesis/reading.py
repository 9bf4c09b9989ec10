"""Reads of sessions: lists, current and earlier states, decisions, differences, and calls to providers.

Each function takes a transaction of the requesting user, in which sessions of other users do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load
from service.genesis.checked import CHECKED
from service.genesis.derive import title
from service.genesis.history import decided_stage, differences, outline, proposal_outline, touched
from service.genesis.kind import GenesisKind, session_channel
from service.genesis.log import check_version, state_at
from service.genesis.model import GenesisStage, Json, State, read_wait_key
from service.genesis.paths import stage_of
from service.genesis.refusals import ProposalNotFound, SessionNotFound
from service.genesis.store import load_sessions, load_states
from service.genesis.tables import FlowResumeHandle
from service.genesis.view import view
from service.genesis.waits import get_wait

_READING = load("reading", "service.genesis")
#: The maximum number of a session's newest calls that are returned.
_MOST_CALLS = 500

#: A position in a list: a time and an id.
Position = tuple[Any, UUID]


async def list_sessions(
    connection: Connection, user_id: UUID, *, status: str | None, after: Position | None, limit: int
) -> Sequence[asyncpg.Record]:
    """The rows of a user's sessions, newest first. ``kind.summary`` converts a row to its form in the API."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        _READING["sessions_listed"], user_id, limit, *(after or (None, None)), status
    )
    return rows


async def session_state(connection: Connection, session_id: UUID, at: int | None = None) -> Json:
    """The current state of a session, or its state at a version, with the channel of its changes.

    The state at a version is the fold of all events up to this version. It contains no jobs. Raises
    ``SessionNotFound``, and ``InvalidInput`` for a version that the session does not have.
    """
    if at is not None:
        return await _state_then(connection, session_id, at)
    snapshot = await GenesisKind().snapshot(connection, session_id)
    if snapshot is None:
        raise SessionNotFound
    return {**snapshot.state, "realtimeChannel": session_channel(session_id)}


async def findings(connection: Connection, session_id: UUID) -> list[dict[str, Any]]:
    """All findings of the state as it is now: those that were dismissed come last. Raises
    ``SessionNotFound``."""
    one = (await load_sessions(connection, [session_id], texts=False)).get(session_id)
    if one is None:
        raise SessionNotFound
    found = CHECKED.findings(session_id, one.version, State(one.state))
    return [finding.json() for finding in sorted(found, key=lambda finding: finding.dismissed is not None)]


async def diff(
    connection: Connection,
    session_id: UUID,
    before: int,
    after: int | None,
    *,
    other: UUID | None = None,
    proposals: tuple[UUID | None, UUID | None] = (None, None),
) -> dict[str, Any]:
    """The differences, by path, between two versions of a session, or between a session and another session.

    If ``other`` is given, ``after`` is a version of the other session. None means the newest version. If
    ``proposals`` has the id of a proposal for a side, the values of this proposal are compared. Returns
    ``{from, to, session_id, other, changes: {path: {before?, after?}}}``. Raises the same errors as
    ``session_state``, and ``ProposalNotFound``.
    """
    second = other or session_id
    await _check_version(connection, session_id, before, "from")
    newest = await _version_of(connection, second)
    if after is not None:
        check_version(newest, after, "to")
    to = newest if after is None else after
    states = (await state_at(connection, session_id, before), await state_at(connection, second, to))
    changes = _compared(states, proposals)
    return {"session_id": session_id, "other": second, "from": before, "to": to, "changes": changes}


def _compared(
    states: tuple[State, State], proposals: tuple[UUID | None, UUID | None]
) -> dict[str, dict[str, Any]]:
    """The differences between two states, or between a proposal of one of them and the same stage of the
    other, or between two proposals."""
    stages, sides = set(), []
    for state, id_ in zip(states, proposals, strict=True):
        found = _proposal(state, str(id_)) if id_ else None
        sides.append(proposal_outline(found) if found else outline(state))
        stages |= {found["stage"]} if found else set()
    changes = differences(*sides)
    return {path: one for path, one in changes.items() if not stages or stage_of(path) in stages}


def _proposal(state: State, id_: str) -> Json:
    """A proposal of a state. Raises ``ProposalNotFound``."""
    made: Json | None = next((stage.proposals[id_] for stage in state.stages if id_ in stage.proposals), None)
    if made is None:
        raise ProposalNotFound(proposal_ids=[id_])
    return made


async def decisions(
    connection: Connection, session_id: UUID, *, after: Position | None, limit: int
) -> Sequence[asyncpg.Record]:
    """The rows of a session's decisions, newest first. The function ``decision`` converts a row to its form
    in the API. Raises ``SessionNotFound``."""
    await _version_of(connection, session_id)
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        _READING["decisions"], session_id, limit, *(after or (None, None))
    )
    return rows


def decision(row: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a row of ``decisions`` to the form that the API's history has."""
    patches = [patch for patch in row["patches"] if patch]
    numbers = [patch["decision_version"] for patch in patches if "decision_version" in patch]
    return {
        "command_id": row["id"],
        "command_type": row["command_type"],
        "decision_version": max(numbers, default=None),
        "version": row["version"],
        "by": row["by"],
        "events": row["events"],
        "stage": decided_stage(patches),
        "paths": touched(patches),
        "decided_at": row["decided_at"],
    }


async def calls(connection: Connection, session_id: UUID) -> Sequence[asyncpg.Record]:
    """The newest 500 calls to providers for a session, newest first. Raises ``SessionNotFound``."""
    await _version_of(connection, session_id)
    rows: Sequence[asyncpg.Record] = await connection.fetch(_READING["calls"], session_id, _MOST_CALLS)
    return rows


async def waits(connection: Connection, session_id: UUID) -> list[dict[str, Any]]:
    """All waits of a session, oldest first. Raises ``SessionNotFound``."""
    await _version_of(connection, session_id)
    rows = await connection.fetch(_READING["waits"], session_id)
    return [_wait(FlowResumeHandle.of(row)) for row in rows]


async def cards(connection: Connection, correlation_id: UUID) -> dict[str, Any]:
    """A wait with its proposals, in the form for an outside approver. The list of proposals is empty if a
    newer round has replaced them. Raises ``NotFound`` (WAIT_NOT_FOUND)."""
    wait = await get_wait(connection, correlation_id)
    shown = _wait(wait)
    state = State((await load_states(connection, [wait.session_id]))[wait.session_id])
    stage = state.stage(GenesisStage(shown["stage"]))
    proposals = stage.proposals if stage.round == shown["round"] else {}
    return {**shown, "title": title(state), "proposals": proposals}


def _wait(wait: FlowResumeHandle) -> dict[str, Any]:
    stage, round_ = read_wait_key(wait.wait_key)
    over = wait.consumed_at is not None or wait.signalled_at is not None
    return {
        "correlation_id": wait.correlation_id,
        "session_id": wait.session_id,
        "stage": stage.value,
        "round": round_,
        "status": "answered" if over else "expired" if wait.expired_at is not None else "open",
        "expires_at": wait.expires_at,
    }


async def _state_then(connection: Connection, session_id: UUID, at: int) -> Json:
    await _check_version(connection, session_id, at, "at")
    state = await state_at(connection, session_id, at)
    spent = await connection.fetchval(_READING["spent_at"], session_id, at)
    found = CHECKED.findings(session_id, at, state)
    shown = view(state, session_id, at, Decimal(str(spent or 0)), found=found)
    return {**shown, "realtimeChannel": session_channel(session_id)}


async def _version_of(connection: Connection, session_id: UUID) -> int:
    version: int | None = await connection.fetchval(_READING["version_of"], session_id)
    if version is None:
        raise SessionNotFound
    return version


async def _check_version(connection: Connection, session_id: UUID, version: int, name: str) -> None:
    check_version(await _version_of(connection, session_id), version, name)
