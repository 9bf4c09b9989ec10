"""Deploys one after the other under load: processes leave while paid calls are under way, and others come."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.child_processes import Child
from tests.faults.environment import CALM, FaultEnvironment, outage

Figure = Callable[[str], None]
pytestmark = pytest.mark.timeout(900)

#: The drain grace and the lease as they are without any setting.
DEFAULTS: dict[str, Any] = {"drain_seconds": None, "lease_seconds": CALM}


async def replaced(environment: FaultEnvironment, old: Child, *, kill: bool = False) -> Child:
    """A deploy: a new process comes, and the old one is asked to go, or is killed."""
    new = await environment.child(**DEFAULTS)
    if kill:
        await environment.kill(old)
    else:
        old.signal(signal.SIGTERM)
    return new


@pytest.mark.parametrize("deploys", [2, pytest.param(5, marks=pytest.mark.long)])
async def test_deploys_lose_no_call_and_no_story(
    environment: FaultEnvironment, figure: Figure, long: bool, deploys: int
) -> None:
    call, pause, stories = (45.0, 24.0, 8) if long else (1.0, 0.5, 3)
    environment.stub.default_latency = call
    process = await environment.child(**DEFAULTS)
    ids = await environment.create(stories, watched=False)
    leaving = []
    for _ in range(deploys):
        await outage(pause)
        leaving.append(process)
        process = await replaced(environment, process)
    seconds = await environment.finished(ids, 30 + 12 * call)
    assert await ready(environment) == stories
    assert await environment.unknown_calls() == await environment.extra_calls() == 0
    await asyncio.gather(*(child.ended.wait() for child in leaving))
    environment.stub.default_latency = 0.01
    await environment.check(ids)
    figure(f"{stories} stories, calls of {call:.0f} s: {deploys} SIGTERMs, each call once ({seconds:.0f} s)")


@pytest.mark.long
async def test_deploys_of_which_one_is_a_kill(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    call, pause, stories = (45.0, 24.0, 8) if long else (1.0, 0.5, 3)
    environment.stub.default_latency = call
    process = await environment.child(**DEFAULTS)
    ids = await environment.create(stories, watched=False)
    for kill in (False, True, False):
        await outage(pause)
        process = await replaced(environment, process, kill=kill)
    await environment.finished(ids, 60 + 12 * call)
    assert await ready(environment) == stories
    extra, unknown = await environment.extra_calls(), await environment.unknown_calls()
    assert extra <= unknown
    environment.stub.default_latency = 0.01
    await environment.check(ids)
    figure(f"with a kill -9 among three deploys: {extra} calls made twice, {unknown} unknown")


async def test_process_with_nothing_paid_under_way_leaves_at_once(
    environment: FaultEnvironment, figure: Figure
) -> None:
    """Free work is not waited for, and costs nothing of its budget when it is handed back."""
    leaving = await environment.child(**DEFAULTS, provider="offline", offline_seconds=600.0)
    (story_id,) = await environment.create(1, watched=False)
    begun = "SELECT count(*) FROM provider_calls WHERE outcome = 'started'"
    await environment.until(lambda: environment.value(begun), "a free call is under way")
    began = time.monotonic()
    await leaving.stop()
    seconds = time.monotonic() - began
    await environment.child(provider="offline", offline_seconds=0.0)
    await environment.finished([story_id])
    assert seconds < 20, "it waited for a free call"
    assert await environment.unknown_calls() == 0
    assert await environment.value("SELECT max(failures + rescues) FROM jobs") == 0
    figure(f"with free work alone it left after {seconds:.1f} s")


async def test_process_that_leaves_begins_no_more_calls(
    environment: FaultEnvironment, figure: Figure
) -> None:
    """The call under way is waited for; the next one of the same attempt is another process's."""
    leaving = await environment.child(name="leaving", **DEFAULTS, steps={"content": 2})
    with environment.stub.gate("content", by="leaving") as gate:
        ids = await environment.create(1, watched=False)
        await gate.arrived(1)
        leaving.signal(signal.SIGTERM)
        draining = "SELECT draining FROM workers WHERE id = $1::text::uuid"
        await environment.until(
            lambda: environment.value(draining, leaving.worker_id), "it says that it drains"
        )
        gate.open()
        await leaving.ended.wait()
    assert [call.by for call in environment.stub.calls] == ["leaving"]
    await environment.child(steps={"content": 2})
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    figure("the call under way was kept; the next was made elsewhere")


async def ready(environment: FaultEnvironment) -> int:
    """How many stories are ready as a whole."""
    overall = "SELECT count(*) FROM stories WHERE asset_generation_status ->> 'overall' = 'ready'"
    return int(await environment.value(overall))
