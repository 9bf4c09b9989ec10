"""The runs of an aggregate: records the request that started or resumed a run, and the budget of the
aggregate's calls."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Job

_AGGREGATES = load("aggregates")


async def note_request(connection: Connection, jobs: Iterable[Job], request_id: str) -> None:
    """Record the request that resumed the runs of these jobs. An empty ``request_id`` keeps the previous
    id."""
    runs = sorted({job.run_id for job in jobs})
    if request_id and runs:
        await connection.execute(_AGGREGATES["note_request"], runs, request_id)


async def set_budget(connection: Connection, aggregate_id: UUID, budget_usd: Decimal | None) -> None:
    """Set the budget of an aggregate, in US dollars. None removes the limit."""
    await connection.execute(_AGGREGATES["set_budget"], aggregate_id, budget_usd)
