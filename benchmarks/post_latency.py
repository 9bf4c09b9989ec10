"""Latency of POST /api/v1/stories, one after the other, on an idle service without actors.

Real PostgreSQL that waits for its disk, real Valkey, the HTTP face with the relay, one client
on loopback in the same process. The bar: a 99th percentile under 50 ms.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import aiohttp
import structlog
from aiohttp import web

from service.bootstrap import adopt_data_folder, open_troupe
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.http.keys import SERVICES
from service.settings import Settings

POSTS = 200
WARM_UP = 10
BAR_MS = 50.0
BODY = {
    "characters": [{"name": "Maya", "age": 6, "traits": ["manual_wheelchair", "glasses"]}],
    "story_type": "adventure",
    "themes": ["courage", "friendship"],
}


async def run() -> None:
    """Start everything, post, and say what it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            values = {
                "database_url": stack.database_url,
                "redis_url": stack.redis_url,
                "files_dir": folder / "files",
                "jwt_secret": "a secret of the benchmark, long enough to be one",
                "roles": ("http", "relay"),
            }
            _report(await _measure(Settings.model_validate(values)))


async def _measure(settings: Settings) -> list[float]:
    user_id = uuid4()
    await migrate(settings.database_url)
    await adopt_data_folder(settings, user_id)
    async with open_troupe(settings) as troupe:
        assert troupe.app is not None
        tokens = troupe.app[SERVICES].tokens
        headers = {"Authorization": f"Bearer {tokens.issue(user_id, ttl=timedelta(hours=1))}"}
        runner = web.AppRunner(troupe.app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1/stories"
            async with aiohttp.ClientSession(headers=headers) as session:
                return [await _post(session, url) for _ in range(WARM_UP + POSTS)][WARM_UP:]
        finally:
            await runner.cleanup()


async def _post(session: aiohttp.ClientSession, url: str) -> float:
    begun = time.perf_counter()
    async with session.post(url, json=BODY) as response:
        body = await response.json()
    if response.status != 201:
        raise RuntimeError(f"{response.status}: {body}")
    return (time.perf_counter() - begun) * 1000


def _report(took: Sequence[float]) -> None:
    ordered = sorted(took)
    figures = {f"p{share}": _percentile(ordered, share) for share in (50, 90, 99)} | {"max": ordered[-1]}
    print(f"{len(ordered)} posts: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in figures.items()))
    print("under" if figures["p99"] < BAR_MS else "OVER", f"the bar of {BAR_MS:.0f} ms")


def _percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
