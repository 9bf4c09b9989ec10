"""Provider calls that are made once, and finish into the ledger whatever becomes of the attempt."""

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
    StorytroupeError,
    Unavailable,
)
from service.jobs.jobs import Job
from service.providers.caller import on_behalf_of
from service.providers.guard import Guard, blocked_for
from service.providers.replies import Reply
from service.runtime.ledger import Answer, Cost, Ledger, Work, cost_of

T = TypeVar("T")

_log = structlog.get_logger()

#: A job's id and the number of its attempt.
AttemptKey = tuple[UUID, int]

#: Seconds between the tries to store what was paid for.
_STORE_PAUSES = (0.5, 2.0, 8.0, 30.0)
#: How long a process that leaves waits for free calls to end, whose programs it has ended.
_FREE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """A new answer, and the number of its try in the ledger."""

    reply: Reply[T]
    number: int


class Codec(Protocol[T]):
    """How a kept answer is put down and taken up again."""

    async def dump(self, value: T) -> Answer: ...

    async def restore(self, answer: Answer) -> T: ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """About what one call will cost, in US dollars, and how many tokens of both kinds it will use."""

    usd: Decimal = Decimal(0)
    tokens: int = 0


class Calls:
    """All calls under way in this process, by key.

    An attempt that is cancelled or fenced leaves its call to finish: it is paid for, and a
    later attempt takes up its answer, here even while it is still under way.
    """

    def __init__(
        self,
        ledger: Ledger,
        guards: Mapping[str, Guard] | None = None,
        forecast: Callable[[Work], Forecast] = lambda _: Forecast(),
    ) -> None:
        """``guards`` are by model: what is not there needs none, as what runs on this machine."""
        self._ledger = ledger
        self._guards = guards or {}
        self._forecast = forecast
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        #: Calls that were made and are not yet kept, by key; those that are paid for have their attempt.
        self._made: set[str] = set()
        self._paid: dict[str, AttemptKey] = {}
        self._begun_by: dict[str, AttemptKey] = {}
        self._draining = False

    @property
    def refused(self) -> int:
        """Intents of attempts that were over."""
        return self._ledger.refused

    async def make(self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """The kept answer of this work, or a new one.

        Raises what the provider raises, ``Fenced`` where the attempt is over, ``WorkerExpired`` where the
        worker is, and ``Draining`` where this process leaves before the call has begun.
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
            # The call's own lines are of the attempt that began it.
            by, attempt = self._begun_by[key]
            _log.info("call.shared", step=work.step, model=work.model, begun_by=str(by), begun_as=attempt)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if self._draining and task.cancelled():
                raise Draining() from None
            raise

    def drain(self) -> None:
        """Begin no more calls, and give up those that wait for their turn: another process makes them."""
        self._draining = True
        for key, task in self._under_way.items():
            if key not in self._made:
                task.cancel()

    @property
    def paid(self) -> Sequence[AttemptKey]:
        """The attempt of each paid call under way. A call is over when its answer is in the ledger."""
        return list(self._paid.values())

    async def kept(self, job: Job, work: Work, codec: Codec[T]) -> T | None:
        """The kept answer of this work, if there is one; nothing is called."""
        answer = await self._ledger.kept(work.key(job.aggregate_id))
        return await codec.restore(answer) if answer is not None else None

    async def finish(self, grace: float) -> None:
        """Wait for the end of the paid calls under way, some seconds at the most.

        Free ones, whose programs have been ended, get a moment to write down that they failed.
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
            # Where nobody waits any more, nobody will look.
            task.exception()

    async def _make(
        self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]
    ) -> T:
        # What was paid for before needs no provider: no slot of its, and not that it is well.
        answer = await self._ledger.kept(work.key(job.aggregate_id))
        if answer is not None:
            try:
                return await codec.restore(answer)
            except NotFound:
                # Lost from the store: there is no other way to have it than to ask again.
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
        """Make the call when its provider's guard lets it through, which it leaves with the answer."""
        guard = self._guards.get(work.model)
        forecast = self._forecast(work)
        if guard is None:
            return await self._ask(job, work, forecast.usd, make)
        while True:
            try:
                async with guard.call(forecast.tokens, work.step):
                    return await self._ask(job, work, forecast.usd, make)
            except ProviderCrowded:
                # The next slot here is free when one of our own calls ends.
                continue
            except ProviderBlocked as blocked:
                # A person has to mend it; the job waits for that, and it costs nothing of its budget.
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
            # Nobody planned for it, so nobody can say what came of the call.
            await self._ledger.lose(job, work, begun, error_json(error))
            raise

    async def _dumped(self, job: Job, work: Work, made: _Made[T], codec: Codec[T]) -> Answer:
        """Put an answer where it is kept. It was paid for: a store that is away is given some time."""
        for pause in (*_STORE_PAUSES, None):
            try:
                return await codec.dump(made.reply.value)
            except Exception as error:
                if pause is None or not isinstance(error, Unavailable):
                    # It is made once more at most: a store that is away must not be paid for again and again.
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
    """Run steps at the same time to their ends, all of them; then raise the first error, if any.

    Nothing is cancelled because a sibling failed: its call is under way, and paid for.
    """
    ends = await asyncio.gather(*steps, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return [end for end in ends if not isinstance(end, BaseException)]


def error_json(error: BaseException) -> dict[str, Any]:
    """An error as jobs and the ledger keep it: a stable code and a sentence."""
    code = error.code if isinstance(error, StorytroupeError) else "INTERNAL"
    return {"code": code, "message": str(error) or type(error).__name__}
