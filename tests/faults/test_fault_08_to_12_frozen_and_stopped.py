"""Processes that freeze, wake up too late, stand still, or are asked to leave."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from service.process.start import LEAVING_SECONDS
from tests.faults.config import Failpoint
from tests.faults.nursery import Child
from tests.faults.world import LEASE, World

Figure = Callable[[str], None]


#: The lease's end, the two seconds after which PostgreSQL ends the settlements that the frozen one may
#: have left open, a sweep, and what a busy machine adds.
BOUND = LEASE + 6.0


@pytest.fixture
def stories(long: bool) -> int:
    # A process has eight slots of a group.
    return 8 if long else 2


async def has_expired(world: World, child: Child) -> bool:
    return bool(
        await world.value(
            "SELECT buried_at IS NOT NULL FROM workers WHERE id = $1::text::uuid", child.worker_id
        )
    )


async def too_late(child: Child) -> bool:
    """Whether an attempt of the child was refused its write, or stopped before it wrote."""
    stats = await child.stats()
    return bool(stats["refused"] + stats["stopped"])


async def came_back(child: Child) -> bool:
    return bool((await child.stats())["worker_id"] != child.worker_id)


async def wakes_up(world: World, child: Child, figure: Figure) -> None:
    """What a process that was taken for dead still wants to write is refused, and it comes back anew."""
    await world.until(lambda: too_late(child), "its attempts are refused or stopped")
    await world.until(lambda: came_back(child), "it comes back under a new id")
    await world.check()
    stats = await child.stats()
    figure(
        f"{stats['refused']} late writes refused, {stats['stopped']} attempts stopped before they wrote;"
        f" {await world.extra_calls()} extra calls"
    )


@pytest.mark.long
async def test_fault_08_frozen_for_two_leases_before_its_settlement(
    world: World, figure: Figure, stories: int
) -> None:
    frozen = await world.child(Failpoint(point="after_upload", group="cover", action="freeze"))
    ids = await world.create(stories)
    await frozen.reached("after_upload")
    world.history.note(f"{frozen.name} is frozen", ambiguous=True)
    await world.child()
    await world.until(lambda: has_expired(world, frozen), "the frozen one expires", BOUND)
    await world.finished(ids)
    frozen.signal(signal.SIGCONT)
    await wakes_up(world, frozen, figure)
    assert (await frozen.stats())["refused"] >= 1, (
        "the end that it froze before was written, or was not counted"
    )


@pytest.mark.long
async def test_fault_09_the_frozen_one_finishes_after_its_successor(
    world: World, figure: Figure, stories: int
) -> None:
    frozen = await world.child(name="frozen")
    with world.stub.gate("scene", by="frozen") as gate:
        ids = await world.create(stories)
        await gate.arrived(1)
        frozen.signal(signal.SIGSTOP)
        world.history.note("frozen in a provider call", ambiguous=True)
        await world.child()
        await world.finished(ids)
        won = await world.database.pool.fetch(
            "SELECT id, result FROM jobs WHERE name = 'scene_1' ORDER BY id"
        )
        frozen.signal(signal.SIGCONT)
        gate.open()
        await wakes_up(world, frozen, figure)
    after = await world.database.pool.fetch(
        "SELECT id, result FROM jobs WHERE name = 'scene_1' AND id = ANY($1) ORDER BY id",
        [row["id"] for row in won],
    )
    assert [dict(row) for row in after] == [dict(row) for row in won], "the successor's result did not stand"
    assert await world.value("SELECT count(*) FROM provider_calls WHERE outcome = 'duplicate'") >= 1


@pytest.mark.long
@pytest.mark.parametrize("way", ["asleep", "work"])
async def test_fault_10_the_event_loop_stands_still_for_longer_than_a_lease(
    world: World, figure: Figure, stories: int, way: str
) -> None:
    """In a call that sleeps, or in work that leaves the lease's thread its turns of the interpreter."""
    wedged = await world.child(name="wedged")
    with world.stub.gate("direction", by="wedged") as gate:
        ids = await world.create(stories)
        await gate.arrived(1)
        await world.child()
        world.history.note("the loop stands still", ambiguous=True)
        wedged.tell(block=way)
        seconds = await world.until(
            lambda: has_expired(world, wedged), "a wedged process is taken for dead", BOUND
        )
        figure(f"{way}: taken for dead after {seconds:.1f} s (lease {LEASE} s)")
        await world.finished(ids)
        wedged.tell(wake=True)
        gate.open()
        await wakes_up(world, wedged, figure)


