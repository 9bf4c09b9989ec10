"""Measures the values that ``/metrics`` shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.db.pool import Database
from service.genesis.measures import CommandCounts, SessionMeasures, measure_sessions
from service.genesis.model import STAGES, GenesisStatus
from service.http.admin.metrics import METRICS, Sample
from service.hub.hub import Hub
from service.jobs.retry import BLOCKED_CODES
from service.jobs.states import JobStatus
from service.runtime.measures import measure
from service.sinks.sink import SINKS

_FRESH_SECONDS = 5.0
_READ_SECONDS = 5.0


class Gauges:
    """Measures the metrics of this process. It reads the metrics of the whole service from PostgreSQL at most
    every five seconds."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        *,
        running: Callable[[], int],
        refused: Callable[[], int],
        sockets: Callable[[], int],
        streams: Callable[[], int],
        commands: CommandCounts,
    ) -> None:
        self._database = database
        self._commands = commands
        self._hub = hub
        self._local: Mapping[str, Callable[[], int]] = {
            "running_attempts": running,
            "websockets": sockets,
            "event_streams": streams,
            "hub_channels": lambda: hub.channels,
            "late_writes_refused_total": refused,
        }
        self._shared: list[str] = []
        self._read_at = -_FRESH_SECONDS
        self._reading = asyncio.Lock()

    async def text(self) -> str:
        """Return all metrics in Prometheus's text format. Raises the errors of asyncpg if PostgreSQL cannot
        be read."""
        async with self._reading:
            if time.monotonic() - self._read_at >= _FRESH_SECONDS:
                self._shared = await self._read()
                self._read_at = time.monotonic()
        lines = list(self._shared)
        for name, value in self._local.items():
            lines += METRICS[name].lines([({}, value())])
        for name, count in asdict(self._hub.counters).items():
            lines += METRICS[f"hub_{name}_total"].lines([({}, count)])
        lines += METRICS["genesis_commands_total"].lines(_commands(self._commands))
        return "\n".join(lines) + "\n"

    async def _read(self) -> list[str]:
        async with asyncio.timeout(_READ_SECONDS):
            measures = await measure(self._database)
            sessions = await measure_sessions(self._database)
        lately = [({"group": row["grp"]}, row["jobs"]) for row in measures.ready]
        lines = METRICS["jobs"].lines(_jobs(measures.jobs))
        lines += METRICS["jobs_ready_a_minute"].lines(lately)
        lines += METRICS["stopped_jobs"].lines(_blocked(measures.blocked))
        for name in ("pending", "dead", "oldest_seconds"):
            lines += METRICS[f"sink_{name}"].lines(
                ({"sink": row["sink"]}, row[name]) for row in _by_sink(measures.unsent)
            )
        for name, value in measures.waiting.items():
            lines += METRICS[name].lines([({}, value)])
        return lines + _of_sessions(sessions)


#: The job statuses that always have a sample.
_REPORTED = [status for status in JobStatus if not status.final or status is JobStatus.FAILED]


def _jobs(rows: Iterable[Mapping[str, Any]]) -> list[Sample]:
    """Return a sample for each group and status. A count of 0 has a sample too, so that graphs have no
    gaps."""
    found: list[Sample] = [({"group": row["grp"], "status": row["status"]}, row["jobs"]) for row in rows]
    present = {labels["status"] for labels, _ in found}
    return found + [({"group": "", "status": status}, 0) for status in _REPORTED if status not in present]


def _blocked(rows: Iterable[Mapping[str, Any]]) -> list[Sample]:
    found = {row["code"]: row["jobs"] for row in rows}
    return [({"code": code}, found.get(code, 0)) for code in BLOCKED_CODES]


def _by_sink(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """A row for each sink, also for one that has everything, so that graphs have no gaps."""
    zeros = {sink: {"sink": sink, "pending": 0, "dead": 0, "oldest_seconds": 0.0} for sink in SINKS}
    return list((zeros | {row["sink"]: dict(row) for row in rows}).values())


def _of_sessions(measures: SessionMeasures) -> list[str]:
    """The metrics of sessions. Each stage has its samples, also for 0."""
    sessions = {(row["status"], row["stage"]): row["sessions"] for row in measures.sessions}
    rounds = {(row["outcome"], row["stage"]): row["rounds"] for row in measures.rounds}
    return [
        *METRICS["genesis_sessions"].lines(
            ({"status": status, "stage": stage}, sessions.get((status, stage), 0))
            for status in (GenesisStatus.ACTIVE, GenesisStatus.EXPIRED)
            for stage in STAGES
        ),
        *METRICS["genesis_waits"].lines(({"status": name}, value) for name, value in measures.waits.items()),
        *METRICS["genesis_rounds_an_hour"].lines(
            ({"stage": stage, "outcome": outcome}, rounds.get((outcome, stage), 0))
            for outcome in ("ready", "failed")
            for stage in STAGES
        ),
    ]


def _commands(commands: CommandCounts) -> Iterable[Sample]:
    for (type_, outcome), count in sorted(commands.counts.items()):
        yield {"type": type_, "outcome": outcome}, count
