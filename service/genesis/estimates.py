"""Estimates the cost of a command to a session, from the recent cost of calls for similar rounds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.db.pool import Connection, Database
from service.db.sql import load
from service.genesis.commands import Command
from service.genesis.decide import Rules, decide
from service.genesis.generation import Round
from service.genesis.refusals import SessionNotFound
from service.genesis.sessions import lock_session

_READING = load("reading", "service.genesis")
#: The maximum number of the newest calls of the whole service that an estimate reads.
_LATELY = 5_000


@dataclass(frozen=True, slots=True)
class StepCost:
    """The recent cost of the calls of one step, in US dollars, and their duration, in seconds."""

    model: str
    usual_usd: float
    most_usd: float
    usual_seconds: float


async def rounds_of(connection: Connection, session_id: UUID, command: Command, rules: Rules) -> list[Round]:
    """The rounds that a command would start. Nothing is written. Raises the same errors as the command."""
    locked = await lock_session(connection, session_id)
    if locked is None:
        raise SessionNotFound
    # RESTORE takes values back, and asks for none.
    if command.source is not None:
        return []
    return list(decide(locked.session, command, locked.now, rules=rules).rounds)


async def costs_of(database: Database) -> dict[str, StepCost]:
    """The recent costs of rounds in the whole service, by step. Steps without calls are left out."""
    async with database.as_owner() as connection:
        rows = await connection.fetch(_READING["costs_of_rounds"], _LATELY)
    return {
        row["step"]: StepCost(**{name: part for name, part in row.items() if name != "step"}) for row in rows
    }
