"""What the stub providers have in common: a ledger of what they did, faults to order, and latencies."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

#: The source document's times, in seconds: a book's narration is four pages.
LATENCIES: Mapping[str, float] = {
    "story": 45.0,
    "outline": 10.0,
    "critique": 12.0,
    "revision": 20.0,
    "frame": 12.0,
    "scene": 25.0,
    "passage": 10.0,
    "palette": 2.4,
    "storyboard": 6.0,
    "analysis": 2.4,
    "activities": 15.0,
    "verdicts": 2.4,
    # Asked at the same time as the verdict.
    "safety": 2.4,
    "alt": 2.4,
    # Pictures take 38 s with their verdict.
    "image": 35.6,
    "speech": 67.0 / 4,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call. ``status`` answers with an error instead of working; ``hang`` never
    answers; ``cut`` does the work and then drops the connection; the others spoil the answer."""

    kind: Literal[
        "status",
        "hang",
        "cut",
        "cut_midway",
        "refusal",
        "length",
        "content_filter",
        "truncated",
        "not_json",
        "broken_picture",
        "no_alignment",
        "wrong_alignment",
        "broken_sound",
        "stream_error",
    ]
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One call as the provider saw it. ``billed``: the work was done, and is paid for. ``began`` and
    ``ended`` are when it worked, in seconds of the machine's monotonic clock."""

    kind: str
    model: str
    body: Any
    headers: Mapping[str, str]
    billed: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    files: tuple[tuple[str, bytes], ...] = ()
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    def bill(self, counts: Mapping[str, int]) -> None:
        """The work is done."""
        self.billed, self.counts, self.ended = True, counts, time.monotonic()


H = TypeVar("H", bound="ProviderStub")


class ProviderStub(ABC):
    """A stub of a provider: ``calls`` in order, ``faults`` by kind of call, taken first to last. ``refuse``
    says what stands in the way of a call for as long as it does: a revoked key, a spent account."""

    def __init__(self, factor: float = 0.0) -> None:
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.factor = factor
        self.key_is_good = True
        self.refuse: Callable[[Call], Fault | None] = lambda call: None
        self.answer_headers: dict[str, str] = {}
        self.at_work: Counter[str] = Counter()
        self.most_at_work: Counter[str] = Counter()
        #: The ends of the connections on which calls came.
        self.connections: set[tuple[str, int]] = set()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.url = ""

    def fail(self, kind: str, *faults: Fault) -> None:
        """The next calls of a kind meet these faults, one each."""
        self.faults[kind].extend(faults)

    def of(self, kind: str) -> list[Call]:
        """The calls of a kind."""
        return [call for call in self.calls if call.kind == kind]

    def billed(self, kind: str | None = None) -> list[Call]:
        """The calls whose work was done."""
        return [call for call in self.calls if call.billed and kind in (None, call.kind)]

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """What it serves."""

    def note(self, call: Call) -> Fault | None:
        """Write a call down. Returns what happens to it."""
        self.calls.append(call)
        return self.refuse(call) or self.take_fault(call.kind)

    def take_fault(self, kind: str) -> Fault | None:
        return self.faults[kind].popleft() if self.faults[kind] else None

    def renew(self) -> None:
        """As when it was opened, for the next test; the connections stand."""
        self.calls.clear()
        self.faults.clear()
        self.most_at_work.clear()
        self.key_is_good, self.factor, self.refuse = True, 0.0, lambda call: None

    @contextlib.asynccontextmanager
    async def work(self, kind: str) -> AsyncIterator[None]:
        """Take the time that such work takes."""
        self.at_work[kind] += 1
        self.most_at_work[kind] = max(self.most_at_work[kind], self.at_work[kind])
        try:
            await asyncio.sleep(LATENCIES.get(kind, 0.0) * self.factor)
            yield
        finally:
            self.at_work[kind] -= 1

    async def hang(self) -> None:
        """Answer nothing until the stub is closed."""
        await self._closing.wait()

    async def start(self) -> None:
        app = web.Application(client_max_size=256 * 1024 * 1024, middlewares=[self._count])
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        assert request.transport is not None
        self.connections.add(request.transport.get_extra_info("peername"))
        return await handler(request)

    async def stop(self) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()


def cut(request: web.Request) -> web.Response:
    """Drop the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    raise ConnectionResetError


@contextlib.asynccontextmanager
async def opened(stub: H) -> AsyncIterator[H]:
    """The stub while it is open."""
    await stub.start()
    try:
        yield stub
    finally:
        await stub.stop()
