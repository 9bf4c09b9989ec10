"""kill -9 at the seven worst places: the work runs elsewhere, and nothing is made or told twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.child_processes import Child
from tests.faults.config import Failpoint, Point
from tests.faults.environment import LEASE, FaultEnvironment

Figure = Callable[[str], None]


async def killed_at(
    environment: FaultEnvironment, point: Point, group: str, figure: Figure, stories: int
) -> None:
    """One of two processes dies at a point; all that was accepted is made, and once."""
    victim = await environment.child(Failpoint(point=point, group=group))
    ids = await environment.create(stories)
    await victim.reached(point)
    await victim.ended.wait()
    environment.history.note(f"{victim.name} died at {point}", ambiguous=True)
    await environment.child()
    seconds = await environment.until(lambda: taken_over(environment, victim), "its jobs run elsewhere")
    await environment.check(ids)
    extra = await environment.extra_calls()
    assert extra <= await environment.unknown_calls()
    figure(
        f"{seconds:.1f} s after the death all its jobs ran elsewhere (lease {LEASE} s); {extra} extra calls"
    )


async def taken_over(environment: FaultEnvironment, victim: Child) -> bool:
    """Whether nothing is left in a dead worker's hands, nor waits for it."""
    held = await environment.value(
        "SELECT count(*) FROM jobs WHERE worker_id = $1::text::uuid OR (status = 'queued' AND rescues > 0)",
        victim.worker_id,
    )
    return not held


@pytest.fixture
def stories(long: bool) -> int:
    return 12 if long else 2


@pytest.mark.long
async def test_fault_01_killed_before_the_claims_commit(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    """Nobody was told to make it, so nobody called: the first call of its group is the successor's.

    What else the dead one had under way may be called again, as at every death.
    """
    await killed_at(environment, "before_claim_commit", "direction", figure, stories)
    keys = [call.key for call in environment.stub.calls if call.group == "direction"]
    assert len(keys) == len(set(keys)) == stories + 1


@pytest.mark.long
async def test_fault_02_killed_after_the_claim_before_the_ack(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await killed_at(environment, "after_claim", "content", figure, stories)


async def test_fault_03_killed_during_a_provider_call(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    victim = await environment.child()
    with environment.stub.gate("scene") as gate:
        ids = await environment.create(stories)
        calls = await gate.arrived(1)
        await environment.kill(victim)
        await environment.child()
        seconds = await environment.until(lambda: taken_over(environment, victim), "its jobs run elsewhere")
    await environment.check(ids)
    hidden = await environment.unknown_calls()
    assert 1 <= hidden <= len(calls) + len(environment.stub.per_key())
    assert max(environment.stub.per_key().values()) == 2
    figure(f"{seconds:.1f} s to run elsewhere; {hidden} calls marked unknown, each repeated once")


@pytest.mark.long
async def test_fault_04_killed_after_the_answer_before_the_checkpoint(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await killed_at(environment, "after_answer", "cover", figure, stories)
    assert await environment.extra_calls() >= 1


@pytest.mark.long
async def test_fault_05_killed_after_the_upload_before_the_settlement(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await killed_at(environment, "after_upload", "scene", figure, stories)


@pytest.mark.long
async def test_fault_06_killed_after_the_settlement_before_it_is_told(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await killed_at(environment, "after_settlement", "audio", figure, stories)


async def test_fault_07_killed_after_the_xadd_before_it_is_marked_sent(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await killed_at(environment, "after_xadd", "activities", figure, stories)
