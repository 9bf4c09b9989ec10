"""The role ``http``: the hub with its feed, and the web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from actors.runtime.worker import Worker
from service.access.studio_key import StudioKey
from service.access.tokens import Tokens
from service.background.file_reconciler import FileReconciler
from service.background.nudges import KEY_WANTED
from service.db.pool import TRANSIENT
from service.http.app.application import make_app
from service.http.app.services import Services
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.hub.log import PostgresLog
from service.process.components import run
from service.process.core import Core
from service.stories import repair
from service.streams.client import UNREACHABLE


@asynccontextmanager
async def open_hub(core: Core) -> AsyncIterator[Hub]:
    """Run a hub that reads the events stream. The end of the block stops it."""
    async with AsyncExitStack() as stack:
        hub = Hub(PostgresLog(core.database, kinds=core.kinds), kinds=core.kinds)
        await run(stack, hub, Feed(core.redis, core.settings.redis_namespace, hub))
        yield hub


def app_of(core: Core, hub: Hub, worker: Worker | None, studio_key: StudioKey | None) -> web.Application:
    """Make the web application from the parts of this process. The application neither starts nor stops these
    parts."""
    services = Services(
        database=core.database,
        kinds=core.kinds,
        settler=core.settler,
        nudges=core.nudges,
        store=core.store,
        hub=hub,
        repair=FileReconciler(core.database, core.settler, core.store, files=repair).repair,
        tokens=Tokens.of(core.settings, key_wanted=lambda: core.nudges.send_here(KEY_WANTED)),
        ready=lambda: obstacles(core),
        running=(lambda: worker.running) if worker else (lambda: 0),
        refused=(lambda: worker.refused) if worker else (lambda: 0),
        studio_key=studio_key,
    )
    return make_app(services, core.settings)


async def obstacles(core: Core) -> Mapping[str, str]:
    """The problems that keep this process from serving requests, as sentences by name. If the mapping is
    empty, the process is ready."""
    found: dict[str, str] = {}
    try:
        for pool in (core.database.pool, core.database.user_pool):
            await pool.fetchval("SELECT 1", timeout=2)
    except TRANSIENT as error:
        found["database"] = f"PostgreSQL does not answer: {error!r}"
    try:
        await core.redis.ping()
    except UNREACHABLE as error:
        found["redis"] = f"Redis does not answer: {error!r}"
    return found
