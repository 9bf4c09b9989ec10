"""The ledger of provider calls. It stores an intent before each call, and stores the answer before the job
continues.

A key identifies the work of a call. A later run with the same work finds the stored answer, and does not pay
again. If a crash loses the outcome of a call, the call is marked ``unknown``, its estimated cost is counted,
and the call is repeated at most once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from service.db.pool import Connection, Database
from service.db.sql import load
from service.domain.offline import OFFLINE
from service.errors import Conflict, Fenced, OutcomeUnknown, WorkerExpired
from service.jobs.jobs import Job
from service.runtime.kinds import Kinds
from service.runtime.settlement import hold_worker

_SQL, _AGGREGATES = load("ledger"), load("aggregates")

#: A call with an unknown outcome is repeated this many times. After that, a person decides.
MAX_UNKNOWN = 1
#: A forecast uses at most this many rows, so that a long ledger does not make it slower.
_NEWEST = 20_000


@dataclass(frozen=True, slots=True)
class Work:
    """The description of a call to a provider, which identifies the call in the ledger.

    ``input`` contains everything that determines the answer. ``characters`` is the number of characters for
    providers that charge by characters. ``usd`` is the estimated cost in US dollars, for a step that has no
    forecast. ``characters``, ``usd`` and the name of the ``provider`` are not part of the identity.
    """

    step: str
    model: str
    input: Any
    round: int = 0
    characters: int = 0
    provider: str = ""
    usd: Decimal = Decimal(0)

    @property
    def paid(self) -> bool:
        """Whether the call costs money. A call that runs on this machine is free and may be repeated."""
        return self.provider != OFFLINE

    def key(self, aggregate_id: UUID) -> str:
        """The ledger key of the work. The key is the same in every attempt and run."""
        body = [str(aggregate_id), self.step, self.round, self.model, self.input]
        return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer. A small answer is inline in ``result``. A large answer is a file in the store under
    ``result_key``."""

    result: Mapping[str, Any]
    result_key: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The usage and cost of a call, as the provider counted them."""

    usage: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: Decimal = Decimal(0)
    request_id: str = ""


class Ledger:
    """Writes intents and answers, each in its own transaction."""

    def __init__(
        self,
        database: Database,
        *,
        kinds: Kinds,
        on_spend: Callable[[], None] = lambda: None,
        user_month_usd: Decimal | None = None,
    ) -> None:
        """``on_spend`` is called when the cost has changed, so that listeners read it. ``user_month_usd`` is
        the highest cost of all calls for one user in a month; the user's tier may set a lower limit."""
        self._database, self._kinds = database, kinds
        self._on_spend = on_spend
        self._user_month_usd = user_month_usd
        #: The number of intents that were refused because their attempt was over.
        self.refused = 0

    async def begin(self, job: Job, work: Work, reserve: Decimal = Decimal(0)) -> Answer | int:
        """Store the intent of a call. If the same work already has an answer, returns this answer. Else
        returns the number of this try.

        ``reserve`` is the estimated cost in US dollars. Raises ``Conflict`` (``BUDGET_EXCEEDED``,
        ``MONTH_BUDGET_EXCEEDED``) if the estimate exceeds the rest of a budget, ``Fenced`` if the attempt is
        over, ``WorkerExpired`` if the worker has expired, and ``OutcomeUnknown`` if two outcomes of this work
        are already unknown.
        """
        try:
            return await self._begin(_Intent(job, work, reserve))
        except (Fenced, WorkerExpired):
            self.refused += 1
            raise

    async def _begin(self, intent: _Intent) -> Answer | int:
        if not intent.reserve or self._user_month_usd is None:
            checked = not intent.reserve
            begun = await self._database.retry_statement(lambda one: _intend(one, intent, checked=checked))
            if begun is not None:
                return begun
        begun = await self._database.retry_transaction(
            lambda one: _afford(one, intent, self._kinds, self._user_month_usd)
        )
        assert begun is not None
        return begun

    async def kept(self, key: str) -> Answer | None:
        """The stored answer of the work; None if it has no answer."""
        return await self._database.retry_statement(lambda connection: _answer(connection, key))

    async def keep(self, job: Job, work: Work, number: int, answer: Answer, cost: Cost) -> Answer:
        """Store the answer of a call that is already paid for. Retries until the database answers.

        Returns the answer that counts, which is the first stored answer: another attempt may have stored its
        answer earlier.
        """
        end = _End(work.key(job.aggregate_id), number, "ok", answer=answer, cost=cost)
        try:
            held = await self._end(job, end)
        except asyncpg.UniqueViolationError:
            held = await self._end(job, end)
        return held or answer

    async def fail(
        self, job: Job, work: Work, number: int, error: Mapping[str, Any], cost: Cost | None = None
    ) -> None:
        """Record that the call failed. The call may be tried again. ``cost`` is the cost of an unusable
        answer."""
        # If this write were lost, the call would count as one with an unknown outcome.
        key = work.key(job.aggregate_id)
        await self._end(job, _End(key, number, "failed", error=error, cost=cost or Cost()))

    async def lose(
        self, job: Job, work: Work, number: int, error: Mapping[str, Any], cost: Cost | None = None
    ) -> None:
        """Record that the outcome of the call is unknown, or that its answer was lost.

        The call is repeated at most once, and its estimated cost stays reserved. A free call is recorded as
        failed instead.
        """
        key = work.key(job.aggregate_id)
        await self._end(job, _End(key, number, "unknown" if work.paid else "failed", error=error, cost=cost))

    async def _end(self, job: Job, end: _End) -> Answer | None:
        held = await self._database.retry_forever(lambda connection: _write_end(connection, job, end))
        if end.cost is not None and end.cost.cost_usd:
            self._on_spend()
        return held

    async def forget(self, job: Job, answer: Answer) -> None:
        """Remove an answer whose file is lost. The cost of the call stays recorded."""
        lost = [answer.result_key]
        await self._database.retry_transaction(
            lambda connection: connection.execute(_SQL["forget_answers"], job.aggregate_id, lost)
        )


