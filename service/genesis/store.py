"""Queries of the rows of sessions. A row has a column for each key of the state. All functions run in the
caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from service.db.pool import Connection
from service.db.sql import load

_SESSIONS = load("sessions", "service.genesis")

#: Columns that are no key of the state.
_BESIDE = frozenset({"id", "version", "spent_usd", "jobs", "paid"})
_TIMES = frozenset({"expires_at", "reminded_at"})

State = Mapping[str, Any]


async def insert_session(connection: Connection, user_id: UUID, session_id: UUID, state: State) -> None:
    """Insert a new session with its state, at version 0. The first events of the session are written after
    this call, in the same transaction."""
    await connection.execute(_SESSIONS["insert_session"], session_id, user_id, state)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session's state at a version, with what its calls have cost. Where they were asked for, ``jobs`` are
    those of each stage's newest round by name, and ``paid`` the rounds that have cost something."""

    version: int
    spent_usd: Decimal
    state: dict[str, Any]
    jobs: Mapping[str, Any]
    paid: Sequence[Mapping[str, Any]]


async def load_sessions(
    connection: Connection, ids: Sequence[UUID], *, jobs: bool = False, texts: bool = True
) -> dict[UUID, StoredSession]:
    """Read sessions by id. State and version of a session are read in one statement. If ``texts`` is false,
    the imported texts are left out. Sessions that the connection's user does not have are left out."""
    rows = await connection.fetch(_SESSIONS["sessions"], list(ids), jobs, texts)
    return {row["id"]: _stored(row) for row in rows}


async def load_states(
    connection: Connection, ids: Sequence[UUID], *, texts: bool = True
) -> dict[UUID, dict[str, Any]]:
    """The states of sessions by id, read by ``load_sessions``."""
    return {id_: one.state for id_, one in (await load_sessions(connection, ids, texts=texts)).items()}


async def store_states(connection: Connection, changes: Mapping[UUID, tuple[State, State]]) -> None:
    """Write the states of locked sessions. ``changes`` contains the old and the new state of each session."""
    rows = [
        {"id": id_, **{key: value for key, value in after.items() if _is_sent(key, before, after)}}
        for id_, (before, after) in changes.items()
    ]
    if rows:
        await connection.execute(_SESSIONS["store_states"], rows)


def _stored(row: asyncpg.Record) -> StoredSession:
    state = {key: value for key, value in row.items() if value is not None and key not in _BESIDE}
    state |= {key: state[key].isoformat() for key in _TIMES & state.keys()}
    return StoredSession(row["version"], row["spent_usd"], state, row["jobs"] or {}, row["paid"] or ())


def _is_sent(key: str, before: State, after: State) -> bool:
    if key == "material":
        return bool(after[key] != before.get(key))
    return key not in ("inspiration", "origin")
