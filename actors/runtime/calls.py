"""Makes each provider call once. The result goes to the ledger, even if the attempt ends before the call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import structlog

from service.errors import (
    Draining,
    NotFound,
    ProviderBlocked,
    ProviderCrowded,
    ProviderError,
    Unavailable,
)
from service.jobs.jobs import Job
from service.jobs.retry import described
from service.providers.caller import on_behalf_of
from service.providers.guard import Guard, blocked_for
from service.providers.replies import Reply
from service.runtime.ledger import Answer, Cost, Ledger, Work, cost_of

T = TypeVar("T")

_log = structlog.get_logger()

#: A job's id and the number of its attempt.
AttemptKey = tuple[UUID, int]

#: The delays in seconds between the tries to store a paid answer.
_STORE_PAUSES = (0.5, 2.0, 8.0, 30.0)
#: While it stops, a process terminates the programs of its free calls. Then it waits at most this long for
#: the calls to end, in seconds.
_FREE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """A new answer, and the number of its try in the ledger."""

    reply: Reply[T]
    number: int


class Codec(Protocol[T]):
    """How an answer is stored and restored."""

    async def dump(self, value: T) -> Answer:
        """Store a value. Returns the answer for the ledger."""

    async def restore(self, answer: Answer) -> T:
        """The value of a stored answer. Raises ``NotFound`` if its file is lost."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The expected cost of one call in US dollars, and its expected number of input and output tokens."""

    usd: Decimal = Decimal(0)
    tokens: int = 0


