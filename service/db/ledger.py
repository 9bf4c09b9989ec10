"""The ledger of provider calls: an intent before each, its answer before the job goes on.

A key names the work itself; a rerun finds the kept answer and pays for nothing. A call whose
fate a crash hides is marked ``unknown``, counted, and repeated at most once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from service.db.pool import Connection, Database
from service.db.settlement import hold_worker
from service.db.sql import load
from service.domain.jobs import Job
from service.errors import Fenced, ProviderPermanent

_SQL = load("ledger")

#: A call with an unknown outcome is repeated once; after that it is a person's to decide.
MAX_UNKNOWN = 1


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be called, and for whom. ``input`` is all that decides the answer."""

    step: str
    model: str
    input: Any
    round: int = 0

    def key(self, aggregate_id: UUID) -> str:
        """The same work has the same key, in whichever attempt or run."""
        body = [str(aggregate_id), self.step, self.round, self.model, self.input]
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer: small ones inline, large ones in the store under ``result_key``."""

    result: Mapping[str, Any]
    result_key: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost, as the provider counted it."""

    usage: Mapping[str, Any]
    cost_usd: Decimal
    request_id: str


class Ledger:
    """Intents and answers, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, job: Job, work: Work) -> Answer | int:
        """The kept answer, or the number of the try that is now intended.

        Raises ``Fenced`` where the attempt is over, ``WorkerBuried`` where the worker is, and
        ``ProviderPermanent`` where two outcomes of this work are unknown already.
        """
        key = work.key(job.aggregate_id)

        async def intend(connection: Connection) -> Answer | int:
            return await _begin(connection, job, work, key)

        return await self._database.repeat(intend)

    async def keep(self, job: Job, work: Work, number: int, answer: Answer, cost: Cost) -> Answer:
        """Keep an answer, which was paid for, however long the database is away.

        Returns the one that holds: another attempt's may have come first.
        """
        key = work.key(job.aggregate_id)
        usage, cost_usd, request_id = dict(cost.usage), cost.cost_usd, cost.request_id

        async def keep(connection: Connection) -> Answer:
            held = await _answer(connection, key)
            if held is not None:
                await connection.execute(_SQL["keep_duplicate"], key, number, usage, cost_usd, request_id)
                return held
            await connection.execute(
                _SQL["keep"], key, number, answer.result, answer.result_key, usage, cost_usd, request_id
            )
            return answer

        try:
            return await self._database.insist(keep)
        except asyncpg.UniqueViolationError:
            return await self._database.insist(keep)

    async def fail(self, job: Job, work: Work, number: int, error: Mapping[str, Any]) -> None:
        """The call failed, and for sure: it may be tried again."""
        key = work.key(job.aggregate_id)

        async def fail(connection: Connection) -> None:
            await connection.execute(_SQL["fail"], key, number, dict(error))

        # Lost, it would count as a call of unknown outcome.
        await self._database.insist(fail)


async def _begin(connection: Connection, job: Job, work: Work, key: str) -> Answer | int:
    held = await _answer(connection, key)
    if held is not None:
        return held
    assert job.worker_id is not None
    await hold_worker(connection, job.worker_id)
    if await connection.fetchval(_SQL["lock_attempt"], job.id, job.attempt, job.worker_id) is None:
        raise Fenced()
    await connection.execute(_SQL["mark_unknown"], key)
    row = await connection.fetchrow(_SQL["tries"], key)
    assert row is not None
    if row["unknown"] > MAX_UNKNOWN:
        raise ProviderPermanent(
            "What came of this call is unknown twice; it is not paid for a third time.",
            code="PROVIDER_OUTCOME_UNKNOWN",
        )
    number = int(row["tries"]) + 1
    caller = (job.aggregate_id, job.user_id, job.id, job.attempt, job.worker_id)
    await connection.execute(_SQL["intend"], key, number, *caller, work.step, work.model)
    return number


async def _answer(connection: Connection, key: str) -> Answer | None:
    row = await connection.fetchrow(_SQL["answer"], key)
    return Answer(row["result"], row["result_key"]) if row is not None else None


def cost_of(usage: Any, request_id: str) -> Cost:
    """The cost of a reply's ``Usage``."""
    counts = {name: value for name, value in asdict(usage).items() if name != "cost_usd" and value}
    return Cost(counts, usage.cost_usd, request_id)
