"""Waits for a person. A wait has two halves, the pause and the answer, which may arrive in either order. A
wait may expire before the second half arrives.

Each half is written with one upsert. The half that arrives second consumes the wait, and the caller continues
the session in the same transaction. Therefore a wait is consumed at most once. An answer that arrives before
the pause is stored. The caller of each function must hold the lock of the session's aggregate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.errors import NotFound
from service.genesis.tables import FlowResumeHandle

_WAITS = load("waits", "service.genesis")

WaitKind = Literal["choice", "confirmation"]


@dataclass(frozen=True, slots=True)
class Half:
    """The result of writing a pause or an answer. ``recorded`` is true if it was the first pause or answer of
    the wait, and was in time. ``handle`` is the current state of the wait."""

    recorded: bool
    handle: FlowResumeHandle

    @property
    def resumes(self) -> bool:
        """Whether this half completed the wait. If so, the caller continues the session."""
        return self.recorded and self.handle.consumed_at is not None


async def pause(
    connection: Connection, session_id: UUID, wait_key: str, *, kind: WaitKind = "choice", seconds: float
) -> Half:
    """Write a pause: the session waits for a person for ``seconds``."""
    row = await connection.fetchrow(_WAITS["pause"], session_id, wait_key, kind, seconds)
    return await _half(connection, session_id, wait_key, row)


async def signal(
    connection: Connection,
    session_id: UUID,
    wait_key: str,
    signal_id: UUID,
    payload: Mapping[str, Any],
    *,
    seconds: float,
) -> Half:
    """Write the answer to a wait. Only the first answer counts. An answer that arrives before its pause is
    stored for at most ``seconds``. ``signal_id`` is the id of the command or of the link that answers."""
    row = await connection.fetchrow(_WAITS["signal"], session_id, wait_key, signal_id, payload, seconds)
    return await _half(connection, session_id, wait_key, row)


async def find_wait(connection: Connection, correlation_id: UUID) -> FlowResumeHandle | None:
    """The wait that outside approvers know by this id; None if the connection's user does not have it."""
    row = await connection.fetchrow(_WAITS["wait_by_correlation"], correlation_id)
    return FlowResumeHandle.of(row) if row is not None else None


async def get_wait(connection: Connection, correlation_id: UUID) -> FlowResumeHandle:
    """The wait with this correlation id. Raises ``NotFound`` (WAIT_NOT_FOUND) if the wait does not exist."""
    wait = await find_wait(connection, correlation_id)
    if wait is None:
        raise NotFound("This wait does not exist.", code="WAIT_NOT_FOUND")
    return wait


async def close_waits(connection: Connection, session_id: UUID) -> list[FlowResumeHandle]:
    """End all waits of a session that has expired, or ended otherwise. Returns them."""
    return await _many(connection, _WAITS["close_waits"], session_id)


async def extend_waits(connection: Connection, session_id: UUID, seconds: float) -> list[FlowResumeHandle]:
    """Extend the waits of a session to ``seconds`` from now, including expired waits. Returns these waits."""
    return await _many(connection, _WAITS["extend_waits"], session_id, seconds)


async def _half(connection: Connection, session_id: UUID, wait_key: str, row: Any) -> Half:
    recorded = row is not None
    handle = row if recorded else await connection.fetchrow(_WAITS["wait_by_key"], session_id, wait_key)
    return Half(recorded, FlowResumeHandle.of(handle))


async def _many(connection: Connection, statement: str, *values: Any) -> list[FlowResumeHandle]:
    return [FlowResumeHandle.of(row) for row in await connection.fetch(statement, *values)]
