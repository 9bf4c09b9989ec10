"""Latency of POST /api/v1/stories: one after the other, and a hundred a second beside a running load.

Real PostgreSQL that waits for its disk, real Valkey; the API in a process of its own, the actors in
another, stub providers that take a tenth of the source document's times in a third. Requests go out
on a clock, whether or not the ones before were answered, and are timed from when they were due. The
bar: a 99th percentile under 50 ms.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

import aiohttp

from benchmarks._providers import open_providers
from benchmarks._serving import environment, new_bearer, open_process
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder

POSTS = 200
WARM_UP = 20
RATE = 100
#: Who asks: requests of one user wait for each other where they take a credit.
USERS = 25
SECONDS = 10
#: Books that are being made when the requests begin.
LOAD = 20
FACTOR = 0.1
BAR_MS = 50.0
BODY = {
    "characters": [{"name": "Maya", "age": 6, "traits": ["manual_wheelchair", "glasses"]}],
    "story_type": "adventure",
    "themes": ["courage", "friendship"],
}


async def run() -> None:
    """Start everything, post, and say what it took."""
    with temporary_folder() as folder:
        async with Stack(folder) as stack, open_providers(FACTOR) as providers:
            variables = environment(stack, folder, providers)
            await migrate(stack.database_url)
            bearers = cycle([await new_bearer(variables) for _ in range(USERS)])
            async with (
                open_process("http,relay", variables) as api,
                aiohttp.ClientSession(api.url) as session,
            ):
                took = [await _post(session, next(bearers)) for _ in range(WARM_UP + POSTS)][WARM_UP:]
                _report("one after the other, idle", took)
                async with open_process("actors,reconcile", variables):
                    await asyncio.gather(*(_post(session, next(bearers)) for _ in range(LOAD)))
                    _report(f"{RATE} a second beside a load", await _on_a_clock(session, bearers))


async def _on_a_clock(session: aiohttp.ClientSession, bearers: Iterator[str]) -> list[float]:
    """Milliseconds of each request from when it was due."""
    begun = time.perf_counter()
    posts = []
    for number in range(RATE * SECONDS):
        due = begun + number / RATE
        await asyncio.sleep(due - time.perf_counter())
        posts.append(asyncio.create_task(_post(session, next(bearers), due)))
    return list(await asyncio.gather(*posts))


async def _post(session: aiohttp.ClientSession, bearer: str, due: float | None = None) -> float:
    begun = time.perf_counter() if due is None else due
    async with session.post("/api/v1/stories", json=BODY, headers={"Authorization": bearer}) as response:
        body = await response.read()
    if response.status != 201:
        raise RuntimeError(f"{response.status}: {body!r}")
    return (time.perf_counter() - begun) * 1000


def _report(what: str, took: Sequence[float]) -> None:
    ordered = sorted(took)
    figures = {f"p{share}": percentile(ordered, share) for share in (50, 90, 99)} | {"max": ordered[-1]}
    told = ", ".join(f"{name} {ms:.1f} ms" for name, ms in figures.items())
    verdict = "within" if figures["p99"] < BAR_MS else "OVER"
    print(f"{len(ordered)} posts, {what}: {told}: p99 {verdict} the bar of {BAR_MS:.0f} ms", flush=True)


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
