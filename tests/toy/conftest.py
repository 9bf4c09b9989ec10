"""Fixtures: a house for all tests, and worlds to break."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from service.devstack.stack import Stack
from tests.faults.conftest import nursery
from tests.faults.nursery import Nursery
from tests.faults.world import World
from tests.servers import fresh_database
from tests.toy.house import House, open_house, open_toy_world

__all__ = ["nursery"]


@pytest.fixture(scope="session")
async def house(stack: Stack, template_database: str, nursery: Nursery) -> AsyncIterator[House]:
    """A process that nothing breaks: each test has users of its own, who see but theirs."""
    async with (
        fresh_database(stack, template_database) as database,
        open_toy_world(database, f"{stack.redis_url}?db=2", nursery) as world,
        open_house(world) as house,
    ):
        yield house


@pytest.fixture
async def world(database: str, redis_url: str, nursery: Nursery) -> AsyncIterator[World]:
    """A world to break."""
    async with open_toy_world(database, redis_url, nursery) as world:
        yield world
