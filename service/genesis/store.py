"""The rows of sessions: a session's state, a column for each key. Called in a transaction of the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load

_SESSIONS = load("sessions", "service.genesis")

State = Mapping[str, Any]


async def insert_session(connection: Connection, user_id: UUID, session_id: UUID, state: State) -> None:
    """Write a new session with its state, at version 0: its first events come after it, in the same
    transaction."""
    await connection.execute(_SESSIONS["insert_session"], session_id, user_id, state)


async def load_states(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The states of some sessions. Those that the connection's user does not have are left out."""
    rows = await connection.fetch(_SESSIONS["states"], list(ids))
    return {
        row["id"]: {key: _json(value) for key, value in row.items() if key != "id" and value is not None}
        for row in rows
    }


async def store_states(connection: Connection, changes: Mapping[UUID, tuple[State, State]]) -> None:
    """Write the states of locked sessions: each as it was, and as it is now."""
    rows = [
        {"id": id_, **{key: value for key, value in after.items() if _is_sent(key, before, after)}}
        for id_, (before, after) in changes.items()
    ]
    if rows:
        await connection.execute(_SESSIONS["store_states"], rows)


def _is_sent(key: str, before: State, after: State) -> bool:
    if key == "material":
        return bool(after[key] != before.get(key))
    return key not in ("inspiration", "origin")


def _json(value: Any) -> Any:
    """A column's value as the state has it."""
    return value.isoformat() if isinstance(value, datetime) else value
