"""The guard before a provider: its rate limits, its circuit breaker, and its number of concurrent calls."""

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
#: The longest wait for a turn in the guard. If the wait would be longer, the job returns to the queue, and
#: this attempt does not count as a failure.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit from the headers of a provider: the full limit, the remaining amount, and the seconds until
    the full limit is available again."""

    limit: float
    remaining: float
    reset: float

    @property
    def per_minute(self) -> float:
        """The amount that becomes available per minute. Some limits are per day; only the time to their reset
        shows this."""
        used = self.limit - self.remaining
        window = self.limit * self.reset / used if used > 0 else 0.0
        return self.limit * 60 / window if window > 2 * 60 else self.limit


class Guard:
    """The guard of one model of one provider, in one process.

    ``requests`` and ``tokens`` are limits per minute. ``at_once`` is the maximum number of concurrent calls.
    ``on_recovered`` is called when a provider that blocked this service accepts a call again.
    """

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
        #: No call is sent before this time, because the provider requested a pause.
        self._held_until = 0.0
        self._on_recovered = on_recovered

    def observe(self, *, requests: Limit | None = None, tokens: Limit | None = None) -> None:
        """Use the limits from the headers of the provider."""
        now = self._clock()
        for bucket, state in ((self.requests, requests), (self.tokens, tokens)):
            if state is None:
                continue
            bucket.observe(state.per_minute, state.remaining, now)

    def observe_slots(self, slots: int) -> None:
        """Use the number of concurrent calls that the provider allows for the account, if this number is
        lower than the service's own limit."""
        self.window.most = max(1, min(self._at_once, slots))
        self.window.size = min(self.window.size, self.window.most)

    def hold(self, seconds: float) -> None:
        """Send no calls for some seconds."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    @asynccontextmanager
    async def call(self, tokens: float = 0, kind: str = "") -> AsyncIterator[None]:
        """Hold a slot for one call of about this number of tokens. Calls of the same kind take about the same
        time.

        Raises ``ProviderThrottled`` if the wait would be long. Passes on the errors of the call; the circuit
        breaker and the window of concurrent calls count them. Raises ``ProviderCrowded`` only if another call
        of this process may occupy the slot. A cancelled caller loses its place in the line.
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
        """Record the duration and the outcome of a call."""
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
        """Wait for a turn, in the order of arrival."""
        if not self._queue and self.window.room(self.running):
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The call was admitted, but its caller was cancelled.
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
        raise ProviderThrottled(f"{self.name} is not called at the moment: {why}", retry_after=wait)


def blocked_for(error: ProviderBlocked, seconds: float) -> ProviderThrottled:
    """The error for a job that needs a blocked provider. The job then waits, and its attempt does not count
    as a failure."""
    return ProviderThrottled(error.message, code=error.code, retry_after=seconds)


def _others_hold_all(crowded: ProviderCrowded) -> ProviderThrottled:
    """The error if only calls of other processes occupy the slots. No call of this process will free a slot,
    so the job must wait."""
    return ProviderThrottled(crowded.message, code=crowded.code, retry_after=crowded.retry_after)
