"""Gauges and counters in Prometheus's text form."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from service.db.pool import Database
from service.hub.hub import Hub
from service.jobs.retry import BLOCKED_CODES
from service.jobs.states import JobStatus
from service.runtime.measures import measure

_FRESH_SECONDS = 5.0
_READ_SECONDS = 5.0


class Gauges:
    """What is measured here, and in PostgreSQL at most every five seconds, however often it is asked."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        *,
        running: Callable[[], int],
        refused: Callable[[], int],
        sockets: Callable[[], int],
        streams: Callable[[], int],
    ) -> None:
        self._database = database
        self._hub = hub
        self._local: Mapping[str, tuple[str, Callable[[], int]]] = {
            "running_attempts": ("Attempts that run in this process.", running),
            "websockets": ("Open websockets of this process.", sockets),
            "event_streams": ("Open event streams of this process.", streams),
            "hub_channels": ("Channels that somebody here listens to.", lambda: hub.channels),
        }
        self._refused = refused
        self._shared: list[str] = []
        self._read_at = -_FRESH_SECONDS
        self._reading = asyncio.Lock()

    async def text(self) -> str:
        """All of them. Raises what asyncpg raises where PostgreSQL cannot be read."""
        async with self._reading:
            if time.monotonic() - self._read_at >= _FRESH_SECONDS:
                self._shared = await self._read()
                self._read_at = time.monotonic()
        lines = list(self._shared)
        for name, (help_, value) in self._local.items():
            lines += _metric(name, "gauge", help_, [({}, value())])
        late = "Late writes of this process that were refused since its start."
        lines += _metric("late_writes_refused_total", "counter", late, [({}, self._refused())])
        for name, count in asdict(self._hub.counters).items():
            lines += _metric(
                f"hub_{name}_total", "counter", f"The hub's {name} since the start.", [({}, count)]
            )
        return "\n".join(lines) + "\n"

    async def _read(self) -> list[str]:
        async with asyncio.timeout(_READ_SECONDS):
            measures = await measure(self._database)
        lines = _metric(
            "jobs", "gauge", "Open jobs, and failed ones, by actor group and status.", _jobs(measures.jobs)
        )
        lately = [({"group": row["grp"]}, row["jobs"]) for row in measures.ready]
        lines += _metric("jobs_ready_a_minute", "gauge", "Jobs made ready in the last minute.", lately)
        lines += _metric("stopped_jobs", "gauge", _BLOCKED, _blocked(measures.blocked))
        for name, value in measures.waiting.items():
            lines += _metric(name, "gauge", _SHARED[name], [({}, value)])
        return lines


_BLOCKED = "Jobs that wait for a person: for a provider's key or account, or for a decision on a lost answer."
_REPORTED = [status for status in JobStatus if not status.final or status is JobStatus.FAILED]
_SHARED = {
    "oldest_queued_seconds": "How long the oldest job in line has waited.",
    "outbox_pending": "Ranges of events that are still to be told.",
    "outbox_dead": "Ranges of events that could not be told, and wait for an operator.",
    "unknown_calls": "Calls of the last day that may have been made, and paid for: nobody can say.",
    "workers": "Processes whose lease is good.",
}


def _jobs(rows: Iterable[Mapping[str, Any]]) -> list[tuple[dict[str, str], int]]:
    """Every such status is told, if only as nothing, so that no graph has holes."""
    found = [({"group": row["grp"], "status": row["status"]}, row["jobs"]) for row in rows]
    present = {labels["status"] for labels, _ in found}
    return found + [({"group": "", "status": status}, 0) for status in _REPORTED if status not in present]


def _blocked(rows: Iterable[Mapping[str, Any]]) -> list[tuple[dict[str, str], int]]:
    found = {row["code"]: row["jobs"] for row in rows}
    return [({"code": code}, found.get(code, 0)) for code in BLOCKED_CODES]


def _metric(
    name: str, kind: str, help_: str, samples: Iterable[tuple[Mapping[str, str], float]]
) -> list[str]:
    lines = [f"# HELP storytroupe_{name} {help_}", f"# TYPE storytroupe_{name} {kind}"]
    for labels, value in samples:
        named = ",".join(f'{label}="{text}"' for label, text in labels.items())
        lines.append(f"storytroupe_{name}{{{named}}} {value}" if named else f"storytroupe_{name} {value}")
    return lines
