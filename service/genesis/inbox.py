"""The inbox of commands: a command has one effect, even if the user sends it several times.

The row of a command, its events and their outbox rows are written in one transaction. A refused command has
no row, so its id may be used again. Lock order: the command's row, then the aggregate.
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
#: Errors that do not mean a fault of the handler: refusals, and errors while the database does not answer.
_NOT_BROKEN: tuple[type[BaseException], ...] = (StorytroupeError, *TRANSIENT)


@dataclass(frozen=True, slots=True)
class Received:
    """A command as it was received. ``body_hash`` is the hash of the whole command without its id.
    ``session_id`` is None if the command starts a session."""

    user_id: UUID
    command_id: UUID
    command_type: str
    payload: Mapping[str, Any]
    body_hash: str
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Processed:
    """The result of a processed command: the session that it changed, and the answer as JSON."""

    session_id: UUID
    result: Mapping[str, Any]


Effect = Callable[[Connection], Awaitable[Processed]]


async def process(door: Door, command: Received, effect: Effect) -> Processed:
    """Process a command once, in one transaction that ``door`` opens.

    Raises ``Conflict`` (COMMAND_REPEATED), with the first result as its data, if the command was processed
    before. Raises ``InvalidInput`` (COMMAND_ID_REUSED) if its id was used with another body. Also raises the
    errors of ``effect``. An unexpected error is recorded with the command, and the user may send the command
    again. A caller may cancel it: then everything is written, or nothing.
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
    """Process a command, like ``process``, but in the caller's transaction and without recording an
    unexpected error."""
    await _receive(connection, command)
    processed = await effect(connection)
    key = (command.user_id, command.command_id)
    await connection.execute(_INBOX["mark_processed"], *key, processed.session_id, processed.result)
    return processed


async def prune_inbox(connection: Connection, seconds: float) -> None:
    """Delete old commands of ended sessions, and old commands without a session."""
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
