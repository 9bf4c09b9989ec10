"""The context that an actor gets for one attempt of a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from actors.runtime.calls import Calls, Codec
from actors.runtime.pool_slots import PoolSlots
from service.background.settler import Settler
from service.background.ticker import Ticker
from service.db.pool import Database
from service.errors import Fenced
from service.jobs.jobs import NONCE, Job, Move
from service.providers.cpu import CpuPool
from service.providers.replies import Reply
from service.runtime.ledger import Work
from service.settings import Settings
from service.storage.store import Store

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The dependencies that all attempts in a process share.

    ``by_type`` contains further dependencies, which only the actors of some kinds need. The runtime passes
    these on without knowing their types.
    """

    database: Database
    settler: Settler
    ticker: Ticker
    calls: Calls
    pool_slots: PoolSlots
    store: Store
    cpu: CpuPool
    settings: Settings
    by_type: Mapping[type, object]


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one attempt. Every write through it is fenced by ``job.attempt``."""

    deps: Dependencies
    job: Job
    kind: str

    def dependency(self, wanted: type[D]) -> D:
        """The dependency of the type ``wanted``, which a kind's own actors define. Raises ``KeyError`` if
        this process has no dependency of this type."""
        return cast(D, self.deps.by_type[wanted])

    def progress(self, percent: int) -> None:
        """Report the progress in percent. The value is transient, and losing it does no harm."""
        self.deps.ticker.progress(self.kind, self.job, percent)

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Publish a transient value to the listeners."""
        self.deps.ticker.tick(self.kind, self.job, f"{self.job.name}.{key}", data)

    async def checkpoint(
        self, percent: int, *, patch: Mapping[str, Any] | None = None, **metadata: Any
    ) -> None:
        """Store the progress durably, with metadata that listeners see. Raises ``Fenced``.

        ``patch`` contains new values for columns of the aggregate's own table, by column.
        A checkpoint with a patch counts as progress: earlier deaths of the process no longer count.
        """
        move = Move(
            self.job.id, None, attempt=self.job.attempt, progress=percent, metadata=metadata, patch=patch
        )
        if not await self.deps.settler.settle(move, self.job.worker_id):
            raise Fenced()

    async def release_slot(self) -> None:
        """Release this attempt's slot of its pool to the next job: the rest of the attempt needs no slot."""
        await self.deps.pool_slots.release(self.job)

    async def acquire_slot(self) -> bool:
        """Take a slot again. Returns False if no slot is free: then the job must wait in the queue."""
        return await self.deps.pool_slots.acquire(self.job)

    async def call(self, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """Make a provider's call once. If the ledger has its answer, that answer is returned.

        Raises the provider's errors, and ``Fenced`` if the attempt is over. If the attempt is cancelled, a
        started call continues and its answer is stored.
        """
        return await self.deps.calls.make(self.job, self._own(work), codec, make)

    async def kept(self, work: Work, codec: Codec[T]) -> T | None:
        """The stored answer of a call; None if it has no answer. No provider is called."""
        return await self.deps.calls.kept(self.job, self._own(work), codec)

    def _own(self, work: Work) -> Work:
        nonce = self.job.input.get(NONCE)
        # The user asked for this job by name, so an earlier answer does not count.
        return work if nonce is None else replace(work, input=[nonce, work.input])
