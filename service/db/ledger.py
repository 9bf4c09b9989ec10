"""The ledger of provider calls: an intent before each, its answer before the job goes on.

A key names the work itself; a rerun finds the kept answer and pays for nothing. A call whose
fate a crash hides is marked ``unknown``, counted, and repeated at most once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from service.db.pool import Connection, Database
from service.db.settlement import Aggregate, append_events, hold_worker
from service.db.sql import load
from service.domain.jobs import Job
from service.domain.projection import NewEvent
from service.domain.report import MadeCall
from service.errors import Conflict, Fenced, ProviderPermanent

_SQL, _STORIES = load("ledger"), load("stories")

#: A call with an unknown outcome is repeated once; after that it is a person's to decide.
MAX_UNKNOWN = 1
#: A forecast is made of so many rows, so that a long ledger costs no more to ask than a short one.
_NEWEST = 20_000


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

    usage: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: Decimal = Decimal(0)
    request_id: str = ""


class Ledger:
    """Intents and answers, each in a transaction of its own."""

    def __init__(
        self,
        database: Database,
        *,
        on_spend: Callable[[], None] = lambda: None,
        user_month_usd: Decimal | None = None,
    ) -> None:
        """``on_spend`` is called when listeners are to be told of a cost; ``user_month_usd`` is what
        all calls for one user may cost in a month."""
        self._database = database
        self._on_spend = on_spend
        self._user_month_usd = user_month_usd

    async def begin(self, job: Job, work: Work, reserve: Decimal = Decimal(0)) -> Answer | int:
        """The kept answer, or the number of the try that is now intended.

        ``reserve`` is about what it will cost, in US dollars. Raises ``Conflict`` with the code
        ``BUDGET_EXCEEDED`` where that is more than is left, ``Fenced`` where the attempt is over,
        ``WorkerBuried`` where the worker is, and ``ProviderPermanent`` where two outcomes of this
        work are unknown already.
        """
        key = work.key(job.aggregate_id)
        cap = self._user_month_usd

        async def intend(connection: Connection) -> Answer | int:
            return await _begin(connection, job, work, key, reserve, cap)

        return await self._database.repeat(intend)

    async def keep(self, job: Job, work: Work, number: int, answer: Answer, cost: Cost) -> Answer:
        """Keep an answer, which was paid for, however long the database is away.

        Returns the one that holds: another attempt's may have come first.
        """
        key = work.key(job.aggregate_id)
        usage, cost_usd, request_id = dict(cost.usage), cost.cost_usd, cost.request_id

        async def keep(connection: Connection) -> Answer:
            aggregate = await _lock_to_tell(connection, job, cost)
            held = await _answer(connection, key)
            if held is not None:
                await connection.execute(_SQL["keep_duplicate"], key, number, usage, cost_usd, request_id)
            else:
                await connection.execute(
                    _SQL["keep"], key, number, answer.result, answer.result_key, usage, cost_usd, request_id
                )
            await _tell_spend(connection, aggregate)
            return held or answer

        try:
            held = await self._database.insist(keep)
        except asyncpg.UniqueViolationError:
            held = await self._database.insist(keep)
        self._told(cost)
        return held

    async def fail(
        self, job: Job, work: Work, number: int, error: Mapping[str, Any], cost: Cost | None = None
    ) -> None:
        """The call failed, and for sure: it may be tried again. An answer of no use has its cost."""
        key, paid = work.key(job.aggregate_id), cost or Cost()
        bill = (dict(paid.usage), paid.cost_usd, paid.request_id)

        async def fail(connection: Connection) -> None:
            aggregate = await _lock_to_tell(connection, job, paid)
            await connection.execute(_SQL["fail"], key, number, dict(error), *bill)
            await _tell_spend(connection, aggregate)

        # Lost, it would count as a call of unknown outcome.
        await self._database.insist(fail)
        self._told(paid)

    async def lose(self, job: Job, work: Work, number: int, error: Mapping[str, Any]) -> None:
        """Nobody can say what came of the call: it is repeated at most once."""
        key = work.key(job.aggregate_id)

        async def lose(connection: Connection) -> None:
            await connection.execute(_SQL["lose"], key, number, dict(error))

        await self._database.insist(lose)

    def _told(self, cost: Cost) -> None:
        if cost.cost_usd:
            self._on_spend()


async def _begin(
    connection: Connection, job: Job, work: Work, key: str, reserve: Decimal, user_month_usd: Decimal | None
) -> Answer | int:
    held = await _answer(connection, key)
    if held is not None:
        return held
    assert job.worker_id is not None
    await hold_worker(connection, job.worker_id)
    if reserve:
        # Two calls at once must not both take what is left.
        await connection.execute(_STORIES["lock_aggregate"], job.aggregate_id)
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
    if reserve:
        await _check_budget(connection, job, reserve, user_month_usd)
    number = int(row["tries"]) + 1
    caller = (job.aggregate_id, job.user_id, job.id, job.attempt, job.worker_id)
    aside = {"reserved_usd": str(reserve)} if reserve else {}
    await connection.execute(_SQL["intend"], key, number, *caller, work.step, work.model, aside)
    return number


async def _check_budget(
    connection: Connection, job: Job, reserve: Decimal, user_month_usd: Decimal | None
) -> None:
    row = await connection.fetchrow(_SQL["budget"], job.aggregate_id)
    if row is not None and row["budget"] is not None:
        _afford("story", row["budget"], row["spent"], reserve)
    if user_month_usd is not None:
        spent = await connection.fetchval(_SQL["spent_this_month"], job.user_id)
        _afford("month", user_month_usd, spent, reserve)


def _afford(whose: str, budget: Decimal, spent: Decimal, reserve: Decimal) -> None:
    if spent + reserve > budget:
        raise Conflict(
            f"The {whose}'s budget of ${budget:.2f} is used up: ${spent:.2f} is spent or set aside, and this "
            f"call would cost about ${reserve:.2f}.",
            code="BUDGET_EXCEEDED",
        )


async def _lock_to_tell(connection: Connection, job: Job, cost: Cost) -> Aggregate | None:
    """The aggregate whose listeners are to hear of a cost, under its lock: before any row of its calls."""
    if not cost.cost_usd:
        return None
    row = await connection.fetchrow(_STORIES["lock_aggregate"], job.aggregate_id)
    return Aggregate(row["id"], row["kind"], row["user_id"], row["version"]) if row else None


async def _tell_spend(connection: Connection, aggregate: Aggregate | None) -> None:
    if aggregate is None:
        return
    spent = await connection.fetchval(_SQL["spend"], aggregate.id)
    told = NewEvent("spend.changed", {"spend": {"cost_usd": float(spent)}})
    await append_events(connection, [aggregate], {aggregate.id: [told]})


async def _answer(connection: Connection, key: str) -> Answer | None:
    row = await connection.fetchrow(_SQL["answer"], key)
    return Answer(row["result"], row["result_key"]) if row is not None else None


def cost_of(usage: Any, request_id: str) -> Cost:
    """The cost of a reply's ``Usage``."""
    counts = {name: value for name, value in asdict(usage).items() if name != "cost_usd" and value}
    return Cost(counts, usage.cost_usd, request_id)


async def calls_of(connection: Connection, aggregate_id: UUID) -> list[MadeCall]:
    """The calls of a story, oldest first: what its report is made of."""
    rows = await connection.fetch(_SQL["calls_for_report"], aggregate_id)
    return [MadeCall(**dict(row)) for row in rows]


async def made_by(connection: Connection, story_id: UUID) -> dict[str, UUID]:
    """The jobs that made the files of a story which stand, by asset."""
    return {row["name"]: row["job_id"] for row in await connection.fetch(_SQL["made_by"], story_id)}


async def measured(connection: Connection) -> dict[tuple[str, str], asyncpg.Record]:
    """What the newest paid calls used on average, by step and model: calls, input_tokens,
    output_tokens and seconds."""
    rows = await connection.fetch(_SQL["measured"], _NEWEST)
    return {(row["step"], row["model"]): row for row in rows}
