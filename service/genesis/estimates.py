"""The rounds of proposals that a command would begin, for its estimate."""

from __future__ import annotations

from uuid import UUID

from service.db.pool import Connection
from service.genesis.commands import Command
from service.genesis.decide import Rules, decide
from service.genesis.generation import Round
from service.genesis.refusals import SessionNotFound
from service.genesis.sessions import lock_session


async def rounds_of(connection: Connection, session_id: UUID, command: Command, rules: Rules) -> list[Round]:
    """The rounds that a command would start. Nothing is written. Raises the same errors as the command."""
    locked = await lock_session(connection, session_id)
    if locked is None:
        raise SessionNotFound
    # RESTORE takes values back, and asks for none.
    if command.source is not None:
        return []
    return list(decide(locked.session, command, locked.now, rules=rules).rounds)
