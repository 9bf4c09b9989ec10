"""What an actor has in hand while it performs one attempt of a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from service.background.settler import Settler
from service.background.ticker import Ticker
from service.db.ledger import Answer, Ledger, Work, cost_of
from service.db.pool import Database
from service.domain.jobs import Job, Move
from service.errors import Fenced, ProviderError, StorytroupeError
from service.providers.cpu import CpuPool
from service.providers.protocols import Providers, Reply
from service.settings import Settings
from service.storage.store import Store

T = TypeVar("T")


class Codec(Protocol[T]):
    """How a kept answer is put down and taken up again."""

    async def dump(self, value: T) -> Answer: ...

    async def restore(self, answer: Answer) -> T: ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all attempts in a process share."""

    database: Database
    settler: Settler
    ticker: Ticker
    ledger: Ledger
    store: Store
    providers: Providers
    cpu: CpuPool
    settings: Settings


@dataclass(frozen=True, slots=True)
class Context:
    """One attempt. Everything that it writes is fenced by ``job.attempt``."""

    workshop: Workshop
    job: Job
    kind: str

    def progress(self, percent: int) -> None:
        """Report a percentage; transient, and lost without harm."""
        self.workshop.ticker.progress(self.kind, self.job, percent)

    def tick(self, key: str, data: Mapping[str, Any]) -> None:
        """Tell the listeners something that need not last."""
        self.workshop.ticker.tick(self.kind, self.job, f"{self.job.name}.{key}", data)

    async def checkpoint(self, percent: int, **metadata: Any) -> None:
        """Write a milestone down, with metadata that listeners see. Raises ``Fenced``."""
        move = Move(self.job.id, None, attempt=self.job.attempt, progress=percent, metadata=metadata)
        if not await self.workshop.settler.settle(move, self.job.worker_id):
            raise Fenced()

    async def call(self, work: Work, codec: Codec[T], make: Callable[[], Awaitable[Reply[T]]]) -> T:
        """Make a provider's call once: by the ledger, its kept answer is used where there is one.

        Raises what the provider raises, and ``Fenced`` where the attempt is over.
        """
        ledger = self.workshop.ledger
        begun = await ledger.begin(self.job, work)
        if isinstance(begun, Answer):
            return await codec.restore(begun)
        try:
            reply = await make()
        except ProviderError as error:
            await ledger.fail(self.job, work, begun, error_json(error))
            raise
        answer = await codec.dump(reply.value)
        held = await ledger.keep(self.job, work, begun, answer, cost_of(reply.usage, reply.request_id))
        return reply.value if held is answer else await codec.restore(held)


def error_json(error: BaseException) -> dict[str, Any]:
    """An error as jobs and the ledger keep it: a stable code and a sentence."""
    code = error.code if isinstance(error, StorytroupeError) else "INTERNAL"
    return {"code": code, "message": str(error) or type(error).__name__}