@dataclass(frozen=True, slots=True)
class _Intent:
    job: Job
    work: Work
    reserve: Decimal


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a call. If ``cost`` is None, the reserved cost of the call stays reserved."""

    key: str
    number: int
    outcome: str
    answer: Answer | None = None
    error: Mapping[str, Any] | None = None
    cost: Cost | None = None


async def _intend(connection: Connection, intent: _Intent, *, checked: bool) -> Answer | int | None:
    """Store an intent. Returns the stored answer or the number of the try. Returns None if a budget must be
    checked first."""
    job, work = intent.job, intent.work
    caller = (job.aggregate_id, job.user_id, job.id, job.attempt, job.worker_id)
    aside = {"reserved_usd": str(intent.reserve)} if intent.reserve else {}
    row = await connection.fetchrow(
        _SQL["intend"],
        work.key(job.aggregate_id),
        *caller,
        work.step,
        work.model,
        aside,
        MAX_UNKNOWN,
        checked,
        work.paid,
        work.provider,
    )
    assert row is not None
    if row["result"] is not None:
        return Answer(row["result"], row["result_key"])
    _check_caller(row)
    number: int | None = row["try"]
    return number


def _check_caller(row: asyncpg.Record) -> None:
    if not row["alive"]:
        raise WorkerExpired()
    if not row["ours"]:
        raise Fenced()
    if row["unknown"] > MAX_UNKNOWN:
        raise OutcomeUnknown()


async def _afford(
    connection: Connection, intent: _Intent, kinds: Kinds, user_month_usd: Decimal | None
) -> Answer | int | None:
    """Store an intent under locks, after a check of the budgets. The locks keep two parallel calls from both
    using the rest of a budget. Returns the stored answer or the number of the try."""
    job, reserve = intent.job, intent.reserve
    assert job.worker_id is not None
    await hold_worker(connection, job.worker_id)
    await connection.execute(_AGGREGATES["lock_aggregate"], job.aggregate_id)
    month_usd = await month_budget(connection, job.user_id, user_month_usd)
    if month_usd is not None:
        # The user's other stories take from the same.
        await connection.execute(_SQL["lock_spender"], job.user_id)
    held = await _answer(connection, intent.work.key(job.aggregate_id))
    if held is not None:
        return held
    await _check_budget(connection, kinds, job, reserve, month_usd)
    return await _intend(connection, intent, checked=True)


async def month_budget(connection: Connection, user_id: UUID, setting_usd: Decimal | None) -> Decimal | None:
    """The highest cost of all calls for a user in a month, in US dollars, from the tier and the settings.
    None means no limit."""
    budget: Decimal | None = await connection.fetchval(_SQL["month_budget"], user_id, setting_usd)
    return budget


async def _check_budget(
    connection: Connection, kinds: Kinds, job: Job, reserve: Decimal, month_usd: Decimal | None
) -> None:
    row = await connection.fetchrow(_SQL["budget"], job.aggregate_id)
    if row is None:
        return  # The aggregate is deleted, so the intent is fenced.
    noun = kinds[row["kind"]].noun
    if row["budget"] is not None and row["spent"] + reserve > row["budget"]:
        raise Conflict(
            f"The {noun}'s budget of ${row['budget']:.2f} is used up: {_used(row['spent'], reserve)} "
            f"Resume the {noun} with a larger budget.",
            code="BUDGET_EXCEEDED",
        )
    if month_usd is None:
        return
    spent = await connection.fetchval(_SQL["spent_this_month"], job.user_id)
    if spent + reserve > month_usd:
        raise Conflict(
            f"This month's budget of ${month_usd:.2f} is used up: {_used(spent, reserve)} Resume the "
            f"{noun} next month, or after the operator of this service has raised the limit.",
            code="MONTH_BUDGET_EXCEEDED",
        )


def _used(spent: Decimal, reserve: Decimal) -> str:
    return f"${spent:.2f} is already spent or reserved, and this call would cost about ${reserve:.2f} more."


async def _write_end(connection: Connection, job: Job, end: _End) -> Answer | None:
    """Write the end of a call, and publish its cost. Returns an answer that was stored earlier, or None."""
    cost, answer = end.cost or Cost(), end.answer
    row = await connection.fetchrow(
        _SQL["end_call"],
        end.key,
        end.number,
        end.outcome,
        answer.result if answer else None,
        answer.result_key if answer else None,
        end.error,
        cost.cost_usd,
        cost.request_id,
        None if end.cost is None else dict(cost.usage),
        job.aggregate_id,
    )
    if row is None or row["result"] is None:
        return None
    return Answer(row["result"], row["result_key"])


async def _answer(connection: Connection, key: str) -> Answer | None:
    row = await connection.fetchrow(_SQL["answer"], key)
    return Answer(row["result"], row["result_key"]) if row is not None else None


def cost_of(usage: Any, request_id: str) -> Cost:
    """Convert the ``Usage`` of a reply to a ``Cost``."""
    counts = {name: value for name, value in asdict(usage).items() if name != "cost_usd" and value}
    return Cost(counts, usage.cost_usd, request_id)


async def allow_once_more(connection: Connection, aggregate_ids: Sequence[UUID]) -> None:
    """Allow one more paid call for each call of these aggregates whose answer was lost twice. Only a person
    may decide this."""
    await connection.execute(_SQL["allow_once_more"], list(aggregate_ids), MAX_UNKNOWN)


async def measured(connection: Connection) -> dict[tuple[str, str], asyncpg.Record]:
    """The average usage of the newest calls, both paid and offline, for each step and model.

    The columns are calls, input_tokens, output_tokens, characters and seconds.
    """
    rows = await connection.fetch(_SQL["measured"], _NEWEST)
    return {(row["step"], row["model"]): row for row in rows}
