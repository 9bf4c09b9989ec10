"""Everything that is started follows one contract, whatever it does meanwhile."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock, MagicMock

import pytest
import pytest_asyncio

# Wires all of a process, and so imports every component; the sweeper is of `up` alone.
import service.devstack.sweeper
import service.process.start  # noqa: F401
from actors.runtime.worker import Worker
from service.background.leases import Lease
from service.devstack.sweeper import Sweeper
from service.genesis.scheduler import SessionScheduler
from service.lifecycle import Component, Loop
from service.settings import Settings

#: A loop for each test: on the one of the session, services of other tests begin tasks of their own.
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="function")]


def below(kind: type[Any]) -> list[type[Any]]:
    found = [one for child in kind.__subclasses__() for one in (child, *below(child))]
    return [
        one
        for one in found
        if not inspect.isabstract(one) and one.__module__.startswith(("service", "actors"))
    ]


def named(kinds: list[type[Any]]) -> list[Any]:
    return [pytest.param(kind, id=kind.__name__) for kind in sorted(kinds, key=lambda kind: kind.__name__)]


COMPONENTS, LOOPS = named(below(Component)), named(below(Loop))

#: What cannot be a mock.
GIVEN: dict[type[Any], dict[str, Any]] = {
    Lease: {"database": MagicMock(pool=AsyncMock()), "seconds": 60.0, "roles": (), "slots": {}},
    Worker: {"slots": {}, "lease": MagicMock(renewed=AsyncMock())},
    Sweeper: {"new": True},
    SessionScheduler: {"settings": Settings()},
}


class Passes:
    """The passes of a loop, of which the first few fail."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.made = 0
        self.changed = asyncio.Condition()

    async def __call__(self) -> None:
        await asyncio.sleep(0)
        async with self.changed:
            self.made += 1
            self.changed.notify_all()
        if self.made <= self.failures:
            raise ValueError("nobody planned for this")

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: self.made >= count)


def built(kind: type[Any], failures: int = 0) -> Any:
    wanted = [
        one for one in inspect.signature(kind).parameters.values() if one.kind is not one.VAR_POSITIONAL
    ]
    mocks = {one.name: MagicMock() for one in wanted if one.default is one.empty}
    component = kind(**(mocks | GIVEN.get(kind, {})))
    if isinstance(component, Loop):
        component.run_once = Passes(failures)  # type: ignore[method-assign]
    return component


@pytest_asyncio.fixture(autouse=True, loop_scope="function")
async def _nothing_is_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"tasks were lost: {left}"


async def test_contract_is_held_by_all() -> None:
    names = {param.id for param in COMPONENTS}
    assert names >= {"Hub", "Feed", "Lease", "Nudges", "Worker", "GroupReader", "Relay", "Reconciler"}, names


@pytest.mark.parametrize("kind", COMPONENTS)
async def test_second_start_is_an_error_and_the_first_goes_on(kind: type[Any]) -> None:
    component = built(kind)
    await component.start()
    try:
        with pytest.raises(RuntimeError, match=component.name):
            await component.start()
        if isinstance(component, Loop):
            await component.run_once.reach(1)  # type: ignore[attr-defined]
    finally:
        await component.stop()


@pytest.mark.parametrize("kind", COMPONENTS)
async def test_stop_may_be_asked_for_at_any_time_and_start_again_after_it(kind: type[Any]) -> None:
    component = built(kind)
    await component.stop()
    await component.start()
    await asyncio.gather(component.stop(), component.stop())
    await component.stop()
    await component.start()
    await component.stop()


@pytest.mark.parametrize("kind", LOOPS)
async def test_loop_goes_on_after_a_pass_that_failed(kind: type[Any]) -> None:
    loop = built(kind, failures=2)
    await loop.start()
    try:
        await loop.run_once.reach(3)
    finally:
        await loop.stop()


@pytest.mark.parametrize("kind", LOOPS)
async def test_nudge_makes_a_pass_and_a_stop_waits_for_no_interval(kind: type[Any]) -> None:
    loop = built(kind)
    loop.interval = loop.interval and 3600.0
    await loop.start()
    try:
        await loop.run_once.reach(1)
        loop.nudge()
        await loop.run_once.reach(2)
    finally:
        await asyncio.wait_for(loop.stop(), 20)


async def test_stop_does_not_wait_for_the_pause_after_an_error() -> None:
    loop = built(Sweeper, failures=1000)
    loop.longest_pause = 3600.0
    loop._pause = lambda failures: 3600.0
    await loop.start()
    await loop.run_once.reach(1)
    async with asyncio.timeout(20):
        await loop.stop()
