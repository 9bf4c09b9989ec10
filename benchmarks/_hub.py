"""``python -m benchmarks._hub DATABASE_URL REDIS_URL NAMESPACE``: a hub with its websockets, in a
process of its own, as ``serve --roles http`` has them; says its port, and ends with its standard input."""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
from contextlib import AsyncExitStack

import uvloop
from aiohttp import web

from service.db.pool import Database
from service.http.live.ws import Sockets
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.log import PostgresLog
from service.runtime.kinds import kinds_of
from service.stories.kind import StoryKind
from service.streams.client import connect
from tests.stubs.hub_environment import OWNER, Known, listening

#: What the kernel takes for a client that does not read; more waits here, where it is bounded.
_SEND_BUFFER = 16 * 1024
KINDS = kinds_of(StoryKind())
_LIMITS = Limits(connections_per_user=1_000_000)


async def serve(database_url: str, redis_url: str, namespace: str) -> None:
    """Serve whoever comes, all as one user."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    async with AsyncExitStack() as exits:
        database = await Database.connect(database_url)
        exits.push_async_callback(database.close)
        redis = connect(redis_url)
        exits.push_async_callback(redis.aclose)
        hub = Hub(PostgresLog(database, kinds=KINDS), kinds=KINDS, limits=_LIMITS)
        feed = Feed(redis, namespace, hub)
        for part in (hub, feed):
            await part.start()
            exits.push_async_callback(part.stop)
        print(await _open_door(exits, hub), flush=True)
        gc.freeze()
        await asyncio.to_thread(sys.stdin.read)


async def _open_door(exits: AsyncExitStack, hub: Hub) -> int:
    sockets = Sockets(hub, lambda _token: Known(OWNER))
    exits.push_async_callback(sockets.drain)
    app = web.Application()
    app.router.add_get("/api/v1/ws", sockets.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    exits.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening(_SEND_BUFFER), backlog=1024).start()
    port: int = runner.addresses[0][1]
    return port


if __name__ == "__main__":
    uvloop.run(serve(*sys.argv[1:4]))
