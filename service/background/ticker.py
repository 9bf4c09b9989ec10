"""Sends transient values: percentages, and text while it is being written. Only the newest value of each key
is sent.

Values are gathered for some milliseconds. A lost value does no harm. Percentages are also stored in
PostgreSQL, fenced by attempt, for clients that read the state later.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import structlog

from service.db.pool import Database
from service.db.sql import load
from service.jobs.jobs import Job
from service.lifecycle import Loop
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kinds
from service.streams.client import UNREACHABLE
from service.streams.events import EventStream

_log = structlog.get_logger()
_JOBS = load("jobs")
_GATHER_SECONDS = 0.04


class Ticker(Loop):
    """Gathers transient values and sends them. ``tick`` and ``progress`` return at once, and a pass sends the
    gathered values."""

    name = "ticker"
    interval = 3600.0

    def __init__(self, database: Database, stream: EventStream, *, kinds: Kinds) -> None:
        super().__init__()
        self._names = ChannelNames(kinds)
        self._database = database
        self._stream = stream
        self._ticks: dict[tuple[str, str], tuple[int, Any]] = {}
        self._reports: dict[UUID, tuple[int, int]] = {}

    def tick(self, kind: str, job: Job, key: str, data: Any) -> None:
        """Publish a transient value to the listeners of the job's aggregate."""
        self._ticks[self._names.name(kind, job.aggregate_id), key] = (job.attempt, data)
        self.nudge()

    def progress(self, kind: str, job: Job, percent: int) -> None:
        """Report the progress of an attempt, in percent."""
        self._reports[job.id] = (job.attempt, percent)
        self.tick(kind, job, f"{job.name}.progress", {"progress": percent})

    async def run_once(self) -> None:
        """Send the gathered values. Then wait for some milliseconds, while new values gather."""
        ticks, self._ticks = self._ticks, {}
        reports, self._reports = self._reports, {}
        if ticks:
            await self._send(ticks)
        if reports:
            await self._database.pool.execute(
                _JOBS["report_progress"],
                list(reports),
                [attempt for attempt, _ in reports.values()],
                [percent for _, percent in reports.values()],
            )
        if ticks or reports:
            await asyncio.sleep(_GATHER_SECONDS)

    async def _send(self, ticks: dict[tuple[str, str], tuple[int, Any]]) -> None:
        rows = [(channel, key, attempt, data) for (channel, key), (attempt, data) in ticks.items()]
        try:
            await self._stream.tick(rows)
        except UNREACHABLE as error:
            _log.debug("ticks were lost", error=error)
