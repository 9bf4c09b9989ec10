"""Provider calls that are made once, and finish into the ledger whatever becomes of the attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from service.db.ledger import Answer, Cost, Ledger, Work, cost_of
from service.domain.jobs import Job
from service.errors import NotFound, ProviderError, ProviderStopped, ProviderThrottled, StorytroupeError
from service.providers.caller import on_behalf_of
from service.providers.guard import Guard
from service.providers.protocols import Reply

T = TypeVar("T")


class Codec(Protocol[T]):
    """How a kept answer is put down and taken up again."""

    async def dump(self, value: T) -> Answer: ...

    async def restore(self, answer: Answer) -> T: ...


class Calls:
    """All calls under way in this process, by key.

    An attempt that is cancelled or fenced leaves its call to finish: it is paid for, and a
    later attempt takes up its answer, here even while it is still under way.
    """

    def __init__(
        self,
        ledger: Ledger,
        guards: Mapping[str, Guard] | None = None,
        expected: Callable[[Work], Decimal] = lambda _: Decimal(0),
    ) -> None:
        """``guards`` are by model: what is not there needs none, as what runs on this machine.
        ``expected`` is about what some work will cost, in US dollars."""
        self._ledger = ledger
        self._guards = guards or {}
        self._expected = expected
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    async def make(self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """The kept answer of this work, or a new one.

        Raises what the provider raises, ``Fenced`` where the attempt is over, and
        ``WorkerBuried`` where the worker is.
        """
        key = work.key(job.aggregate_id)
        task: asyncio.Task[T] | None = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._make(job, work, codec, make), name=f"call-{work.step}")
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    async def finish(self, grace: float) -> None:
        """Give the calls under way some seconds to come to their end."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=grace)

    def _over(self, key: str, task: asyncio.Task[Any]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            # Where nobody waits any more, nobody will look.
            task.exception()

    async def _make(
        self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]
    ) -> T:
        guard = self._guards.get(work.model)
        if guard is None:
            return await self._answer(job, work, codec, make)
        try:
            async with guard.call():
                return await self._answer(job, work, codec, make)
        except ProviderStopped as stopped:
            # A person has to mend it; the job waits for that, and it costs nothing of its budget.
            raise ProviderThrottled(
                stopped.message, code=stopped.code, retry_after=guard.breaker.cooldown
            ) from stopped

    async def _answer(
        self, job: Job, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]
    ) -> T:
        begun = await self._ledger.begin(job, work, self._expected(work))
        if isinstance(begun, Answer):
            try:
                return await codec.restore(begun)
            except NotFound:
                # Paid for, and lost from the store: there is no other way to have it than to ask again.
                await self._ledger.forget(job, begun)
                return await self._answer(job, work, codec, make)
        try:
            with on_behalf_of(job.user_id):
                reply = await make()
        except ProviderError as error:
            await self._failed(job, work, begun, error)
            raise
        answer = await codec.dump(reply.value)
        cost = cost_of(reply.usage, reply.request_id)
        held = await self._ledger.keep(job, work, begun, answer, cost)
        return reply.value if held is answer else await codec.restore(held)

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
