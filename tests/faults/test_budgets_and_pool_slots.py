"""What many calls and pictures take from at once: a month's budget, and the slots of a pool."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from actors.registry import REGISTRY
from actors.runtime.pool_slots import PoolSlots
from service.background.dispatcher import Dispatcher
from service.errors import Conflict
from service.jobs.jobs import Job
from service.runtime.ledger import Answer, Cost, Ledger, Work
from tests.faults.test_leases import WORK, Bench, bench

__all__ = ["bench"]

THIRTY_CENTS = Decimal("0.30")


async def begun(ledger: Ledger, job: Job) -> bool:
    try:
        await ledger.begin(job, WORK, THIRTY_CENTS)
    except Conflict as over:
        assert over.code == "MONTH_BUDGET_EXCEEDED"
        return False
    return True


async def test_stories_of_one_user_at_once_do_not_spend_more_than_the_month_has(bench: Bench) -> None:
    worker = await bench.worker()
    jobs = [await bench.claimed(worker) for _ in range(6)]
    ledger = Ledger(bench.database, kinds=REGISTRY.kinds, user_month_usd=Decimal("1.00"))
    assert sum(await asyncio.gather(*(begun(ledger, job) for job in jobs))) == 3
    aside = "SELECT sum((usage ->> 'reserved_usd')::numeric) FROM provider_calls"
    assert await bench.database.pool.fetchval(aside) == Decimal("0.90")


async def test_a_lost_call_keeps_what_was_set_aside_for_it(bench: Bench) -> None:
    worker = await bench.worker()
    first, second, third = [await bench.claimed(worker) for _ in range(3)]
    ledger = Ledger(bench.database, kinds=REGISTRY.kinds, user_month_usd=Decimal("0.65"))
    number = await ledger.begin(first, WORK, THIRTY_CENTS)
    assert isinstance(number, int)
    await ledger.lose(first, WORK, number, {"code": "PROVIDER_TIMEOUT", "message": "late"})
    assert await begun(ledger, second)
    assert not await begun(ledger, third)


async def test_calls_that_end_at_once_are_told_one_after_the_other(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    works = [Work("analysis", "a-model", number) for number in range(16)]
    for work in works:
        assert await bench.ledger.begin(job, work) == 1
    bill = Cost({}, Decimal("0.01"), "r-1")
    await asyncio.gather(*(bench.ledger.keep(job, work, 1, Answer({}), bill) for work in works))
    rows = await bench.database.pool.fetch(
        "SELECT version, data -> 'spend' ->> 'cost_usd' AS spent FROM domain_events"
        " WHERE aggregate_id = $1 AND type = 'spend.changed' ORDER BY version",
        job.aggregate_id,
    )
    assert [Decimal(row["spent"]) for row in rows] == [number * Decimal("0.01") for number in range(1, 17)]
    versions = [row["version"] for row in rows]
    assert versions == list(range(versions[0], versions[0] + 16))
    last = await bench.database.pool.fetchval(
        "SELECT version FROM aggregates WHERE id = $1", job.aggregate_id
    )
    assert last == versions[-1]


async def test_a_bill_takes_the_place_of_what_was_set_aside(bench: Bench) -> None:
    worker = await bench.worker()
    first, second = [await bench.claimed(worker) for _ in range(2)]
    ledger = Ledger(bench.database, kinds=REGISTRY.kinds, user_month_usd=Decimal("0.35"))
    number = await ledger.begin(first, WORK, THIRTY_CENTS)
    assert isinstance(number, int)
    assert not await begun(ledger, second)
    await ledger.keep(first, WORK, number, Answer({"text": "a bird"}), Cost({}, Decimal("0.04"), "r-1"))
    assert await begun(ledger, second)


async def test_an_intent_whose_commit_was_lost_on_the_way_is_taken_up(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    assert await bench.ledger.begin(job, WORK) == 1
    assert await bench.ledger.begin(job, WORK) == 1
    assert await bench.database.pool.fetchval("SELECT count(*) FROM provider_calls") == 1


async def test_kept_answers_are_given_to_whoever_asks_without_an_intent(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    assert await bench.ledger.kept(WORK.key(job.aggregate_id)) is None
    number = await bench.ledger.begin(job, WORK)
    assert isinstance(number, int)
    await bench.ledger.keep(job, WORK, number, Answer({"text": "a bird"}), Cost())
    assert await bench.ledger.kept(WORK.key(job.aggregate_id)) == Answer({"text": "a bird"})
    spoken = Work(WORK.step, WORK.model, WORK.input, characters=9)
    assert spoken.key(job.aggregate_id) == WORK.key(job.aggregate_id)


@pytest.fixture
async def dispatcher(bench: Bench) -> Dispatcher:
    """One whose process has room for four."""
    await bench.database.pool.execute("UPDATE actor_groups SET bound = 1")
    await bench.streams.ensure("content")
    me = await bench.worker()
    return Dispatcher(bench.database, bench.streams, lambda: {"content": 4}, lambda: me)


async def in_line(bench: Bench) -> int:
    sql = "SELECT count(*) FROM jobs WHERE status = 'queued' AND dispatched_at IS NULL"
    return int(await bench.database.pool.fetchval(sql))


async def test_a_slot_that_is_released_is_the_nexts_and_acquired_again_only_when_there_is_one(
    bench: Bench, dispatcher: Dispatcher
) -> None:
    drawn = await bench.claimed(await bench.worker())
    await bench.job()
    slots = PoolSlots(bench.database, bench.nudges)
    await dispatcher.run_once()
    assert await in_line(bench) == 1
    assert await slots.acquire(drawn)
    await slots.release(drawn)
    assert slots.has_released(drawn)
    await dispatcher.run_once()
    assert await in_line(bench) == 0
    assert not await slots.acquire(drawn)
    await bench.database.pool.execute("UPDATE jobs SET dispatched_at = NULL WHERE status = 'queued'")
    assert await slots.acquire(drawn)
    assert not slots.has_released(drawn)
    await dispatcher.run_once()
    assert await in_line(bench) == 1


async def test_a_checkpoint_acquires_no_slot_and_the_next_attempt_does(
    bench: Bench, dispatcher: Dispatcher
) -> None:
    job = await bench.claimed(await bench.worker())
    slots = PoolSlots(bench.database, bench.nudges)
    await slots.release(job)
    sql = "SELECT dispatched_at IS NOT NULL FROM jobs WHERE id = $1"
    assert not await bench.database.pool.fetchval(sql, job.id)
    await bench.retry(job, await bench.worker())
    assert await bench.database.pool.fetchval(sql, job.id)
    # The attempt that is over has none to release.
    await slots.release(job)
    assert await bench.database.pool.fetchval(sql, job.id)


async def test_groups_of_a_pool_share_its_bound(bench: Bench) -> None:
    await bench.database.pool.execute("INSERT INTO actor_groups (name, pool) VALUES ('scene', 'content')")
    await bench.database.pool.execute("UPDATE actor_groups SET bound = 4")
    jobs = [await bench.job() for _ in range(6)]
    others = [job.id for job in jobs[3:]]
    await bench.database.pool.execute("UPDATE jobs SET grp = 'scene' WHERE id = ANY($1::uuid[])", others)
    me = await bench.worker()
    free = {"content": 4, "scene": 4}
    await Dispatcher(bench.database, bench.streams, lambda: free, lambda: me).run_once()
    rows = await bench.database.pool.fetch(
        "SELECT grp, count(*) AS jobs FROM jobs WHERE dispatched_at IS NOT NULL GROUP BY grp"
    )
    assert {row["grp"]: row["jobs"] for row in rows} == {"content": 2, "scene": 2}
