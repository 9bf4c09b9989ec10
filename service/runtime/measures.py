"""Measurements of the queue for operators, from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.db.pool import Database
from service.db.sql import load
from service.jobs.retry import BLOCKED_CODES

_METRICS, _SINKS = load("metrics"), load("sinks")


@dataclass(frozen=True, slots=True)
class Measures:
    """Rows of ``metrics.sql``: open and failed jobs by group and status; jobs that became ready in the last
    minute, by group; waiting jobs; jobs blocked by a provider's key or account, by code; and unsent ranges of
    events, by sink (``sinks.sql``)."""

    jobs: Sequence[Mapping[str, Any]]
    ready: Sequence[Mapping[str, Any]]
    waiting: Mapping[str, Any]
    blocked: Sequence[Mapping[str, Any]]
    unsent: Sequence[Mapping[str, Any]]


async def measure(database: Database) -> Measures:
    """Read the measurements. Raises asyncpg's errors if PostgreSQL does not answer."""
    async with database.pool.acquire() as connection:
        return Measures(
            jobs=await connection.fetch(_METRICS["jobs_by_status"]),
            ready=await connection.fetch(_METRICS["ready_lately"]),
            waiting=await connection.fetchrow(_METRICS["waiting"]) or {},
            blocked=await connection.fetch(_METRICS["blocked_jobs"], list(BLOCKED_CODES)),
            unsent=await connection.fetch(_SINKS["unsent"]),
        )
