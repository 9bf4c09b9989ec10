"""Processes that freeze, wake up too late, stand still, or are asked to leave."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from service.process.start import LEAVING_SECONDS
from tests.faults.child_processes import Child
from tests.faults.config import Failpoint
from tests.faults.environment import LEASE, FaultEnvironment

Figure = Callable[[str], None]


#: The lease's end, the two seconds after which PostgreSQL ends the settlements that the frozen one may
#: have left open, a sweep, and what a busy machine adds.
BOUND = LEASE + 6.0


@pytest.fixture
def stories(long: bool) -> int:
    # A process has eight slots of a group.
    return 8 if long else 2


async def has_expired(environment: FaultEnvironment, child: Child) -> bool:
    return bool(
        await environment.value(
            "SELECT buried_at IS NOT NULL FROM workers WHERE id = $1::text::uuid", child.worker_id
        )
    )


async def too_late(child: Child) -> bool:
    """Whether an attempt of the child was refused its write, or stopped before it wrote."""
    stats = await child.stats()
    return bool(stats["refused"] + stats["stopped"])


async def came_back(child: Child) -> bool:
    return bool((await child.stats())["worker_id"] != child.worker_id)


async def wakes_up(environment: FaultEnvironment, child: Child, figure: Figure) -> None:
    """What a process that was taken for dead still wants to write is refused, and it comes back anew."""
    await environment.until(lambda: too_late(child), "its attempts are refused or stopped")
    await environment.until(lambda: came_back(child), "it comes back under a new id")
    await environment.check()
    stats = await child.stats()
    figure(
        f"{stats['refused']} late writes refused, {stats['stopped']} attempts stopped before they wrote;"
        f" {await environment.extra_calls()} extra calls"
    )


@pytest.mark.long
async def test_fault_08_frozen_for_two_leases_before_its_settlement(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    frozen = await environment.child(Failpoint(point="after_upload", group="cover", action="freeze"))
    ids = await environment.create(stories)
    await frozen.reached("after_upload")
    environment.history.note(f"{frozen.name} is frozen", ambiguous=True)
    await environment.child()
    await environment.until(lambda: has_expired(environment, frozen), "the frozen one expires", BOUND)
    await environment.finished(ids)
    frozen.signal(signal.SIGCONT)
    await wakes_up(environment, frozen, figure)
    assert (await frozen.stats())["refused"] >= 1, (
        "the end that it froze before was written, or was not counted"
    )


@pytest.mark.long
async def test_fault_09_the_frozen_one_finishes_after_its_successor(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    frozen = await environment.child(name="frozen")
    with environment.stub.gate("scene", by="frozen") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        frozen.signal(signal.SIGSTOP)
        environment.history.note("frozen in a provider call", ambiguous=True)
        await environment.child()
        await environment.finished(ids)
        won = await environment.database.pool.fetch(
            "SELECT id, result FROM jobs WHERE name = 'scene_1' ORDER BY id"
        )
        frozen.signal(signal.SIGCONT)
        gate.open()
        await wakes_up(environment, frozen, figure)
    after = await environment.database.pool.fetch(
        "SELECT id, result FROM jobs WHERE name = 'scene_1' AND id = ANY($1) ORDER BY id",
        [row["id"] for row in won],
    )
    assert [dict(row) for row in after] == [dict(row) for row in won], "the successor's result did not stand"
    assert await environment.value("SELECT count(*) FROM provider_calls WHERE outcome = 'duplicate'") >= 1


@pytest.mark.long
@pytest.mark.parametrize("way", ["asleep", "work"])
async def test_fault_10_the_event_loop_stands_still_for_longer_than_a_lease(
    environment: FaultEnvironment, figure: Figure, stories: int, way: str
) -> None:
    """In a call that sleeps, or in work that leaves the lease's thread its turns of the interpreter."""
    wedged = await environment.child(name="wedged")
    with environment.stub.gate("direction", by="wedged") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        await environment.child()
        environment.history.note("the loop stands still", ambiguous=True)
        wedged.tell(block=way)
        seconds = await environment.until(
            lambda: has_expired(environment, wedged), "a wedged process is taken for dead", BOUND
        )
        figure(f"{way}: taken for dead after {seconds:.1f} s (lease {LEASE} s)")
        await environment.finished(ids)
        wedged.tell(wake=True)
        gate.open()
        await wakes_up(environment, wedged, figure)


