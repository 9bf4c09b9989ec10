"""The inbox: a command of a user has one effect, however often it is sent.

The command's row, its events and their place in the outbox are written in one transaction. A command that is
refused has no row: its id may be used again. Lock order: the command's row, then the aggregate.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.db.pool import TRANSIENT, Connection, Door
from service.db.sql import load
from service.errors import Conflict, InvalidInput, StorytroupeError

_INBOX = load("inbox", "service.genesis")
#: A refusal, or the database's absence: nothing is wrong with the handler.
_NOT_BROKEN: tuple[type[BaseException], ...] = (StorytroupeError, *TRANSIENT)


@dataclass(frozen=True, slots=True)
class Received:
    """A command as it came. ``body_hash`` is the hash of all that it asks for; ``session_id`` is None
    where it begins a session."""

    user_id: UUID
    command_id: UUID
    command_type: str
    payload: Mapping[str, Any]
    body_hash: str
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Processed:
    """What came of a command: the session that it changed, and the answer as JSON."""

    session_id: UUID
    result: Mapping[str, Any]


Effect = Callable[[Connection], Awaitable[Processed]]


async def process(door: Door, command: Received, effect: Effect) -> Processed:
    """Do what a command asks for, once, in one transaction of the user's door.

    Raises ``Conflict`` (COMMAND_REPEATED) with the first result as its data where it was processed before,
    ``InvalidInput`` (COMMAND_ID_REUSED) where its id was used for another body, and what the effect raises.
    An error that nobody planned is recorded with the command, which may be sent again. May be cancelled: then
    all of it is done, or nothing.
    """
    try:
        async with door() as connection:
            return await process_in(connection, command, effect)
    except _NOT_BROKEN:
        raise
    except Exception as broken:
        async with door() as connection:
            await _record_failure(connection, command, broken)
        raise


async def process_in(connection: Connection, command: Received, effect: Effect) -> Processed:
    """As ``process``, in the caller's transaction, and without a record of a failure."""
    await _receive(connection, command)
    processed = await effect(connection)
    key = (command.user_id, command.command_id)
    await connection.execute(_INBOX["mark_processed"], *key, processed.session_id, processed.result)
    return processed


async def prune_inbox(connection: Connection, seconds: float) -> None:
    """Forget old commands of sessions that have ended, and those that never had one."""
    await connection.execute(_INBOX["prune_inbox"], seconds)


async def _receive(connection: Connection, command: Received) -> None:
    if await connection.fetchval(_INBOX["receive"], *_columns(command)) is not None:
        return
    first = await connection.fetchrow(_INBOX["first_result"], command.user_id, command.command_id)
    if first is None or first["body_hash"] != command.body_hash:
        message = "This command_id was used for another command. Use a new one."
        raise InvalidInput(message, code="COMMAND_ID_REUSED")
    message = "This command was processed before. Its first result is in data."
    raise Conflict(message, code="COMMAND_REPEATED", **first["result"])


async def _record_failure(connection: Connection, command: Received, broken: Exception) -> None:
    error = {"type": type(broken).__name__, "message": str(broken)}
    await connection.execute(_INBOX["record_failure"], *_columns(command), command.session_id, error)


def _columns(command: Received) -> tuple[UUID, UUID, str, str, Mapping[str, Any]]:
    return command.user_id, command.command_id, command.command_type, command.body_hash, command.payload
