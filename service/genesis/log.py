"""Queries of a session's stored events: the state at a version, and the paths that changed after a
decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.errors import InvalidInput
from service.genesis.asking import names_in
from service.genesis.events import fold
from service.genesis.generation import Round
from service.genesis.history import touched
from service.genesis.model import State
from service.genesis.tables import FlowResumeHandle

_SESSIONS = load("sessions", "service.genesis")
#: The maximum number of a session's newest proposals that are searched for used names.
_LATELY = 60


def check_version(newest: int, version: int, path: str) -> None:
    """Raises ``InvalidInput`` at ``path`` if a session does not have this version yet."""
    if version > newest:
        message = f"This version does not exist yet. The session is at version {newest}."
        raise InvalidInput(message, errors=[{"path": path, "message": message}])


async def state_at(connection: Connection, session_id: UUID, version: int) -> State:
    """The state of a session at a version, which is the fold of all events up to this version."""
    rows = await connection.fetch(_SESSIONS["events_until"], session_id, version)
    return State(fold((row["type"], row["data"]) for row in rows))


async def paths_since(connection: Connection, session_id: UUID, decision_version: int) -> list[str]:
    """The paths that changed after the decision with this number."""
    rows = await connection.fetch(_SESSIONS["patches_after_decision"], session_id, decision_version)
    return touched(row["patch"] for row in rows)


async def earlier_names(connection: Connection, session_id: UUID, round_: Round) -> list[str]:
    """The names of people in recent proposals of the stage's earlier rounds, without duplicates."""
    if round_.number == 1:
        # The first card of a session waits for this.
        return []
    rows = await connection.fetch(
        _SESSIONS["earlier_proposals"], session_id, round_.stage.value, round_.number, _LATELY
    )
    return list(dict.fromkeys(names_in(row["values"] for row in rows)))


async def result_of(connection: Connection, wait: FlowResumeHandle) -> Mapping[str, Any]:
    """The result of the command, or of the outside answer, that answered a wait."""
    result: Mapping[str, Any] | None = await connection.fetchval(_SESSIONS["result_of"], wait.signal_id)
    return result or {"session_id": str(wait.session_id)}
