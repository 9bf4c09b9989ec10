"""Live under fire: 2,000 readers of one hub and 500 of another, 200 stories changing, 1% of readers
stalled, the Redis server restarted, one hub killed.

The bars: at every client nothing is missing, nothing comes twice, nothing out of order; outside of the
outages the 99th percentile from commit to client is at most twice that in calm; memory is bounded. An
outage begins with the death of a server and ends two seconds after its return, or with the last of its
clients' joining the other hub. The clients are a process of their own, and so is each hub.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import structlog

from benchmarks._processes import CrowdProcess, HubProcess, open_crowd, open_hub_process, say
from benchmarks._stories import Stories, open_stories
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from tests.stubs.socket_crowd import percentile

#: What a stalled reader listens to: enough to fill all buffers on the way to it.
_MANY = 100
#: What the clock and the neighbours of a shared machine make of any figure below it, in seconds.
_FLOOR = 0.005
#: Beside the sockets and what may wait for them.
_SLACK = 24 << 20


@dataclass(frozen=True)
class Size:
    """How large a scene is. Times in seconds."""

    readers: int = 2_000
    killed: int = 500
    stories: int = 200
    changes_a_second: int = 200
    calm: float = 10.0
    stalled: float = 12.0
    after: float = 6.0


@dataclass
class Findings:
    """What was seen: ``calm`` and ``fire`` are delays in seconds, from commit to client."""

    faults: int = 0
    examples: Sequence[str] = ()
    missing: int = 0
    returns: int = 0
    changes: int = 0
    heard: int = 0
    grown: int = 0
    may_grow: int = 0
    calm: list[float] = field(default_factory=list)
    fire: list[float] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.faults == 0 and self.missing == 0

    @property
    def steady(self) -> bool:
        return percentile(self.fire, 0.99) <= 2 * max(_FLOOR, percentile(self.calm, 0.99))

    @property
    def bounded(self) -> bool:
        return self.grown <= self.may_grow


async def run() -> None:
    """Play the scene, and say how it went."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            found = await play(stack, Size())
    say(
        f"{found.changes} changes, heard {found.heard} times; {found.returns} times a client came back; "
        f"{found.faults} faults {list(found.examples)}, {found.missing} clients not whole", found.whole,
    )  # fmt: skip
    calm, fire = percentile(found.calm, 0.99) * 1000, percentile(found.fire, 0.99) * 1000
    say(f"p99 from commit to client {fire:.1f} ms, in calm {calm:.1f} ms: {fire / calm:.2f} ×", found.steady)
    say(f"the hub grew by {found.grown >> 20} MiB, of {found.may_grow >> 20} that it may", found.bounded)


async def play(stack: Stack, size: Size) -> Findings:
    """The whole scene on servers with the schema; the Redis server is restarted."""
    async with AsyncExitStack() as exits:
        stories = await exits.enter_async_context(open_stories(stack, "scene", filling=1_000))
        await stories.make(size.stories)
        first, second = [await exits.enter_async_context(open_hub_process(stack, "scene")) for _ in range(2)]
        crowd = await exits.enter_async_context(open_crowd())
        return await Scene(stack, size, stories, crowd, first, second).play()


class Scene:
    """One run. ``_outages`` are spans of the clock within which delays are not counted."""

    def __init__(
        self,
        stack: Stack,
        size: Size,
        stories: Stories,
        crowd: CrowdProcess,
        first: HubProcess,
        second: HubProcess,
    ) -> None:
        self._stack, self._size, self._stories, self._crowd = stack, size, stories, crowd
        self._first, self._second = first, second
        self._outages: list[tuple[float, float]] = []
        self._most = 0

    async def play(self) -> Findings:
        """Calm, then stalled readers and the outages, then wait until all are whole."""
        await self._gather()
        await self._stories.change(self._size.changes_a_second, 3.0)  # everything is warm after that
        calm = await self._during(self._size.calm)
        begun, before = time.perf_counter(), self._first.resident
        watching = asyncio.create_task(self._watch())
        await self._crowd.stall(True)
        await self._during(self._size.stalled)
        await self._during(self._size.after, self._restart_redis)
        await self._during(self._size.after, self._kill_second)
        await self._crowd.stall(False)
        fire = (begun, time.perf_counter())
        missing = await self._crowd.wait_for(self._stories.versions)
        watching.cancel()
        return await self._findings(calm, fire, missing, before)

    async def _gather(self) -> None:
        ports, channels = [self._first.port, self._second.port], self._stories.channels
        stalled = self._size.readers // 100
        await self._crowd.join(channels, ports, self._size.readers - stalled)
        await self._crowd.join(channels, ports, stalled, listens_to=min(_MANY, len(channels)))
        await self._crowd.join(channels, ports[::-1], self._size.killed)

    async def _during(
        self, seconds: float, deed: Callable[[], Awaitable[None]] | None = None
    ) -> tuple[float, float]:
        """Changes for so long, and a deed meanwhile; returns the span of time that it took."""
        begun = time.perf_counter()
        changing = asyncio.create_task(self._stories.change(self._size.changes_a_second, seconds))
        if deed is not None:
            await deed()
            self._outages.append((begun, time.perf_counter()))
        await changing
        return begun, time.perf_counter()

    async def _restart_redis(self) -> None:
        await self._stack.valkey.forget()
        await self._stack.valkey.start()
        await asyncio.sleep(2.0)

    async def _kill_second(self) -> None:
        await self._second.kill()
        await self._crowd.gathered(self._first.port)

    async def _watch(self) -> None:
        while True:
            self._most = max(self._most, self._first.resident)
            await asyncio.sleep(0.1)

    async def _findings(
        self, calm: tuple[float, float], fire: tuple[float, float], missing: int, before: int
    ) -> Findings:
        report, rows = await self._crowd.report(self._stories)
        stalled = self._size.readers // 100
        return Findings(
            faults=report["faults"],
            examples=report["examples"],
            missing=missing,
            returns=report["returns"],
            changes=len(self._stories.committed),
            heard=report["heard"],
            grown=self._most - before,
            may_grow=(stalled << 20) + self._size.killed * 16 * 1024 + _SLACK,
            # A change is told a moment before the one who made it has the commit's answer.
            calm=[max(0.0, heard - at) for at, heard in rows if calm[0] <= at < calm[1]],
            fire=[
                max(0.0, heard - at) for at, heard in rows if fire[0] <= at < fire[1] and not self._is_out(at)
            ],
        )

    def _is_out(self, at: float) -> bool:
        return any(begin <= at < end for begin, end in self._outages)
