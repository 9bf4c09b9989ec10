"""Combines many small writes into one flush. It uses no timer: items that arrive during a flush go into the
next flush."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from service.db.pool import TRANSIENT
from service.errors import StorytroupeError
from service.telemetry.context import detached

T = TypeVar("T")
R = TypeVar("R")

#: The size of the first batch after a pause, at most, and of any batch.
LEAST, MOST = 16, 128


class Flusher(Generic[T, R]):
    """Gathers items and flushes them together. Each caller waits until its own item is durable, and gets the
    answer for that item.

    ``flush`` takes items and returns an answer for each, in order. If a batch fails for a permanent reason,
    it is halved until the faulty item is alone.

    A large batch costs less for each item. But work that depends on the first items must be able to start
    before all items are written. So a batch is at most twice as large as the one before it.
    """

    def __init__(self, flush: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._flush = flush
        self._most = LEAST
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def submit(self, item: T) -> R:
        """Flush the item together with other items, and return its answer. Raises the error of the flush.

        A cancelled caller gets no answer, but its item may still be written.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = detached(self._run(), "flusher")
        # The write runs in its own task, so it continues even if this caller is cancelled. Then the caller
        # must read the outcome from the database later.
        return await future

    async def drain(self) -> None:
        """Wait until no flush runs and no item waits."""
        while self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._most = min(max(LEAST, 2 * len(batch)), MOST)
                await self._flush_batch(batch)
        finally:
            self._task = None

    async def _flush_batch(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._flush([item for item, _ in batch])
        except Exception as error:
            await self._fail(batch, error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def _fail(self, batch: Sequence[tuple[T, asyncio.Future[R]]], error: Exception) -> None:
        passing = isinstance(error, (StorytroupeError, *TRANSIENT))
        if len(batch) > 1 and not passing:
            middle = len(batch) // 2
            await self._flush_batch(batch[:middle])
            await self._flush_batch(batch[middle:])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
                # A cancelled caller never reads its answer.
                future.exception()
