"""Waits for a person: a pause and its answer are two halves that commute; an expiry may come between.

Each half is one upsert. The half that finds the other consumes the wait, and with it the caller writes what
goes on, in the same transaction. So a wait is consumed once, or it expires. An answer is kept whether or not
the session waits yet. All of it is called under the lock of the session's aggregate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """What came of a pause or of an answer. ``recorded``: it is the first of its sort, and in time;
    ``handle`` is the wait as it is now."""

    recorded: bool
    handle: FlowResumeHandle

    @property
    def resumes(self) -> bool:
        """Whether this very half has completed the pair: the caller lets the session go on."""
        return self.recorded and self.handle.consumed_at is not None


async def pause(
    connection: Connection, session_id: UUID, wait_key: str, *, kind: WaitKind = "choice", seconds: float
) -> Half:
    """Let a session wait for a person, for so long."""
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
    """Answer a wait. The first answer counts; one that comes before the pause is kept for it. ``signal_id``
    is the command or the link that answers, ``seconds`` how long the answer may come before the pause."""
    row = await connection.fetchrow(_WAITS["signal"], session_id, wait_key, signal_id, payload, seconds)
    return await _half(connection, session_id, wait_key, row)


async def find_wait(connection: Connection, correlation_id: UUID) -> FlowResumeHandle | None:
    """The wait that outside approvers know by this id; None where the connection's user has none such."""
    row = await connection.fetchrow(_WAITS["wait_by_correlation"], correlation_id)
    return FlowResumeHandle.of(row) if row is not None else None


async def get_wait(connection: Connection, correlation_id: UUID) -> FlowResumeHandle:
    """As ``find_wait``. Raises ``NotFound`` (WAIT_NOT_FOUND) where there is none."""
    wait = await find_wait(connection, correlation_id)
    if wait is None:
        raise NotFound("This wait does not exist.", code="WAIT_NOT_FOUND")
    return wait


async def expire_waits(connection: Connection, session_id: UUID) -> list[FlowResumeHandle]:
    """End the waits of a session whose time is over by the database's clock. Returns them."""
    return await _many(connection, _WAITS["expire_waits"], session_id)


async def close_waits(connection: Connection, session_id: UUID) -> list[FlowResumeHandle]:
    """End all waits of a session that has ended itself. Returns them."""
    return await _many(connection, _WAITS["close_waits"], session_id)


async def extend_waits(connection: Connection, session_id: UUID, seconds: float) -> list[FlowResumeHandle]:
    """Let the waits of a session go on for so long from now, also those that had expired. Returns them."""
    return await _many(connection, _WAITS["extend_waits"], session_id, seconds)


async def remind_waits(connection: Connection, session_id: UUID, seconds: float) -> list[FlowResumeHandle]:
    """The waits of a session that end within so long and of which nobody was reminded yet: mark them."""
    return await _many(connection, _WAITS["remind_waits"], session_id, seconds)


async def sessions_with_due_waits(connection: Connection, seconds: float, limit: int) -> Sequence[UUID]:
    """Sessions with a wait that is to expire, or to be reminded of as it ends within so long."""
    rows = await connection.fetch(_WAITS["sessions_with_due_waits"], seconds, limit)
    return [row["session_id"] for row in rows]


async def _half(connection: Connection, session_id: UUID, wait_key: str, row: Any) -> Half:
    recorded = row is not None
    handle = row if recorded else await connection.fetchrow(_WAITS["wait_by_key"], session_id, wait_key)
    return Half(recorded, FlowResumeHandle.of(handle))


async def _many(connection: Connection, statement: str, *values: Any) -> list[FlowResumeHandle]:
    return [FlowResumeHandle.of(row) for row in await connection.fetch(statement, *values)]
