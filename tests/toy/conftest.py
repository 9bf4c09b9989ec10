"""Fixtures: a process for all tests, and environments to break."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from service.devstack.stack import Stack
from tests.faults.child_processes import ChildProcesses
from tests.faults.conftest import child_processes
from tests.faults.environment import FaultEnvironment
from tests.servers import fresh_database
from tests.toy.process import ToyProcess, open_toy_environment, open_toy_process

__all__ = ["child_processes"]


@pytest.fixture(scope="session")
async def toy_process(
    stack: Stack, template_database: str, child_processes: ChildProcesses
) -> AsyncIterator[ToyProcess]:
    """A process that nothing breaks: each test has users of its own, who see but theirs."""
    async with (
        fresh_database(stack, template_database) as database,
        open_toy_environment(database, f"{stack.redis_url}?db=2", child_processes) as environment,
        open_toy_process(environment) as toy_process,
    ):
        yield toy_process


@pytest.fixture
async def environment(
    database: str, redis_url: str, child_processes: ChildProcesses
) -> AsyncIterator[FaultEnvironment]:
    """An environment to break."""
    async with open_toy_environment(database, redis_url, child_processes) as environment:
        yield environment
