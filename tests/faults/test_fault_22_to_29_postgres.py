"""PostgreSQL breaks in eight ways: what was acknowledged stands, and everything else is tried again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from service.background.nudges import QUEUE
from service.db.pool import Database
from service.devstack.postgres import OWNER
from service.devstack.stack import Stack
from service.domain.assets import PlannedJob
from service.errors import Unavailable
from tests.faults.child_processes import Child
from tests.faults.config import Failpoint
from tests.faults.environment import CALM, LEASE, FaultEnvironment, outage
from tests.faults.test_fault_13_to_21_redis import goes_on, mark
from tests.servers import StartStack, execute

Figure = Callable[[str], None]

StartEnvironment = Callable[[Stack], Awaitable[FaultEnvironment]]

#: Attempts of a group that one process runs at once.
SLOTS = 8
#: Longer than what a transaction is repeated for (2.55 s), and than two leases.
AWAY = 3.2


@pytest.fixture
def stories(long: bool) -> int:
    return 20 if long else 3


async def test_fault_22_postgres_is_restarted_in_mid_load(
    private_stack: StartStack, environment_on: StartEnvironment, figure: Figure, stories: int
) -> None:
    stack = await private_stack()
    environment = await environment_on(stack)
    children = [await environment.child(), await environment.child()]
    with environment.stub.gate("direction") as gate:
        ids = await environment.create(stories)
        await gate.arrived(min(stories, SLOTS))
        before = {child.worker_id for child in children}
        await stack.postgres.kill()
        gate.open()
        await outage(AWAY)
        await stack.postgres.start()
        seconds = await goes_on(environment, await mark(environment))
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    assert {(await child.stats())["worker_id"] for child in children} == before, (
        "the outage expired the living"
    )
    assert await environment.value("SELECT max(failures) FROM jobs") == 0
    figure(f"away for {AWAY} s; work went on {seconds:.1f} s after its return, no call twice, nobody expired")


@pytest.mark.long
async def test_fault_22_an_end_waits_while_postgres_is_away(
    private_stack: StartStack, environment_on: StartEnvironment, figure: Figure
) -> None:
    """For longer than a transaction is repeated: the work is not done by another attempt instead."""
    stack = await private_stack()
    environment = await environment_on(stack)
    child = await environment.child(Failpoint(point="after_upload", group="content", action="hang"))
    ids = await environment.create(1)
    await child.reached("after_upload")
    await stack.postgres.kill()
    child.tell(release="after_upload")
    await outage(AWAY)
    await stack.postgres.start()
    await environment.finished(ids)
    await environment.check(ids)
    assert await environment.value("SELECT attempt FROM jobs WHERE grp = 'content'") == 1
    figure(f"an end waited for {AWAY} s, and no attempt was made again")


@pytest.mark.long
async def test_fault_23_backends_are_killed(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await environment.child()
    with environment.stub.gate("direction") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        killed = await environment.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await environment.check(ids)
    assert killed > 3
    assert await environment.extra_calls() == 0
    figure(f"{killed} backends killed; no call twice")


async def test_fault_24_the_connection_is_cut_after_the_commit_was_sent(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    await environment.child(proxied=True, lease_seconds=CALM)
    cuts = 60 if long else 6
    ids = await environment.create(4)
    for _ in range(cuts):
        cut = environment.postgres_proxy.swallow_reply(b"COMMIT")
        if len(await unfinished(environment)) == 0:
            ids += await environment.create(2)
        await asyncio.wait_for(cut.wait(), 60)
    await environment.check(ids, seconds=60.0)
    assert await environment.extra_calls() == 0
    figure(f"{cuts} commits whose answer was lost; no job and no call twice")


async def unfinished(environment: FaultEnvironment) -> list[asyncpg.Record]:
    return list(await environment.database.pool.fetch("SELECT id FROM jobs WHERE ended_at IS NULL"))


@pytest.mark.long
async def test_fault_25_the_pool_is_exhausted(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """Many times more attempts than connections: they wait for each other, and none is lost."""
    await environment.child(database_pool=4, concurrency_per_process=64, image_concurrency=64)
    ids = await environment.create(120 if long else 20)
    seconds = await environment.finished(ids, 60.0)
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    figure(f"{len(ids)} stories over 4 connections in {seconds:.1f} s")


@pytest.mark.long
async def test_fault_25_an_exhausted_pool_says_so(database: str) -> None:
    small = await Database.connect(database, size=1, acquire_seconds=0.05)
    try:
        # Not in a transaction: one that stood idle would be ended before the patience of ``repeat``.
        async with small.pool.acquire():
            with pytest.raises(Unavailable):
                await small.retry_transaction(lambda connection: connection.execute("SELECT 1"))
        assert await small.retry_transaction(lambda connection: connection.fetchval("SELECT 1")) == 1
    finally:
        await small.close()


@pytest.mark.long
async def test_fault_26_a_deadlock(
    environment: FaultEnvironment, stack: Stack, figure: Figure, stories: int
) -> None:
    """Somebody locks in the wrong order; PostgreSQL breaks the knot, and the settlement runs again."""
    await environment.child()
    admin = stack.postgres.admin_url()
    for statement in ("ALTER SYSTEM SET deadlock_timeout = '20ms'", "SELECT pg_reload_conf()"):
        await execute(admin, statement)
    await execute(admin, f"GRANT SET ON PARAMETER deadlock_timeout TO {OWNER}")
    with environment.stub.gate("content") as gate:
        ids = await environment.create(stories)
        await gate.arrived(min(stories, SLOTS))
        job = "SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'content' FOR UPDATE"
        aggregate = "SELECT id FROM aggregates WHERE id = $1 FOR UPDATE"
        async with environment.database.as_owner() as connection:
            await connection.execute("SET LOCAL deadlock_timeout = '10s'")
            await connection.execute(job, ids[0])
            gate.open()
            await environment.until(lambda: waits_for_a_lock(environment), "the settlement waits for the job")
            await connection.execute(aggregate, ids[0])
    await environment.check(ids)
    broken = await environment.value(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    await execute(admin, "ALTER SYSTEM RESET deadlock_timeout")
    await execute(admin, f"REVOKE SET ON PARAMETER deadlock_timeout FROM {OWNER}")
    assert await environment.extra_calls() == 0
    figure(f"{broken} deadlock brought about and survived")


async def waits_for_a_lock(environment: FaultEnvironment) -> bool:
    return bool(
        await environment.value(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE '%UPDATE jobs%')"
        )
    )


@pytest.mark.long
async def test_fault_26_no_deadlock_of_our_own(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """Settlements, cancels, expiries and dispatch over the same stories, in three processes."""
    for _ in range(3):
        await environment.child(
            concurrency_per_process=16, image_concurrency=32, image_concurrency_per_process=16
        )
    ids = await environment.create(80 if long else 12, scenes=4, watched=False)
    seconds = await environment.finished(ids, 60.0)
    await environment.check(ids)
    deadlocks = await environment.value(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0
    figure(f"{len(ids) * 11} jobs in {seconds:.1f} s over three processes; {deadlocks} deadlocks")


@pytest.mark.long
async def test_fault_27_a_transaction_is_left_open_by_a_frozen_process(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    """It holds what a relay and a dispatcher hold; PostgreSQL ends it, as it ends ours, when it is idle.

    Whoever asks for a story meanwhile waits for nobody.
    """
    await environment.child()
    ids = await environment.create(1)
    await environment.finished(ids)
    idle = await limit_of_idle(environment)
    frozen = await asyncpg.connect(
        environment.database_url, server_settings={"idle_in_transaction_session_timeout": f"{idle}s"}
    )
    await frozen.execute("BEGIN")
    await frozen.execute("SELECT FROM relay_parts FOR NO KEY UPDATE")
    await frozen.execute("SELECT FROM actor_groups FOR NO KEY UPDATE")
    began = time.monotonic()
    more = await environment.create(1)
    asked = time.monotonic() - began
    more += await environment.create(stories)
    await environment.finished(more, 30.0)
    seconds = time.monotonic() - began
    frozen.terminate()
    await environment.check([*ids, *more])
    assert seconds > idle, "nothing was held up, so nothing was shown"
    assert asked < 1.0, "a request waited for a relay or for a dispatcher"
    figure(f"a story was taken in after {asked:.2f} s, work went on after {seconds:.1f} s")


async def limit_of_idle(environment: FaultEnvironment) -> int:
    """After how many idle seconds PostgreSQL ends a transaction of ours."""
    limit = await environment.value("SHOW idle_in_transaction_session_timeout")
    return int(str(limit).removesuffix("s"))


@pytest.mark.long
async def test_fault_28_the_disk_is_full(environment: FaultEnvironment, figure: Figure, stories: int) -> None:
    """Every write of a job is refused as PostgreSQL refuses it when the disk is full."""
    child = await environment.child()
    with environment.stub.gate("direction") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        await environment.database.pool.execute(FULL)
        gate.open()
        await outage(AWAY)
        since = await mark(environment)
        await environment.database.pool.execute("DROP TRIGGER disk_is_full ON jobs")
        seconds = await goes_on(environment, since)
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    assert not child.ended.is_set()
    figure(f"full for {AWAY} s; work went on {seconds:.1f} s after")


FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER disk_is_full BEFORE UPDATE ON jobs FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full();
"""


