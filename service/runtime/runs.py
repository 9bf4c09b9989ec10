"""Runs of any aggregate: which request set them going, and what their calls may cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from service.db.pool import Connection
from service.db.sql import load
from service.jobs.jobs import Job

_AGGREGATES = load("aggregates")


async def note_request(connection: Connection, jobs: Iterable[Job], request_id: str) -> None:
    """Say of the runs of some jobs which request has set them going again; none, and the last stays."""
    runs = sorted({job.run_id for job in jobs})
    if request_id and runs:
        await connection.execute(_AGGREGATES["note_request"], runs, request_id)


async def set_budget(connection: Connection, aggregate_id: UUID, budget_usd: Decimal | None) -> None:
    """Give an aggregate another cap, in US dollars; None is no limit."""
    await connection.execute(_AGGREGATES["set_budget"], aggregate_id, budget_usd)
