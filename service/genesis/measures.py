"""Measurements of sessions for operators: from PostgreSQL, and the commands of this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from service.db.pool import Database
from service.db.sql import load
from service.errors import Conflict, StorytroupeError
from service.genesis.model import STAGES

_METRICS = load("metrics", "service.genesis")


@dataclass(frozen=True, slots=True)
class SessionMeasures:
    """Rows of ``metrics.sql``: active and expired sessions by status and stage; open and overdue waits; and
    rounds that ended in the last hour, by stage and outcome."""

    sessions: Sequence[Mapping[str, Any]]
    waits: Mapping[str, int]
    rounds: Sequence[Mapping[str, Any]]


async def measure_sessions(database: Database) -> SessionMeasures:
    """Read the measurements. Raises asyncpg's errors if PostgreSQL does not answer."""
    async with database.pool.acquire() as connection:
        return SessionMeasures(
            sessions=await connection.fetch(_METRICS["sessions"]),
            waits=await connection.fetchrow(_METRICS["waits"]) or {},
            rounds=await connection.fetch(_METRICS["rounds_lately"], [stage.value for stage in STAGES]),
        )


class CommandCounts:
    """How many commands this process has taken, by type and outcome."""

    def __init__(self) -> None:
        #: By type and outcome: ``processed``, ``repeated``, ``refused`` or ``failed``.
        self.counts: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def counting(self, type_: str) -> Iterator[None]:
        """Count one command by what becomes of the block. Its error goes on to the caller."""
        outcome = "failed"
        try:
            yield
            outcome = "processed"
        except StorytroupeError as refusal:
            repeated = isinstance(refusal, Conflict) and refusal.code == "COMMAND_REPEATED"
            outcome = "repeated" if repeated else "refused"
            raise
        finally:
            self.counts[type_, outcome] += 1
