"""The live hub: what a broadcast costs, what a socket takes, and how long a change is under way.

The bars: one event to 5,000 sockets at most 1.3 × the CPU of the bare writes, ten in a batch at most
twice one, under 16 KB a socket; from commit to frame, and to a client in another process, p50 under
5 ms and p99 under 25 ms at 500 changes a second.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from benchmarks._hub import KINDS
from benchmarks._processes import open_crowd, open_hub_process, resident, say
from benchmarks._stories import Stories, open_stories
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.hub.feed import Feed
from service.hub.hub import Hub
from service.hub.limits import Limits
from service.hub.log import PostgresLog
from service.streams.client import connect
from tests.servers import eventually
from tests.stubs.event_log import EventLog, channel_name
from tests.stubs.hub_environment import OWNER, HubEnvironment, open_hub
from tests.stubs.socket_crowd import percentile

SOCKETS = 5_000
ROUNDS = 15
STORIES = 50
CHANGES_A_SECOND = 500
SECONDS = 10.0
WARM_SECONDS = 2.0
LIMITS = Limits(connections_per_user=1_000_000, ping_seconds=300.0)


async def run() -> None:
    """Measure all, and say what it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    await _fan_out()
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            await _commit_to_frame(stack)
            await _commit_to_client(stack)


async def _fan_out() -> None:
    log = EventLog()
    log.create(channel_name(1), OWNER)
    async with open_hub(log, limits=LIMITS) as hub, _listeners(hub, 50):
        gc.collect()
        before = resident()
        async with _listeners(hub, SOCKETS):
            gc.collect()
            size = (resident() - before) / SOCKETS / 1024
            say(f"memory a socket: {size:.1f} KB", size < 16)
            await _measure_broadcasts(hub)


async def _measure_broadcasts(hub: HubEnvironment) -> None:
    one, ten, bare = [], [], []
    for _ in range(ROUNDS):
        bare.append(await _cost(lambda: _bare_writes(hub)))
        one.append(await _cost(lambda: _deliver(hub, 1)))
        ten.append(await _cost(lambda: _deliver(hub, 10)))
    # The least of the rounds: what is more comes from the neighbours on this machine.
    base, single, batch = (min(costs) * 1000 for costs in (bare, one, ten))
    say(f"one event to {SOCKETS}: {single:.1f} ms CPU, bare writes {base:.1f} ms: {single / base:.2f} ×",
         single <= 1.3 * base)  # fmt: skip
    say(f"ten events in one batch: {batch:.1f} ms CPU: {batch / single:.2f} ×", batch <= 2 * single)


async def _cost(work: Callable[[], asyncio.Future[None] | object]) -> float:
    """Seconds of CPU of this process, after the sockets have had time to be read."""
    await asyncio.sleep(0.3)
    begun = time.process_time()
    result = work()
    if asyncio.iscoroutine(result):
        await result
    for _ in range(3):  # a loop may write only at the end of its turn
        await asyncio.sleep(0)
    return time.process_time() - begun


def _bare_writes(hub: HubEnvironment) -> None:
    """The same bytes to the same transports, and nothing else: a ping, which changes no version."""
    frame = b"\x81\x7e\x00\xc8" + b'{"type":"ping"}'.ljust(200)
    for connection in hub.sockets._open:
        connection._transport.write(frame)


async def _deliver(hub: HubEnvironment, count: int) -> None:
    await hub.hub.deliver([hub.log.append(channel_name(1), {"n": 1}) for _ in range(count)])


@asynccontextmanager
async def _listeners(hub: HubEnvironment, count: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._listeners", str(hub.port), str(count),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"joined"
    try:
        yield
    finally:
        process.stdin.close()
        faults = int(await process.stdout.readline())
        await process.wait()
        say(f"{count} listeners: {faults} faults", faults == 0)


class Clock:
    """A subscriber that notes when each event is handed to its socket."""

    def __init__(self) -> None:
        self.user_id = OWNER
        self.told: dict[tuple[str, int], float] = {}
        self.live = asyncio.Event()

    def subscribed(self, *_: object) -> None:
        self.live.set()

    def refused(self, *refusal: object) -> None:
        raise AssertionError(refusal)

    def publish(self, news: object) -> None:
        now = time.perf_counter()
        for event in getattr(news, "events", ()):
            self.told[event.channel, event.version] = now

    def tick(self, _tick: object) -> None: ...

    def resync(self, *_: object) -> None: ...


async def _commit_to_frame(stack: Stack) -> None:
    """All in one process, as ``up`` has it: until the frame is handed to its socket."""
    async with open_stories(stack, "up") as stories, AsyncExitStack() as exits:
        await stories.make(STORIES)
        hub = Hub(PostgresLog(stories.database, kinds=KINDS), kinds=KINDS)
        redis = connect(stack.redis_url)
        exits.push_async_callback(redis.aclose)
        for part in (hub, Feed(redis, "up", hub)):
            await part.start()
            exits.push_async_callback(part.stop)
        clock = Clock()
        for channel in stories.channels:
            clock.live.clear()
            hub.subscribe(clock, channel)
            await clock.live.wait()
        begun = await _changes(stories)
        await eventually(lambda: len(clock.told) == len(stories.committed))
        _report("commit to frame", [(stories.committed[key], at) for key, at in clock.told.items()], begun)


async def _commit_to_client(stack: Stack) -> None:
    """In three processes: who changes and relays, the hub, and the clients that hear of it."""
    async with (
        open_stories(stack, "serve") as stories,
        open_hub_process(stack, "serve") as hub,
        open_crowd() as crowd,
    ):
        await stories.make(STORIES)
        await crowd.join(stories.channels, [hub.port], STORIES)
        begun = await _changes(stories)
        await crowd.wait_for(stories.versions)
        report, rows = await crowd.report(stories)
        say(f"{STORIES} clients: {report['faults']} faults", report["faults"] == 0)
        _report("commit to client", rows, begun)


async def _changes(stories: Stories) -> float:
    """Some to warm up, then those that count; returns when they began."""
    await stories.change(CHANGES_A_SECOND, WARM_SECONDS)
    gc.collect()
    gc.freeze()
    begun = time.perf_counter()
    await stories.change(CHANGES_A_SECOND, SECONDS)
    return begun


def _report(what: str, rows: Sequence[tuple[float, float]], begun: float) -> None:
    delays = [1000 * max(0.0, heard - at) for at, heard in rows if at >= begun]
    rate = len(delays) / (max(at for at, _ in rows) - begun)
    p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
    say(f"{what} at {rate:.0f} changes a second: p50 {p50:.1f} ms, p99 {p99:.1f} ms", p50 < 5 and p99 < 25)
