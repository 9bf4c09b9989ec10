"""Fixtures for tests over real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.settings import Settings
from tests.http_service import Caller, HttpService, open_services, serve
from tests.integration.provider_books import Works, open_stubs, open_works
from tests.servers import fresh_database, http_url


@pytest.fixture(scope="session")
async def http_service(stack: Stack, template_database: str) -> AsyncIterator[HttpService]:
    """The HTTP service over one database for all tests: each has users of its own, who see but theirs."""
    with temporary_folder() as files:
        async with (
            fresh_database(stack, template_database) as database,
            aiohttp.ClientSession() as session,
            open_services(database, files, user_url=http_url(stack, database)) as services,
            serve(services, Settings(), session) as http_service,
        ):
            yield http_service


@pytest.fixture
async def maya(http_service: HttpService) -> Caller:
    """A user who may make as many stories as they like."""
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    return user


@pytest.fixture
async def stranger(http_service: HttpService) -> Caller:
    """Another user."""
    return http_service.somebody()


@pytest.fixture(scope="session")
async def provider_works(stack: Stack, template_database: str) -> AsyncIterator[Works]:
    """A process with real clients before stub providers, for all tests: a start costs more than a book."""
    async with fresh_database(stack, template_database) as database:
        with temporary_folder() as files:
            async with (
                open_stubs() as stubs,
                open_works(stubs, database, stack.redis_url, files, "provider-books") as works,
            ):
                yield works
