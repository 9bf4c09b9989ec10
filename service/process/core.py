"""The core of every process, whatever its roles: the database, Redis, the bus of nudges, and the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

import redis.asyncio as aioredis

from actors.registry import REGISTRY
from actors.runtime.spec import Registry
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.db.pool import Database
from service.db.roles import look_at_logins
from service.errors import SetupProblem
from service.process.components import run
from service.runtime.kinds import Kinds
from service.settings import Settings
from service.storage.files import FileStore
from service.storage.store import Store
from service.streams.client import connect
from service.streams.events import EventStream
from service.streams.jobs import JobStreams


@dataclass(frozen=True, slots=True)
class Core:
    """The parts that every process has, whatever its roles."""

    settings: Settings
    registry: Registry
    database: Database
    redis: aioredis.Redis
    streams: JobStreams
    events: EventStream
    nudges: Nudges
    settler: Settler
    store: Store

    @property
    def kinds(self) -> Kinds:
        """The kinds of aggregates that the process knows, by name."""
        return self.registry.kinds


@asynccontextmanager
async def open_core(
    settings: Settings, *, registry: Registry = REGISTRY, store: Store | None = None, acting: bool = False
) -> AsyncIterator[Core]:
    """Connect to PostgreSQL and Redis. If ``acting``, also connect with the login for requests of users.

    Raises ``SetupProblem`` if a URL is not set, or if the login for requests of users has too many rights.
    A caller may cancel it: all opened connections are then closed.
    """
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if not url:
            raise SetupProblem(
                f"{name} is not set. Set it, or run `storytroupe up`, which starts its own server."
            )
    async with AsyncExitStack() as stack:
        user_url = settings.database_http_url if acting else ""
        if acting:
            await look_at_logins(settings.database_url, user_url)
        database = await Database.connect(
            settings.database_url, user_url=user_url, size=settings.database_pool
        )
        stack.push_async_callback(database.close)
        redis = connect(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        nudges = Nudges(database)
        await run(stack, nudges)
        yield Core(
            settings=settings,
            registry=registry,
            database=database,
            redis=redis,
            streams=JobStreams(redis, settings.redis_namespace),
            events=EventStream(redis, settings.redis_namespace),
            nudges=nudges,
            settler=Settler(database, registry.kinds, nudges, deadline_seconds=settings.job_deadline_seconds),
            store=await stack.enter_async_context(open_store(settings)) if store is None else store,
        )


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the store: S3 if a bucket is set, else local files."""
    if not settings.s3_bucket:
        yield FileStore(settings.files_dir, cdn_base_url=settings.cdn_base_url, tries=settings.store_tries)
        return
    # The library takes a second to load, and few services need it.
    s3 = import_module("service.storage.s3")
    async with s3.open_s3(settings) as store:
        yield store
