"""Fixtures of the fault suite: child processes for the session, an environment for each test, the table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from service.devstack.stack import Stack
from tests.faults.child_processes import ChildProcesses, open_child_processes
from tests.faults.environment import FaultEnvironment, open_environment
from tests.faults.figures import Figures, table, write_into
from tests.servers import StartStack

StartEnvironment = Callable[[Stack], Awaitable[FaultEnvironment]]
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
async def child_processes() -> AsyncIterator[ChildProcesses]:
    async with open_child_processes() as child_processes:
        yield child_processes


@pytest.fixture
def seed(long: bool) -> int | None:
    """The short form does the same each time, as far as it can; the long one leaves it to chance."""
    return None if long else 7


@pytest.fixture
async def environment(
    database: str, redis_url: str, child_processes: ChildProcesses, seed: int | None
) -> AsyncIterator[FaultEnvironment]:
    """An environment on the session's servers, which are not to be killed."""
    async with open_environment(database, redis_url, child_processes, seed=seed) as environment:
        yield environment


@pytest.fixture
async def environment_on(
    private_stack: StartStack, child_processes: ChildProcesses, seed: int | None
) -> AsyncIterator[StartEnvironment]:
    """``await environment_on(stack)``: an environment on servers of its own, which may be killed."""
    async with AsyncExitStack() as environments:

        async def start(stack: Stack) -> FaultEnvironment:
            return await environments.enter_async_context(
                open_environment(stack.database_url, stack.redis_url, child_processes, seed=seed)
            )

        yield start