@pytest.mark.long
async def test_fault_11_terminated_under_load(world: World, figure: Figure, stories: int) -> None:
    leaving = await world.child(name="leaving", drain_seconds=0.3)
    with world.stub.gate("direction", by="leaving") as gate:
        ids = await world.create(stories)
        held = await gate.arrived(stories)
        await world.child()
        world.history.note("SIGTERM while calls are under way", ambiguous=True)
        await leaving.stop()
        spent = await world.database.pool.fetchrow("SELECT max(failures) AS f, max(rescues) AS r FROM jobs")
        assert spent is not None and (spent["f"], spent["r"]) == (0, 0), "a drain has spent a budget"
        assert await has_expired(world, leaving)
        await world.finished(ids)
    await world.check(ids)
    figure(f"{len(held)} attempts handed back; no failure and no death counted")


@pytest.mark.long
async def test_fault_11_a_drain_lets_paid_calls_come_to_their_end(
    world: World, figure: Figure, stories: int
) -> None:
    """What ends within the grace is made, and nothing is called twice."""
    world.stub.latency["direction"] = 0.5
    leaving = await world.child(name="leaving")
    with world.stub.gate("direction", by="leaving") as gate:
        ids = await world.create(stories)
        await gate.arrived(stories)
        await world.child()
        leaving.signal(signal.SIGTERM)
        await world.until(lambda: draining(world, leaving), "it says that it drains")
        gate.open()
        await leaving.ended.wait()
    await world.check(ids)
    assert await world.extra_calls() == 0
    figure(f"{stories} calls under way were finished, none was made twice")


@pytest.mark.long
@pytest.mark.parametrize("way", ["refuses", "is silent"])
async def test_fault_11_terminated_while_postgres_is_away(
    world: World, figure: Figure, stories: int, way: str
) -> None:
    """It leaves in time, whether PostgreSQL turns it away or does not answer at all."""
    grace = 0.5
    leaving = await world.child(name="leaving", proxied=True, drain_seconds=grace)
    with world.stub.gate("direction", by="leaving") as gate:
        ids = await world.create(stories)
        await gate.arrived(stories)
        world.history.note("SIGTERM with PostgreSQL away", ambiguous=True)
        if way == "refuses":
            world.postgres_proxy.closed = True
            world.postgres_proxy.cut()
        else:
            world.postgres_proxy.freeze()
        began = time.monotonic()
        await leaving.stop(25.0)
        seconds = time.monotonic() - began
        await world.child()
        await world.finished(ids)
    world.postgres_proxy.thaw()
    await world.check(ids)
    # Connections of which nothing is heard take their own time to be closed after that.
    assert seconds < grace + LEAVING_SECONDS + 6.0
    figure(f"where it {way}: it left after {seconds:.1f} s; its jobs came back by its lease")


async def draining(world: World, child: Child) -> bool:
    return bool(await world.value("SELECT draining FROM workers WHERE id = $1::text::uuid", child.worker_id))


@pytest.mark.long
async def test_fault_12_terminated_and_then_killed(world: World, figure: Figure, stories: int) -> None:
    leaving = await world.child(name="leaving", drain_seconds=30.0)
    with world.stub.gate("direction", by="leaving") as gate:
        ids = await world.create(stories)
        await gate.arrived(1)
        await world.child()
        leaving.signal(signal.SIGTERM)
        await world.until(lambda: draining(world, leaving), "it says that it drains")
        await world.kill(leaving)
        seconds = await world.finished(ids)
    await world.check(ids)
    assert await world.extra_calls() <= await world.unknown_calls()
    figure(f"all work was done {seconds:.1f} s after the kill; {await world.unknown_calls()} calls unknown")
