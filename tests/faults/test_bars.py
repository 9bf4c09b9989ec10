"""The bars: what the durable runtime must hold under a larger load, with figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

import pytest

from service.domain.assets import PlannedJob
from tests.factories import STRANGER
from tests.faults.child_processes import Child
from tests.faults.environment import CALM, FaultEnvironment
from tests.faults.test_fault_13_to_21_redis import mark

Figure = Callable[[str], None]


CONTENT_ALONE = (PlannedJob("content", "content", ()),)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_bar_kill_one_of_three_with_sixty_jobs_under_way(
    environment: FaultEnvironment, figure: Figure
) -> None:
    """With the default lease of 12 s, and jobs that last for ten leases of a short-lived sibling."""
    # No process has slots for more than half of them, so at least two have some.
    children = [await environment.child(lease_seconds=12.0, concurrency_per_process=30) for _ in range(3)]
    with environment.stub.gate("content") as gate:
        ids = await environment.create(60, plan=CONTENT_ALONE, watched=False)
        await gate.arrived(60)
        # Old enough that the survivors have renewed for a lease without a gap.
        await asyncio.sleep(14.0)
        counts = {child.worker_id: await under_way(environment, child) for child in children}
        victim = max(children, key=lambda child: counts[child.worker_id])
        held = counts[victim.worker_id]
        await environment.kill(victim)
        died = time.monotonic()
        await gate.arrived(60 + held, seconds=40.0)
        seconds = time.monotonic() - died
        await asyncio.sleep(106.0)
        again = await environment.value("SELECT count(*) FROM jobs WHERE attempt > 1")
        rescued = await environment.value("SELECT count(*) FROM jobs WHERE rescues > 0")
    await environment.check(ids, seconds=60.0)
    assert held > 0 and (again, rescued) == (held, held), "a job of a living process was delivered again"
    assert seconds < 15.0
    assert await environment.extra_calls() == held
    figure(
        f"all {held} jobs of the dead ran elsewhere after {seconds:.1f} s (lease 12 s); of the living ones'"
        f" {60 - held}, which lasted over ten leases, none was delivered again"
    )


async def under_way(environment: FaultEnvironment, child: Child) -> int:
    return int(
        await environment.value("SELECT count(*) FROM jobs WHERE worker_id = $1::text::uuid", child.worker_id)
    )


@pytest.mark.long
async def test_bar_jobs_that_last_ten_leases_are_delivered_once(
    environment: FaultEnvironment, figure: Figure
) -> None:
    lease = 0.6
    for _ in range(2):
        await environment.child(lease_seconds=lease)
    with environment.stub.gate("content") as gate:
        ids = await environment.create(8, plan=CONTENT_ALONE)
        await gate.arrived(8)
        await asyncio.sleep(10 * lease)
    await environment.check(ids)
    assert await environment.value("SELECT max(attempt) FROM jobs") == 1
    assert await environment.extra_calls() == 0
    figure(f"8 jobs of {10 * lease:.0f} s with a lease of {lease} s: one attempt each")


async def test_bar_no_user_waits_for_anothers_flood(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """A thousand stories of one user, then one of another: it starts within two turns of a slot."""
    flood, slots, turn = (1000, 8, 0.4) if long else (150, 4, 0.4)
    await environment.database.pool.execute("INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", STRANGER)
    environment.stub.latency["content"] = turn
    await environment.child(lease_seconds=CALM, concurrency_per_process=slots, files=False)
    await environment.create(flood, plan=CONTENT_ALONE, watched=False)
    asked, since = time.monotonic(), await mark(environment)
    mine = (await environment.create(1, user=STRANGER, plan=CONTENT_ALONE))[0]
    await environment.until(lambda: started(environment, mine), "the other user's job starts")
    seconds = time.monotonic() - asked
    before = await environment.value(STARTED_BEFORE, since, mine)
    waiting = await environment.value("SELECT count(*) FROM jobs WHERE status = 'queued'")
    assert waiting > flood / 2, "the flood was over before, so nothing was shown"
    assert before <= 2 * slots
    figure(
        f"{flood} stories ahead, {waiting} still in line: it started after {seconds:.2f} s ({turn} s a turn)"
        f" and {before} others, of which {slots} run at once"
    )


#: How many jobs began between an entry of the audit and the beginning of a story's.
STARTED_BEFORE = """
SELECT count(*) FROM audit WHERE status = 'generating' AND seq > $1
  AND seq < (SELECT min(seq) FROM audit WHERE aggregate_id = $2 AND status = 'generating')
"""


async def started(environment: FaultEnvironment, story_id: UUID) -> bool:
    return bool(
        await environment.value("SELECT max(attempt) > 0 FROM jobs WHERE aggregate_id = $1", story_id)
    )


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_bar_ten_thousand_jobs_under_way_in_one_process(
    environment: FaultEnvironment, figure: Figure
) -> None:
    count = 10_000
    child = await environment.child(
        concurrency_per_process=count, offline_seconds=200.0, files=False, lease_seconds=12.0, database_pool=8
    )
    ids = await environment.create(count, plan=CONTENT_ALONE, watched=False)

    async def all_run() -> bool:
        return bool(await environment.value("SELECT count(*) FROM jobs WHERE status = 'generating'") == count)

    began = time.monotonic()
    await environment.until(all_run, "all of them are under way", 190.0)
    filled = time.monotonic() - began
    child.tell(lag=8.0)
    lags = (await child.said("lags", 30.0))["lags"]
    peak = (await child.stats())["peak_mb"]
    await environment.finished(ids, 250.0)
    assert peak < 500.0
    assert lags["p99"] < 50.0
    figure(
        f"{count} under way {filled:.0f} s after the last was asked for; {peak:.0f} MB at the peak; loop lag"
        f" p50 {lags['p50']:.1f}, p99 {lags['p99']:.1f}, max {lags['max']:.0f} ms"
    )


@pytest.mark.long
async def test_bar_processes_with_different_roles_share_the_work(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """One joins and one leaves under load, and nobody notices but the clock."""
    await environment.child(roles=["relay", "reconcile"])
    leaving = await environment.child(roles=["actors"])
    ids = await environment.create(40 if long else 6)
    joining = await environment.child(roles=["actors"])
    more = await environment.create(40 if long else 6)
    await leaving.stop()
    await environment.finished([*ids, *more], 60.0)
    await environment.check([*ids, *more])
    shares = {
        name: sum(call.by == name for call in environment.stub.calls) for name in (leaving.name, joining.name)
    }
    assert min(shares.values()) > 0
    assert await environment.extra_calls() == 0
    figure(f"calls made by the one that left and the one that joined: {sorted(shares.values())}")
