"""Deletes sessions."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.genesis.refusals import SessionNotFound
from service.genesis.sessions import lock_session
from service.jobs.jobs import cancels
from service.runtime.kinds import Kinds
from service.runtime.settlement import Change, Settled, settle_locked

_SESSIONS = load("sessions", "service.genesis")


async def delete_session(connection: Connection, kinds: Kinds, session_id: UUID) -> Settled:
    """Delete a session with all of its data. A novel that was made from the session stays. Running jobs are
    cancelled first.

    Returns the settlement, which the caller passes to the settler after the commit. Raises
    ``SessionNotFound``.
    """
    locked = await lock_session(connection, session_id)
    if locked is None:
        raise SessionNotFound
    change = Change(cancels(locked.locked.jobs))
    settled = await settle_locked(connection, kinds, [locked.locked], change)
    await connection.execute(_SESSIONS["delete_session"], session_id)
    return settled