class Calls:
    """All running calls of this process, by key.

    When an attempt is cancelled or fenced, its call continues, because the call is paid for. A later attempt
    uses the answer of this call. If the call still runs in this process, the later attempt waits for it.
    """

    def __init__(
        self,
        ledger: Ledger,
        guards: Mapping[str, Guard] | None = None,
        forecast: Callable[[Work], Forecast] = lambda _: Forecast(),
    ) -> None:
        """``guards`` holds a guard for each model, which limits the calls to that model. A model without
        a guard, such as one on this machine, has no limits."""
        self._ledger = ledger
        self._guards = guards or {}
        self._forecast = forecast
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        #: The keys of calls whose answers are not stored yet.
        self._made: set[str] = set()
        self._paid: dict[str, AttemptKey] = {}
        self._begun_by: dict[str, AttemptKey] = {}
        self._draining = False

    @property
    def refused(self) -> int:
        """The number of calls that were refused because their attempt was over."""
        return self._ledger.refused

    async def make(self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """The stored answer of this work, or a new one.

        Raises the provider's errors, ``Fenced`` if the attempt is over, ``WorkerExpired`` if the worker has
        expired, and ``Draining`` if this process stops before the call starts. If the caller is cancelled, a
        started call continues and its answer is stored.
        """
        if self._draining:
            raise Draining()
        key = work.key(job.aggregate_id)
        task: asyncio.Task[T] | None = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._make(job, work, codec, make), name=f"call-{work.step}")
            self._under_way[key] = task
            self._begun_by[key] = (job.id, job.attempt)
            task.add_done_callback(lambda done: self._over(key, done))
        elif self._begun_by[key] != (job.id, job.attempt):
            # The log lines of the call belong to the attempt that started it.
            by, attempt = self._begun_by[key]
            _log.info("call.shared", step=work.step, model=work.model, begun_by=str(by), begun_as=attempt)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if self._draining and task.cancelled():
                raise Draining() from None
            raise

    def drain(self) -> None:
        """Start no more calls, and stop the calls that still wait for their turn. Another process makes these
        calls later."""
        self._draining = True
        for key, task in self._under_way.items():
            if key not in self._made:
                task.cancel()

    @property
    def paid(self) -> Sequence[AttemptKey]:
        """The attempt of each running paid call. A call ends when its answer is in the ledger."""
        return list(self._paid.values())

    async def kept(self, job: Job, work: Work, codec: Codec[T]) -> T | None:
        """The stored answer of this work; None if it has no answer. No provider is called."""
        answer = await self._ledger.kept(work.key(job.aggregate_id))
        return await codec.restore(answer) if answer is not None else None

    async def finish(self, grace: float) -> None:
        """Wait until the running paid calls end, at most ``grace`` seconds.

        Then free calls, whose programs have been ended, get a short time to record their failure.
        """
        paid = [task for key, task in self._under_way.items() if key in self._paid]
        if paid:
            await asyncio.wait(paid, timeout=grace)
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=min(grace, _FREE_SECONDS))

    def _over(self, key: str, task: asyncio.Task[Any]) -> None:
        self._under_way.pop(key, None)
        self._begun_by.pop(key, None)
        if not task.cancelled():
            # If no caller waits any more, no code reads the result.
            task.exception()

    async def _make(
        self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]
    ) -> T:
        # A stored answer needs no provider: neither a slot of it, nor a working one.
        answer = await self._ledger.kept(work.key(job.aggregate_id))
        if answer is not None:
            try:
                return await codec.restore(answer)
            except NotFound:
                # The file is lost from the store, so the provider must be called again.
                await self._ledger.forget(job, answer)
        try:
            made = await self._guarded(job, work, make)
            if not isinstance(made, Answer):
                return await self._keep(job, work, made, codec)
        finally:
            key = work.key(job.aggregate_id)
            self._made.discard(key)
            self._paid.pop(key, None)
        return await codec.restore(made)

    async def _keep(self, job: Job, work: Work, made: _Made[T], codec: Codec[T]) -> T:
        answer = await self._dumped(job, work, made, codec)
        cost = cost_of(made.reply.usage, made.reply.request_id)
        held = await self._ledger.keep(job, work, made.number, answer, cost)
        return made.reply.value if held is answer else await codec.restore(held)

    async def _guarded(
        self, job: Job, work: Work, make: Callable[[], Awaitable[Reply[T]]]
    ) -> Answer | _Made[T]:
        """Make the call when its provider's guard allows it. Its slot in the guard is free again when the
        answer arrives."""
        guard = self._guards.get(work.model)
        forecast = self._forecast(work)
        if guard is None:
            return await self._ask(job, work, forecast.usd, make)
        while True:
            try:
                async with guard.call(forecast.tokens, work.step):
                    return await self._ask(job, work, forecast.usd, make)
            except ProviderCrowded:
                # The next slot here becomes free when another call of this process ends.
                continue
            except ProviderBlocked as blocked:
                # A person must fix the provider. The job waits for that, and it does not count in the budget.
                raise blocked_for(blocked, guard.breaker.pause) from blocked

    async def _ask(
        self, job: Job, work: Work, usd: Decimal, make: Callable[[], Awaitable[Reply[T]]]
    ) -> Answer | _Made[T]:
        if self._draining:
            raise Draining()
        key = work.key(job.aggregate_id)
        self._made.add(key)
        if work.paid:
            self._paid[key] = (job.id, job.attempt)
        begun = await self._ledger.begin(job, work, usd)
        if isinstance(begun, Answer):
            return begun
        try:
            with on_behalf_of(job.user_id):
                return _Made(await make(), begun)
        except ProviderError as error:
            await self._failed(job, work, begun, error)
            raise
        except Exception as error:
            # The error is unexpected, so the outcome of the call is unknown.
            await self._ledger.lose(job, work, begun, error_json(error))
            raise

    async def _dumped(self, job: Job, work: Work, made: _Made[T], codec: Codec[T]) -> Answer:
        """Save a paid answer. If the store does not respond, retry for some time: the answer must not
        be lost."""
        for pause in (*_STORE_PAUSES, None):
            try:
                return await codec.dump(made.reply.value)
            except Exception as error:
                if pause is None or not isinstance(error, Unavailable):
                    # The call is repeated at most once: a store that does not answer must not cause the same
                    # call to be paid again and again.
                    cost = cost_of(made.reply.usage, made.reply.request_id)
                    await self._ledger.lose(job, work, made.number, error_json(error), cost)
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def _failed(self, job: Job, work: Work, number: int, error: ProviderError) -> None:
        if error.data.get("ambiguous"):
            await self._ledger.lose(job, work, number, error_json(error))
            return
        usage = error.data.get("usage")
        cost = cost_of(usage, error.data.get("request_id", "")) if usage is not None else Cost()
        await self._ledger.fail(job, work, number, error_json(error), cost)


async def together(*steps: Coroutine[Any, Any, T]) -> list[T]:
    """Run steps at the same time, and wait until each step has ended. Then raise the first error, if any.

    A failed step does not cancel the other steps, because their calls already run and are paid for.
    """
    ends = await asyncio.gather(*steps, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return [end for end in ends if not isinstance(end, BaseException)]


def error_json(error: BaseException) -> dict[str, Any]:
    """An error in the form that the ledger stores for operators: a stable code, and a message that the
    service wrote."""
    code, message, _ = described(error)
    return {"code": code, "message": message}
