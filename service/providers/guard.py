"""The guard before a provider: its rate limits, its circuit breaker, and how many calls at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from service.domain.limits import Breaker, TokenBucket
from service.errors import ProviderRetryable, ProviderStopped, ProviderThrottled

_log = structlog.get_logger()
#: Longer waits than this are the job's, not ours: it is put back and costs nothing.
PATIENCE_SECONDS = 2.0


class Guard:
    """One for each provider and model in a process. ``requests`` and ``tokens`` are a minute's."""

    def __init__(
        self,
        name: str,
        *,
        at_once: int = 64,
        requests: float | None = None,
        tokens: float | None = None,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.breaker = breaker or Breaker()
        self.requests = TokenBucket(requests)
        self.tokens = TokenBucket(tokens)
        self._slots = asyncio.Semaphore(at_once)
        self._clock = clock

    @asynccontextmanager
    async def call(self, tokens: float = 0) -> AsyncIterator[None]:
        """Hold a place for one call of about so many tokens.

        Raises ``ProviderThrottled`` where the wait would be long, and ``ProviderRetryable`` and
        its like as the call raises them, counted by the breaker.
        """
        async with self._slots:
            await self._wait(tokens)
            self._pass_breaker()
            try:
                yield
            except ProviderStopped as error:
                _log.error("provider stopped", provider=self.name, reason=error.message)
                self.breaker.stop(error.message, self._clock())
                raise
            except ProviderRetryable:
                self.breaker.fail(self._clock())
                raise
            except BaseException:
                self.breaker.release()
                raise
            self.breaker.succeed()

    async def _wait(self, tokens: float) -> None:
        while True:
            now = self._clock()
            wait = max(self.requests.wait(1, now), self.tokens.wait(tokens, now))
            if wait <= 0:
                break
            if wait > PATIENCE_SECONDS:
                raise ProviderThrottled(f"{self.name}: the rate limit is used up.", retry_after=wait)
            await asyncio.sleep(wait)
        self.requests.take(1, now)
        self.tokens.take(tokens, now)

    def _pass_breaker(self) -> None:
        wait = self.breaker.wait(self._clock())
        if wait > 0:
            reason = self.breaker.stopped or "it failed several times in a row"
            raise ProviderThrottled(f"{self.name} is not called for now: {reason}", retry_after=wait)