@pytest.mark.long
async def test_fault_29_statistics_from_an_idle_time_then_a_burst(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """The planner believes that nothing runs and nothing waits; the burst must not crawl for it."""
    child = await environment.child(concurrency_per_process=64, files=False)
    await environment.finished(await environment.create(4, watched=False))
    await environment.database.pool.execute("ANALYZE")
    count = 1500 if long else 100
    plan = (PlannedJob("content", "content", ()),)
    await environment.database.pool.execute("UPDATE actor_groups SET paused = true")
    ids = await environment.create(count, plan=plan, watched=False)
    await environment.database.pool.execute("UPDATE actor_groups SET paused = false")
    environment.nudges.send(QUEUE)
    seconds = await environment.finished(ids, 60.0)
    await assert_indexes_are_used(environment, child)
    await environment.check(ids)
    assert count / seconds > 20
    figure(f"{count / seconds:.0f} jobs/s from statistics of an idle time (lease {LEASE} s)")


async def assert_indexes_are_used(environment: FaultEnvironment, child: Child) -> None:
    """The hot statements must not have read the table from end to end again and again."""
    scanned = await environment.value("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'jobs'")
    jobs = await environment.value("SELECT count(*) FROM jobs")
    assert not child.ended.is_set()
    assert scanned < jobs * jobs / 2, f"{scanned} rows read in scans of {jobs} jobs"
