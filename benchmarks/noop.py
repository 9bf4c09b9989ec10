"""Jobs that do nothing, through the whole durable path in one process: what the runtime itself costs.

Real PostgreSQL that waits for its disk, real Valkey; all roles in this process, and a kind of aggregate
and an actor of its own. A job is put in line, dispatched, claimed, performed and settled; its events are
relayed and come to the hub. The CPU is this process's alone, user and system, until the last event is
relayed; PostgreSQL's and Redis's are those of their processes. Pick-up is the time from a job's commit to its
performance on a service with nothing to do. ``NOOP_JOBS`` and ``NOOP_SLOTS`` change the numbers of both.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog

from actors.runtime.context import Context
from actors.runtime.spec import Actor, ActorSpec, Registry
from benchmarks._cpu import cpu_of
from benchmarks._serving import bare
from benchmarks.post_latency import percentile
from service.background.nudges import QUEUE
from service.db.migrate import migrate
from service.db.pool import Connection, Database
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Step
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.process.collector import spare
from service.process.start import Process, open_process
from service.runtime.kinds import Projected, Snapshot, Standing, Summary, kinds_of
from service.settings import ROLES, Settings

JOBS = int(os.environ.get("NOOP_JOBS", "6000"))
SLOTS = int(os.environ.get("NOOP_SLOTS", "100"))
USERS = 10
WARM_UP = 50
SINGLE = 100
#: The name of the kind: a story's jobs would wait for a story's row.
KIND = "genesis"
GROUP = "noop"

_OPEN_USERS = "INSERT INTO users (id, tier) SELECT id, 'unlimited' FROM unnest($1::uuid[]) id"
_OPEN_JOBS = """
WITH opened AS (
  INSERT INTO aggregates (id, kind, user_id)
  SELECT gen_random_uuid(), $2, user_id FROM unnest($1::uuid[]) user_id RETURNING id, user_id),
asked AS (
  INSERT INTO runs (id, aggregate_id, user_id, kind)
  SELECT gen_random_uuid(), id, user_id, $3 FROM opened RETURNING id, aggregate_id, user_id)
INSERT INTO jobs (run_id, aggregate_id, user_id, grp, name, status, rank)
SELECT id, aggregate_id, user_id, $3, $3, 'queued', row_number() OVER () FROM asked
"""
_OPEN = "SELECT count(*) FROM jobs WHERE status <> 'ready'"
_UNSENT = """
SELECT (SELECT count(*) FROM event_outbox WHERE status = 'PENDING') + (SELECT count(*) FROM event_batches)
"""
_RATE = "SELECT $1 / extract(epoch FROM max(ended_at) - min(started_at)) FROM jobs WHERE created_at > $2"


class Noop:
    """A kind that keeps nothing but its events."""

    name = KIND
    channel_prefix = KIND
    noun = "nothing"
    missing_code = "NOTHING_NOT_FOUND"
    events: Mapping[str, str] = {}
    feed = None
    standing: Standing = "name"
    exports: Mapping[str, str] = {}

    async def load(self, connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Nothing, of each."""
        return dict.fromkeys(ids)

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        """An event a step."""
        return Projected([NewEvent(f"{GROUP}.{step.after.status}", {}) for step in steps], None)

    async def store(self, connection: Connection, rows: Mapping[UUID, Any]) -> None:
        """Nothing."""

    async def snapshot(self, connection: Connection, id_: UUID) -> Snapshot | None:
        """Nobody joins."""

    def statuses(self, told: Mapping[str, Any]) -> Mapping[str, str]:
        """Nothing is told of jobs."""
        return {}

    async def summaries(
        self, connection: Connection, user_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Sequence[Summary]]:
        """Nobody has a feed."""
        return {}


class Watch:
    """Hears of the next performance."""

    def __init__(self) -> None:
        self.next: asyncio.Future[float] | None = None

    async def perform(self, _context: Context) -> Outcome:
        """Do nothing, but say when to who waits for it."""
        if self.next is not None and not self.next.done():
            self.next.set_result(time.perf_counter())
        return Done()


async def run() -> None:
    """Start everything, and measure many jobs at once, then one after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    watch = Watch()
    spec = ActorSpec(group=GROUP, kind=KIND, timeout=60, retry=RetryPolicy(3))
    registry = Registry(kinds=kinds_of(Noop()), actors={GROUP: Actor(spec, watch.perform)})
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            async with open_process(_settings(stack), registry=registry, providers=_no_providers) as process:
                spare()
                users = [uuid4() for _ in range(USERS)]
                database = process.core.database
                await database.pool.execute(_OPEN_USERS, users)
                await _open_jobs(process, users[:1] * WARM_UP)
                await _settled(database)
                await _many(process, stack, users)
                await _single(process, users[0], watch)


def _no_providers(*_: object) -> Any:
    """Nothing is called."""


def _settings(stack: Stack) -> Settings:
    variables = bare(stack)
    return Settings.model_validate(
        {
            "database_url": stack.database_url,
            "database_http_url": stack.database_http_url,
            "redis_url": stack.redis_url,
            "jwt_secret": variables["STORYTROUPE_JWT_SECRET"],
            "files_dir": stack.data_dir / "files",
            "concurrency_per_process": SLOTS,
            "roles": ROLES,
        }
    )


async def _open_jobs(process: Process, users: Sequence[UUID]) -> datetime:
    """Put a job in line for each, at once. Returns the time before."""
    pool = process.core.database.pool
    before: datetime = await pool.fetchval("SELECT clock_timestamp()")
    await pool.execute(_OPEN_JOBS, users, KIND, GROUP)
    process.core.nudges.send(QUEUE)
    return before


async def _settled(database: Database) -> None:
    """Wait until every job has ended, and every event is relayed."""
    for waiting in (_OPEN, _UNSENT):
        while await database.pool.fetchval(waiting):  # noqa: ASYNC110 - rows tell nobody when they change
            await asyncio.sleep(0.05)


async def _many(process: Process, stack: Stack, users: Sequence[UUID]) -> None:
    database = process.core.database
    begun = cpu_of(stack)
    before = await _open_jobs(process, [users[number % USERS] for number in range(JOBS)])
    await _settled(database)
    busy = cpu_of(stack).since(begun)
    rate = await database.pool.fetchval(_RATE, JOBS, before)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{JOBS} jobs in {SLOTS} slots: {rate:.0f} a second")
    print(f"µs of CPU a job, ours / PostgreSQL / Redis: {busy.micros(JOBS)}")
    print(f"memory at most {resident:.0f} MB")


async def _single(process: Process, user: UUID, watch: Watch) -> None:
    took = []
    for _ in range(SINGLE):
        watch.next = asyncio.get_running_loop().create_future()
        await _open_jobs(process, [user])
        committed = time.perf_counter()
        took.append((await watch.next - committed) * 1000)
        await _settled(process.core.database)
    ordered = sorted(took)
    p50, p99 = percentile(ordered, 50), percentile(ordered, 99)
    print(f"pick-up of {SINGLE} jobs, one after the other: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
