"""Deploys one after the other under load: processes leave while paid calls are under way, and others come."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.nursery import Child
from tests.faults.world import CALM, World, outage

Figure = Callable[[str], None]
pytestmark = pytest.mark.timeout(900)

#: The drain grace and the lease as they are without any setting.
DEFAULTS: dict[str, Any] = {"drain_seconds": None, "lease_seconds": CALM}


async def replaced(world: World, old: Child, *, kill: bool = False) -> Child:
    """A deploy: a new process comes, and the old one is asked to go, or is killed."""
    new = await world.child(**DEFAULTS)
    if kill:
        await world.kill(old)
    else:
        old.signal(signal.SIGTERM)
    return new


@pytest.mark.parametrize("deploys", [2, pytest.param(5, marks=pytest.mark.long)])
async def test_deploys_lose_no_call_and_no_story(
    world: World, figure: Figure, long: bool, deploys: int
) -> None:
    call, pause, stories = (45.0, 24.0, 8) if long else (1.0, 0.5, 3)
    world.stub.default_latency = call
    process = await world.child(**DEFAULTS)
    ids = await world.create(stories, watched=False)
    leaving = []
    for _ in range(deploys):
        await outage(pause)
        leaving.append(process)
        process = await replaced(world, process)
    seconds = await world.finished(ids, 30 + 12 * call)
    assert await ready(world) == stories
    assert await world.unknown_calls() == await world.extra_calls() == 0
    await asyncio.gather(*(child.ended.wait() for child in leaving))
    world.stub.default_latency = 0.01
    await world.check(ids)
    figure(f"{stories} stories, calls of {call:.0f} s: {deploys} SIGTERMs, each call once ({seconds:.0f} s)")


@pytest.mark.long
async def test_deploys_of_which_one_is_a_kill(world: World, figure: Figure, long: bool) -> None:
    call, pause, stories = (45.0, 24.0, 8) if long else (1.0, 0.5, 3)
    world.stub.default_latency = call
    process = await world.child(**DEFAULTS)
    ids = await world.create(stories, watched=False)
    for kill in (False, True, False):
        await outage(pause)
        process = await replaced(world, process, kill=kill)
    await world.finished(ids, 60 + 12 * call)
    assert await ready(world) == stories
    extra, unknown = await world.extra_calls(), await world.unknown_calls()
    assert extra <= unknown
    world.stub.default_latency = 0.01
    await world.check(ids)
    figure(f"with a kill -9 among three deploys: {extra} calls made twice, {unknown} unknown")


async def test_process_with_nothing_paid_under_way_leaves_at_once(world: World, figure: Figure) -> None:
    """Free work is not waited for, and costs nothing of its budget when it is handed back."""
    leaving = await world.child(**DEFAULTS, provider="offline", offline_seconds=600.0)
    (story_id,) = await world.create(1, watched=False)
    begun = "SELECT count(*) FROM provider_calls WHERE outcome = 'started'"
    await world.until(lambda: world.value(begun), "a free call is under way")
    began = time.monotonic()
    await leaving.stop()
    seconds = time.monotonic() - began
    await world.child(provider="offline", offline_seconds=0.0)
    await world.finished([story_id])
    assert seconds < 20, "it waited for a free call"
    assert await world.unknown_calls() == 0
    assert await world.value("SELECT max(failures + rescues) FROM jobs") == 0
    figure(f"with free work alone it left after {seconds:.1f} s")


async def test_process_that_leaves_begins_no_more_calls(world: World, figure: Figure) -> None:
    """The call under way is waited for; the next one of the same attempt is another process's."""
    leaving = await world.child(name="leaving", **DEFAULTS, steps={"content": 2})
    with world.stub.gate("content", by="leaving") as gate:
        ids = await world.create(1, watched=False)
        await gate.arrived(1)
        leaving.signal(signal.SIGTERM)
        draining = "SELECT draining FROM workers WHERE id = $1::text::uuid"
        await world.until(lambda: world.value(draining, leaving.worker_id), "it says that it drains")
        gate.open()
        await leaving.ended.wait()
    assert [call.by for call in world.stub.calls] == ["leaving"]
    await world.child(steps={"content": 2})
    await world.check(ids)
    assert await world.extra_calls() == 0
    figure("the call under way was kept; the next was made elsewhere")


async def ready(world: World) -> int:
    """How many stories are ready as a whole."""
    overall = "SELECT count(*) FROM stories WHERE asset_generation_status ->> 'overall' = 'ready'"
    return int(await world.value(overall))
