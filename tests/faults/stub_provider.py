"""A provider over HTTP that takes its time, fails to order, and counts every call."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class Call:
    """One call as the provider saw it; it is paid for from ``began`` on."""

    key: str
    group: str
    name: str
    by: str
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None


class Gate:
    """Holds calls that match until it is opened. ``arrived`` counts them."""

    def __init__(self, group: str | None, by: str | None) -> None:
        self._group = group
        self._by = by
        self._opened = asyncio.Event()
        self._changed = asyncio.Condition()
        self.held: list[Call] = []

    def wants(self, call: Call) -> bool:
        return self._group in (None, call.group) and self._by in (None, call.by)

    async def hold(self, call: Call) -> None:
        async with self._changed:
            self.held.append(call)
            self._changed.notify_all()
        await self._opened.wait()

    async def arrived(self, count: int = 1, seconds: float = 60.0) -> list[Call]:
        """Wait until so many calls are held."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.held) >= count)
            return list(self.held)

    def open(self) -> None:
        self._opened.set()


class StubProvider:
    """``POST /call``. ``latency`` is in seconds, by group; ``refusals`` are statuses to give first."""

    def __init__(self, latency: float = 0.01) -> None:
        self.calls: list[Call] = []
        self.latency: dict[str, float] = {}
        self.default_latency = latency
        self.refusals: dict[str, deque[tuple[int, str]]] = {}
        self._gates: list[Gate] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    def per_key(self) -> Counter[str]:
        """How often each piece of work was called for."""
        return Counter(call.key for call in self.calls)

    @contextlib.contextmanager
    def gate(self, group: str | None = None, by: str | None = None) -> Iterator[Gate]:
        """Hold the calls of a group, or of a child, until the gate is opened or left."""
        gate = Gate(group, by)
        self._gates.append(gate)
        try:
            yield gate
        finally:
            self._gates.remove(gate)
            gate.open()

    def refuse(self, group: str, *answers: tuple[int, str]) -> None:
        """Answer the next calls of a group with a status and a ``Retry-After``."""
        self.refusals.setdefault(group, deque()).extend(answers)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/call", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/call"

    async def stop(self) -> None:
        for gate in self._gates:
            gate.open()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        call = Call(**await request.json())
        refusals = self.refusals.get(call.group)
        if refusals:
            status, retry_after = refusals.popleft()
            return web.Response(status=status, headers={"Retry-After": retry_after} if retry_after else {})
        self.calls.append(call)
        number = len(self.calls)
        for gate in [gate for gate in self._gates if gate.wants(call)]:
            await gate.hold(call)
        await asyncio.sleep(self.latency.get(call.group, self.default_latency))
        call.ended = time.monotonic()
        return web.json_response({"text": f"{call.name} by call {number}", "request_id": f"call-{number}"})


@contextlib.asynccontextmanager
async def open_provider(latency: float = 0.01) -> AsyncIterator[StubProvider]:
    stub = StubProvider(latency)
    await stub.start()
    try:
        yield stub
    finally:
        await stub.stop()
