"""An environment to break: servers, proxies, a stub provider, children, an audience, and a checker."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import redis.asyncio as aioredis

from actors.registry import REGISTRY
from service.background.nudges import OUTBOX, QUEUE, Nudges
from service.db.libraries import default_library
from service.db.pool import Database
from service.devstack.temporary import temporary_folder
from service.domain.assets import PlannedJob
from service.runtime.kinds import Kinds
from service.stories.creation import StoryInput, create
from service.stories.insert import NewStory, create_story
from service.streams.client import connect
from tests.factories import USER, a_brief
from tests.faults.checker import Checker
from tests.faults.child_processes import Child, ChildProcesses
from tests.faults.config import Failpoint, ProcessConfig
from tests.faults.history import AUDIT, History
from tests.faults.leaks import leaks
from tests.faults.proxy import Proxy, open_proxy
from tests.faults.stub_provider import StubProvider, open_provider
from tests.faults.views import Audience, open_audience

#: Short, so that deaths are noticed soon; long enough for two busy cores.
LEASE = 1.5
#: Where nobody dies: a machine that stood still must not look like a death.
CALM = 12.0

_numbers = itertools.count(1)


@dataclass(slots=True)
class FaultEnvironment:
    """What a fault test has in hand."""

    database_url: str
    redis_url: str
    namespace: str
    folder: Path
    database: Database
    redis: aioredis.Redis
    stub: StubProvider
    child_processes: ChildProcesses
    audience: Audience
    nudges: Nudges
    history: History
    postgres_proxy: Proxy
    redis_proxy: Proxy
    children: list[Child] = field(default_factory=list)

    @property
    def checker(self) -> Checker:
        return Checker(
            self.database, self.redis, self.namespace, self.folder, self.stub, self.history, self.audience
        )

    async def child(
        self, *failpoints: Failpoint, name: str = "", proxied: bool = False, **more: Any
    ) -> Child:
        """A child that is ready. ``proxied``, it reaches its servers by way of the proxies.

        Keywords that ``ProcessConfig`` does not have are settings.
        """
        name = name or f"process-{next(_numbers)}"
        own = {key: more.pop(key) for key in list(more) if key in ProcessConfig.model_fields}
        settings: dict[str, Any] = {
            "database_url": self.postgres_proxy.url(self.database_url) if proxied else self.database_url,
            "redis_url": self.redis_proxy.url(self.redis_url) if proxied else self.redis_url,
            "redis_namespace": self.namespace,
            "files_dir": str(self.folder),
            "roles": ["actors", "relay", "reconcile"],
            "lease_seconds": LEASE,
            "drain_seconds": 5.0,
            "database_pool": 8,
            "attempts": {},
        }
        config = ProcessConfig(
            name=name,
            settings=settings | more,
            provider_url=self.stub.url,
            control_port=self.child_processes.port,
            failpoints=failpoints,
            log=str(self.folder / f"{name}.log"),
            **own,
        )
        child = await self.child_processes.fork(config)
        self.children.append(child)
        ready = await child.said("ready")
        child.worker_id, child.port, child.tasks = ready["worker_id"], ready["port"], ready["tasks"]
        return child

    async def create(
        self,
        count: int = 1,
        *,
        user: UUID = USER,
        scenes: int = 1,
        plan: tuple[PlannedJob, ...] | None = None,
        watched: bool = True,
    ) -> list[UUID]:
        """Stories as the HTTP service writes them: by the user's own door, acknowledged, then nudged."""
        ids = [await self._create(user, scenes, plan) for _ in range(count)]
        self.nudges.send(QUEUE, OUTBOX)
        for id_ in ids if watched else ():
            self.audience.watch(user, id_)
        return ids

    async def _create(self, user: UUID, scenes: int, plan: tuple[PlannedJob, ...] | None) -> UUID:
        brief = a_brief(scene_count=scenes)
        async with self.database.as_user(user) as connection:
            library = await default_library(connection, user)
            if plan is None:
                id_ = (await create(connection, user, StoryInput(brief, library_id=library))).id
            else:
                id_ = uuid4()
                await create_story(connection, NewStory(id_, user, library, brief, plan))
        self.history.accept(id_)
        return id_

    async def until(
        self, condition: Callable[[], Awaitable[object]], what: str, seconds: float = 60.0
    ) -> float:
        """Wait for the state of other processes. Returns how many seconds it took."""
        began = time.monotonic()
        last: object = None
        while True:
            with contextlib.suppress(
                asyncpg.PostgresError, asyncpg.InterfaceError, OSError, aioredis.RedisError
            ):
                last = await condition()
                if last:
                    return time.monotonic() - began
            if time.monotonic() - began > seconds:
                states = await self.states()
                raise AssertionError(f"Not in {seconds} s: {what} (last: {last})\n{states}\n{self.story()}")
            await asyncio.sleep(0.01)

    async def value(self, sql: str, *arguments: Any, timeout: float | None = None) -> Any:
        return await self.database.pool.fetchval(sql, *arguments, timeout=timeout)

    async def finished(self, ids: Sequence[UUID], seconds: float = 90.0) -> float:
        """Wait until the stories are final. Returns how many seconds it took."""

        async def all_final() -> bool:
            open_jobs = await self.value(
                "SELECT count(*) FROM jobs WHERE aggregate_id = ANY($1) AND ended_at IS NULL", list(ids)
            )
            return not open_jobs

        return await self.until(all_final, "the stories came to their end", seconds)

    async def check(self, ids: Sequence[UUID] = (), *, seconds: float = 90.0) -> None:
        """Wait for the end of all work, then demand that every invariant holds and new work succeeds."""
        await self.finished(list(ids) or list(self.history.accepted), seconds)
        if any(
            not child.ended.is_set() and "actors" in child.config.settings["roles"] for child in self.children
        ):
            again = await self.create(1)
            await self.finished(again, seconds)
        await self.rest()

    async def rest(self) -> None:
        """Demand that every invariant holds, now or within the time of a sweep."""
        faults: list[str] = []

        async def whole() -> bool:
            faults[:] = await self.checker.check()
            faults.extend(await leaks(self.children, self.database.pool, self.redis))
            return not faults

        with contextlib.suppress(AssertionError):
            await self.until(whole, "the environment is whole", 45.0)
        assert not faults, "\n".join([*faults, self.story()])

    async def states(self) -> str:
        """The jobs that have not ended, the workers, and the transactions that are open, one a line."""
        rows = await self.database.pool.fetch(
            "SELECT name, status, attempt, failures, rescues, worker_id, dispatched_at, needs_left, error,"
            " clock_timestamp() - updated_at AS since FROM jobs WHERE ended_at IS NULL"
            " ORDER BY updated_at LIMIT 40"
        )
        rows += await self.database.pool.fetch(
            "SELECT id, pid, clock_timestamp() - renewed_at AS renewed,"
            " clock_timestamp() - steady_since AS steady, buried_at, draining FROM workers"
        )
        rows += await self.database.pool.fetch(
            "SELECT pid, state, clock_timestamp() - xact_start AS age, wait_event,"
            " pg_blocking_pids(pid) AS waits_for, left(query, 200) AS query FROM pg_stat_activity"
            " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        )
        return "\n".join(" ".join(str(value) for value in row.values()) for row in rows)

    def story(self) -> str:
        """The history and the children's last words, for whoever reads of a failure."""
        words = [f"--- {child.name} ---\n{child.words()}" for child in self.children]
        return "\n".join([str(self.history), *words])

    async def kill(self, child: Child) -> None:
        """kill -9, which may hide what came of a call."""
        self.history.note(f"kill -9 {child.name}", ambiguous=True)
        await child.kill()

    async def unknown_calls(self) -> int:
        """Calls whose outcome a crash has hidden, as the ledger counts them."""
        return int(
            await self.value("SELECT count(*) FROM provider_calls WHERE outcome IN ('unknown', 'duplicate')")
        )

    async def extra_calls(self) -> int:
        """Calls beyond the first of each piece of work, as the provider counts them."""
        return sum(count - 1 for count in self.stub.per_key().values())


async def outage(seconds: float) -> None:
    """Let a fault last. Its length is the fault: nothing is waited for."""
    await asyncio.sleep(seconds)


@contextlib.asynccontextmanager
async def open_environment(
    database_url: str,
    redis_url: str,
    child_processes: ChildProcesses,
    *,
    seed: int | None = None,
    kinds: Kinds = REGISTRY.kinds,
) -> AsyncIterator[FaultEnvironment]:
    """An environment on servers that are there, in a database that has the schema and no rows."""
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    print(json.dumps({"seed": seed}))  # noqa: T201 — shown by pytest where a test fails
    namespace = f"faults-{next(_numbers)}"
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        await _prepare(database_url)
        database = await Database.connect(database_url, size=8)
        stack.push_async_callback(database.close)
        redis = connect(redis_url)
        stack.push_async_callback(redis.aclose)
        nudges = Nudges(database)
        await nudges.start()
        stack.push_async_callback(nudges.stop)
        environment = FaultEnvironment(
            database_url=database_url,
            redis_url=redis_url,
            namespace=namespace,
            folder=folder,
            database=database,
            redis=redis,
            stub=await stack.enter_async_context(open_provider()),
            child_processes=child_processes,
            audience=await stack.enter_async_context(open_audience(database, redis_url, namespace, kinds)),
            nudges=nudges,
            history=History(seed),
            postgres_proxy=await stack.enter_async_context(open_proxy(database_url)),
            redis_proxy=await stack.enter_async_context(open_proxy(redis_url)),
        )
        stack.push_async_callback(_end_children, environment)
        yield environment


async def _prepare(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(AUDIT)
        await connection.execute("INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", USER)
    finally:
        await connection.close()


async def _end_children(environment: FaultEnvironment) -> None:
    """The environment ends: no drain is waited for."""
    living = [child for child in environment.children if not child.ended.is_set()]
    await asyncio.gather(*(child.kill() for child in living))
    for child in environment.children:
        child.close()