@pytest.mark.long
async def test_fault_11_terminated_under_load(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    leaving = await environment.child(name="leaving", drain_seconds=0.3)
    with environment.stub.gate("direction", by="leaving") as gate:
        ids = await environment.create(stories)
        held = await gate.arrived(stories)
        await environment.child()
        environment.history.note("SIGTERM while calls are under way", ambiguous=True)
        await leaving.stop()
        spent = await environment.database.pool.fetchrow(
            "SELECT max(failures) AS f, max(rescues) AS r FROM jobs"
        )
        assert spent is not None and (spent["f"], spent["r"]) == (0, 0), "a drain has spent a budget"
        assert await has_expired(environment, leaving)
        await environment.finished(ids)
    await environment.check(ids)
    figure(f"{len(held)} attempts handed back; no failure and no death counted")


@pytest.mark.long
async def test_fault_11_a_drain_lets_paid_calls_come_to_their_end(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    """What ends within the grace is made, and nothing is called twice."""
    environment.stub.latency["direction"] = 0.5
    leaving = await environment.child(name="leaving")
    with environment.stub.gate("direction", by="leaving") as gate:
        ids = await environment.create(stories)
        await gate.arrived(stories)
        await environment.child()
        leaving.signal(signal.SIGTERM)
        await environment.until(lambda: draining(environment, leaving), "it says that it drains")
        gate.open()
        await leaving.ended.wait()
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    figure(f"{stories} calls under way were finished, none was made twice")


@pytest.mark.long
@pytest.mark.parametrize("way", ["refuses", "is silent"])
async def test_fault_11_terminated_while_postgres_is_away(
    environment: FaultEnvironment, figure: Figure, stories: int, way: str
) -> None:
    """It leaves in time, whether PostgreSQL turns it away or does not answer at all."""
    grace = 0.5
    leaving = await environment.child(name="leaving", proxied=True, drain_seconds=grace)
    with environment.stub.gate("direction", by="leaving") as gate:
        ids = await environment.create(stories)
        await gate.arrived(stories)
        environment.history.note("SIGTERM with PostgreSQL away", ambiguous=True)
        if way == "refuses":
            environment.postgres_proxy.closed = True
            environment.postgres_proxy.cut()
        else:
            environment.postgres_proxy.freeze()
        began = time.monotonic()
        await leaving.stop(25.0)
        seconds = time.monotonic() - began
        await environment.child()
        await environment.finished(ids)
    environment.postgres_proxy.thaw()
    await environment.check(ids)
    # Connections of which nothing is heard take their own time to be closed after that.
    assert seconds < grace + LEAVING_SECONDS + 6.0
    figure(f"where it {way}: it left after {seconds:.1f} s; its jobs came back by its lease")


async def draining(environment: FaultEnvironment, child: Child) -> bool:
    return bool(
        await environment.value("SELECT draining FROM workers WHERE id = $1::text::uuid", child.worker_id)
    )


@pytest.mark.long
async def test_fault_12_terminated_and_then_killed(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    leaving = await environment.child(name="leaving", drain_seconds=30.0)
    with environment.stub.gate("direction", by="leaving") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        await environment.child()
        leaving.signal(signal.SIGTERM)
        await environment.until(lambda: draining(environment, leaving), "it says that it drains")
        await environment.kill(leaving)
        seconds = await environment.finished(ids)
    await environment.check(ids)
    assert await environment.extra_calls() <= await environment.unknown_calls()
    figure(
        f"all work was done {seconds:.1f} s after the kill; {await environment.unknown_calls()} calls unknown"
    )
