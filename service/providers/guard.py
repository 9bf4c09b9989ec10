"""The guard before a provider: its rate limits, its circuit breaker, and how many calls at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import structlog

from service.domain.limits import Breaker, TokenBucket, Window
from service.errors import ProviderBlocked, ProviderCrowded, ProviderRetryable, ProviderThrottled

_log = structlog.get_logger()
#: Longer waits than this are the job's, not ours: it is put back and costs nothing.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """What a provider's headers say of one limit: the whole, what is left, seconds until it is whole."""

    limit: float
    remaining: float
    reset: float

    @property
    def per_minute(self) -> float:
        """The rate at which it fills up again: some limits are a day's, and tell only by their reset."""
        used = self.limit - self.remaining
        window = self.limit * self.reset / used if used > 0 else 0.0
        return self.limit * 60 / window if window > 2 * 60 else self.limit


class Guard:
    """One for each provider and model in a process. ``requests`` and ``tokens`` are a minute's;
    ``at_once`` is the most that its window of calls opens to. ``on_recovered`` is called when a provider that
    blocked us has taken a call again."""

    def __init__(
        self,
        name: str,
        *,
        at_once: int = 64,
        requests: float | None = None,
        tokens: float | None = None,
        breaker: Breaker | None = None,
        on_recovered: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.breaker = breaker or Breaker()
        self.requests = TokenBucket(requests)
        self.tokens = TokenBucket(tokens)
        self.window = Window(at_once)
        self._at_once = at_once
        self.running = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._clock = clock
        #: Until when nothing is sent, since the provider said so.
        self._held_until = 0.0
        self._on_recovered = on_recovered

    def observe(self, *, requests: Limit | None = None, tokens: Limit | None = None) -> None:
        """The provider's own headers win over what we think of its limits."""
        now = self._clock()
        for bucket, state in ((self.requests, requests), (self.tokens, tokens)):
            if state is None:
                continue
            bucket.observe(state.per_minute, state.remaining, now)

    def observe_slots(self, slots: int) -> None:
        """The provider's own word of how many calls the account may make at once; ours may be less."""
        self.window.most = max(1, min(self._at_once, slots))
        self.window.size = min(self.window.size, self.window.most)

    def hold(self, seconds: float) -> None:
        """Send nothing for some seconds."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    @asynccontextmanager
    async def call(self, tokens: float = 0, kind: str = "") -> AsyncIterator[None]:
        """Hold a slot for one call of about so many tokens. Calls of a kind take about as long.

        Raises ``ProviderThrottled`` where the wait would be long, and ``ProviderRetryable`` and
        its like as the call raises them, counted by the breaker and by the window of calls at once.
        ``ProviderCrowded`` is raised only where another call of ours may hold the slot.
        """
        await self._enter()
        try:
            await self._wait(tokens)
            self._pass_breaker()
            with self._watching(kind):
                yield
        finally:
            self.running -= 1
            self._admit()

    @contextmanager
    def _watching(self, kind: str) -> Iterator[None]:
        """Learn from how the call ends."""
        began = self._clock()
        try:
            yield
        except ProviderBlocked as error:
            _log.error("provider.blocked", provider=self.name, code=error.code, reason=error.message)
            self.breaker.block(error, self._clock())
            raise
        except ProviderCrowded as crowded:
            self.breaker.release()
            self.window.crowded(self.running, began, self._clock())
            if self.running == 1:
                raise _others_hold_all(crowded) from crowded
            raise
        except ProviderThrottled as error:
            self.breaker.release()
            self.window.throttled(began, self._clock())
            self.hold(error.retry_after or 0.0)
            raise
        except ProviderRetryable:
            self.breaker.fail(self._clock())
            raise
        except BaseException:
            self.breaker.release()
            raise
        self._succeeded()
        self.window.succeed(kind, began, self._clock())

    def _succeeded(self) -> None:
        recovered = self.breaker.blocked is not None
        self.breaker.succeed()
        if recovered:
            _log.info("provider works again", provider=self.name)
            self._on_recovered()

    async def _enter(self) -> None:
        """Wait for one's turn: first come, first served."""
        if not self._queue and self.window.room(self.running):
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was let in and does not come.
                self.running -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        while self._queue and self.window.room(self.running):
            turn = self._queue.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)

    async def _wait(self, tokens: float) -> None:
        while True:
            now = self._clock()
            wait = max(self._held_until - now, self.requests.wait(1, now), self.tokens.wait(tokens, now))
            if wait <= 0:
                break
            if wait > PATIENCE_SECONDS:
                raise ProviderThrottled(f"{self.name}: the rate limit is used up.", retry_after=wait)
            await asyncio.sleep(wait)
        self.requests.take(1, now)
        self.tokens.take(tokens, now)

    def _pass_breaker(self) -> None:
        wait = self.breaker.wait(self._clock())
        if wait <= 0:
            return
        if (blocked := self.breaker.blocked) is not None:
            raise blocked_for(blocked, wait)
        why = "it failed several times in a row"
        raise ProviderThrottled(f"{self.name} is not called for now: {why}", retry_after=wait)


def blocked_for(error: ProviderBlocked, seconds: float) -> ProviderThrottled:
    """What a job is told that needs a blocked provider: it waits, and may cost nothing."""
    return ProviderThrottled(error.message, code=error.code, retry_after=seconds)


def _others_hold_all(crowded: ProviderCrowded) -> ProviderThrottled:
    """No call of ours will end and free a slot: the wait is the job's."""
    return ProviderThrottled(crowded.message, code=crowded.code, retry_after=crowded.retry_after)
