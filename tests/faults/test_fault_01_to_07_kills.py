"""kill -9 at the seven worst places: the work runs elsewhere, and nothing is made or told twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.config import Failpoint, Point
from tests.faults.nursery import Child
from tests.faults.world import LEASE, World

Figure = Callable[[str], None]


async def killed_at(world: World, point: Point, group: str, figure: Figure, stories: int) -> None:
    """One of two processes dies at a point; all that was accepted is made, and once."""
    victim = await world.child(Failpoint(point=point, group=group))
    ids = await world.create(stories)
    await victim.reached(point)
    await victim.ended.wait()
    world.history.note(f"{victim.name} died at {point}", ambiguous=True)
    await world.child()
    seconds = await world.until(lambda: taken_over(world, victim), "its jobs run elsewhere")
    await world.check(ids)
    extra = await world.extra_calls()
    assert extra <= await world.unknown_calls()
    figure(
        f"{seconds:.1f} s after the death all its jobs ran elsewhere (lease {LEASE} s); {extra} extra calls"
    )


async def taken_over(world: World, victim: Child) -> bool:
    """Whether nothing is left in a dead worker's hands, nor waits for it."""
    held = await world.value(
        "SELECT count(*) FROM jobs WHERE worker_id = $1::text::uuid OR (status = 'queued' AND rescues > 0)",
        victim.worker_id,
    )
    return not held


@pytest.fixture
def stories(long: bool) -> int:
    return 12 if long else 2


@pytest.mark.long
async def test_fault_01_killed_before_the_claims_commit(world: World, figure: Figure, stories: int) -> None:
    """Nobody was told to make it, so nobody called: the first call of its group is the successor's.

    What else the dead one had under way may be called again, as at every death.
    """
    await killed_at(world, "before_claim_commit", "direction", figure, stories)
    keys = [call.key for call in world.stub.calls if call.group == "direction"]
    assert len(keys) == len(set(keys)) == stories + 1


@pytest.mark.long
async def test_fault_02_killed_after_the_claim_before_the_ack(
    world: World, figure: Figure, stories: int
) -> None:
    await killed_at(world, "after_claim", "content", figure, stories)


async def test_fault_03_killed_during_a_provider_call(world: World, figure: Figure, stories: int) -> None:
    victim = await world.child()
    with world.stub.gate("scene") as gate:
        ids = await world.create(stories)
        calls = await gate.arrived(1)
        await world.kill(victim)
        await world.child()
        seconds = await world.until(lambda: taken_over(world, victim), "its jobs run elsewhere")
    await world.check(ids)
    hidden = await world.unknown_calls()
    assert 1 <= hidden <= len(calls) + len(world.stub.per_key())
    assert max(world.stub.per_key().values()) == 2
    figure(f"{seconds:.1f} s to run elsewhere; {hidden} calls marked unknown, each repeated once")


@pytest.mark.long
async def test_fault_04_killed_after_the_answer_before_the_checkpoint(
    world: World, figure: Figure, stories: int
) -> None:
    await killed_at(world, "after_answer", "cover", figure, stories)
    assert await world.extra_calls() >= 1


@pytest.mark.long
async def test_fault_05_killed_after_the_upload_before_the_settlement(
    world: World, figure: Figure, stories: int
) -> None:
    await killed_at(world, "after_upload", "scene", figure, stories)


@pytest.mark.long
async def test_fault_06_killed_after_the_settlement_before_it_is_told(
    world: World, figure: Figure, stories: int
) -> None:
    await killed_at(world, "after_settlement", "audio", figure, stories)


async def test_fault_07_killed_after_the_xadd_before_it_is_marked_sent(
    world: World, figure: Figure, stories: int
) -> None:
    await killed_at(world, "after_xadd", "activities", figure, stories)
