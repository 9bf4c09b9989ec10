"""Fixtures of the fault suite: one nursery a session, one world a test, and the table at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from service.devstack.stack import Stack
from tests.faults.figures import Figures, table, write_into
from tests.faults.nursery import Nursery, open_nursery
from tests.faults.world import World, open_world
from tests.servers import StartStack

StartWorld = Callable[[Stack], Awaitable[World]]
_FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of faults, tests, results and figures."""
    rows = table(config.stash[_FIGURES])
    if config.getoption("--faults") == "long" and rows:
        terminalreporter.section("faults")
        terminalreporter.write_line(rows)
        if page := config.getoption("--faults-page"):
            write_into(Path(page), rows)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``figure("2.1 s to run elsewhere")``: a figure for the test's row of the table."""
    figures = request.config.stash[_FIGURES]
    return lambda text: figures.add(request.node.nodeid, text)


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether this is the long form."""
    return bool(request.config.getoption("--faults") == "long")


@pytest.fixture(scope="session")
async def nursery() -> AsyncIterator[Nursery]:
    async with open_nursery() as nursery:
        yield nursery


@pytest.fixture
def seed(long: bool) -> int | None:
    """The short form does the same each time, as far as it can; the long one leaves it to chance."""
    return None if long else 7


@pytest.fixture
async def world(database: str, redis_url: str, nursery: Nursery, seed: int | None) -> AsyncIterator[World]:
    """A world on the session's servers, which are not to be killed."""
    async with open_world(database, redis_url, nursery, seed=seed) as world:
        yield world


@pytest.fixture
async def world_on(
    private_stack: StartStack, nursery: Nursery, seed: int | None
) -> AsyncIterator[StartWorld]:
    """``world = await world_on(stack)``: a world on servers of its own, which may be killed."""
    async with AsyncExitStack() as worlds:

        async def start(stack: Stack) -> World:
            return await worlds.enter_async_context(
                open_world(stack.database_url, stack.redis_url, nursery, seed=seed)
            )

        yield start
