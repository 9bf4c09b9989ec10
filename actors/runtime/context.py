"""What an actor has in hand while it performs one attempt of a job."""

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
    """What all attempts in a process share. ``by_type`` has what the actors of some kind need beside
    that, by type: the runtime hands them on and knows none of them."""

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
    """One attempt. Everything that it writes is fenced by ``job.attempt``."""

    deps: Dependencies
    job: Job
    kind: str

    def dependency(self, wanted: type[D]) -> D:
        """What the actors' own package needs, as the wiring made it. ``KeyError``: it made none."""
        return cast(D, self.deps.by_type[wanted])

    def progress(self, percent: int) -> None:
        """Report a percentage; transient, and lost without harm."""
        self.deps.ticker.progress(self.kind, self.job, percent)

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Tell the listeners something that need not last."""
        self.deps.ticker.tick(self.kind, self.job, f"{self.job.name}.{key}", data)

    async def checkpoint(
        self, percent: int, *, patch: Mapping[str, Any] | None = None, **metadata: Any
    ) -> None:
        """Write a milestone down, with metadata that listeners see. Raises ``Fenced``.

        ``patch`` is what the aggregate keeps of it already, by column of its own table.
        """
        move = Move(
            self.job.id, None, attempt=self.job.attempt, progress=percent, metadata=metadata, patch=patch
        )
        if not await self.deps.settler.settle(move, self.job.worker_id):
            raise Fenced()

    async def release_slot(self) -> None:
        """Let the next in line have this attempt's slot of its pool: what is left needs none."""
        await self.deps.pool_slots.release(self.job)

    async def acquire_slot(self) -> bool:
        """Hold a slot again. False: there is none, and the job must stand in line for it."""
        return await self.deps.pool_slots.acquire(self.job)

    async def call(self, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """Make a provider's call once: by the ledger, its kept answer is used where there is one.

        Raises what the provider raises, and ``Fenced`` where the attempt is over.
        """
        return await self.deps.calls.make(self.job, self._own(work), codec, make)

    async def kept(self, work: Work, codec: Codec[T]) -> T | None:
        """The answer that the ledger has kept for a call, if there is one; nothing is called."""
        return await self.deps.calls.kept(self.job, self._own(work), codec)

    def _own(self, work: Work) -> Work:
        nonce = self.job.input.get(NONCE)
        # It was asked for by name: what was made before is no answer.
        return work if nonce is None else replace(work, input=[nonce, work.input])
