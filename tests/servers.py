"""Real servers for tests, as fixtures.

``database`` is a fresh database with the schema, ``pool`` a pool on it, and ``redis_url`` an empty
Valkey; they share one pair of servers a session. ``private_stack`` starts a pair of one's own, for
tests that kill, freeze or restart servers.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import redis.asyncio

from service.db.migrate import head
from service.devstack.postgres import OWNER
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder

SCHEMA = Path(__file__).parents[1] / "schema.sql"

#: What a migration leaves beside the schema: commands ask for it.
_MARK = f"CREATE TABLE alembic_version AS SELECT '{head()}'::varchar(32) AS version_num;"

#: Commits survive the death of every process, as in earnest, but not that of the machine.
QUICK: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}

#: Where nothing listens: no free port is asked for, which another program could take.
NOWHERE = "http://127.0.0.1:1"

StartStack = Callable[..., Awaitable[Stack]]

_numbers = itertools.count(1)


async def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for the state of other processes or of the disk, which tell nobody when they change.

    The time is that of a machine that does much else: only what never comes to be takes it.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It never came to be."
        await asyncio.sleep(0.005)


def copy_folder(source: Path, target: Path) -> None:
    """With owners, which shutil does not keep."""
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)


@asynccontextmanager
async def quick_stack(folder: Path, **postgres_settings: str) -> AsyncIterator[Stack]:
    """A pair of servers on ``folder`` that do not wait for the disk."""
    async with Stack(folder, postgres_settings={**QUICK, **postgres_settings}) as stack:
        yield stack


async def execute(url: str, sql: str) -> None:
    """Run statements on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator[Stack]:
    """The session's pair of servers. Not to be killed: that is for ``private_stack``."""
    with temporary_folder() as folder:
        async with quick_stack(folder) as stack:
            yield stack


async def make_database(stack: Stack, name: str, template: str = "template1") -> None:
    """A database of the stack's owner, who may not make one."""
    # Copied as files, a database of this size is there, and gone again, in half the time.
    making = f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY"
    await execute(stack.postgres.admin_url(), making)


def http_url(stack: Stack, url: str) -> str:
    """The same database for users' requests: the login that may only act for one of them."""
    return stack.postgres.http_url(url.rpartition("/")[2])


def admin_url(stack: Stack, url: str) -> str:
    """The same database as the superuser, who is nobody of the service's."""
    return stack.postgres.admin_url(url.rpartition("/")[2])


def place_of(url: str) -> str:
    """Where a URL's server is, as it stands in the URL."""
    return urlsplit(url).netloc.rpartition("@")[2]


@pytest.fixture(scope="session")
async def template_database(stack: Stack) -> str:
    """The name of a database that has the schema and no rows."""
    await make_database(stack, "pristine")
    await execute(stack.postgres.url("pristine"), SCHEMA.read_text() + _MARK)
    return "pristine"


@asynccontextmanager
async def fresh_database(stack: Stack, template: str) -> AsyncIterator[str]:
    """The URL of a fresh database with the schema; dropped at the end, whoever is connected."""
    name = f"test_{next(_numbers)}"
    await make_database(stack, name, template)
    yield stack.postgres.url(name)
    await execute(stack.postgres.admin_url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(stack: Stack, template_database: str) -> AsyncIterator[str]:
    """The URL of a fresh database for one test."""
    async with fresh_database(stack, template_database) as url:
        yield url


@pytest.fixture(scope="module")
async def module_database(stack: Stack, template_database: str) -> AsyncIterator[str]:
    """The URL of a fresh database for the tests of one module."""
    async with fresh_database(stack, template_database) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool[Any]]:
    """A pool of up to 8 connections on the fresh database."""
    async with asyncpg.create_pool(database, min_size=1, max_size=8) as pool:
        yield pool


@pytest.fixture
async def redis_url(stack: Stack) -> str:
    """The URL of an empty database of the session's Valkey.

    Not the one that services of a whole session use: they go on writing between their tests.
    """
    url = f"{stack.redis_url}?db=1"
    async with redis.asyncio.Redis.from_url(url) as client:
        await client.flushdb()
    return url


@pytest.fixture(scope="session")
async def pristine_folder() -> AsyncIterator[Path]:
    """A data folder whose database has the schema, to copy: that is faster than to make one."""
    with temporary_folder() as folder:
        async with quick_stack(folder) as stack:
            await execute(stack.database_url, SCHEMA.read_text() + _MARK)
        yield folder


@pytest.fixture(scope="session")
def made_folder(pristine_folder: Path) -> Iterator[Path]:
    """The data folder of a run that has ended, for those who leave it as they found it."""
    with temporary_folder() as folder:
        copy_folder(pristine_folder, folder)
        yield folder


@pytest.fixture
async def private_stack(pristine_folder: Path) -> AsyncIterator[StartStack]:
    """``stack = await private_stack()``: servers of one's own, with the schema, as many as are asked for.

    ``stack.postgres`` and ``stack.valkey`` have ``kill``, ``start``, ``stop``, ``restart`` and ``pid``;
    ``await stack.valkey.forget()`` kills it and empties it. Keywords are PostgreSQL's settings.
    """
    async with AsyncExitStack() as stacks:

        async def start(**postgres_settings: str) -> Stack:
            folder = stacks.enter_context(temporary_folder())
            copy_folder(pristine_folder, folder)
            return await stacks.enter_async_context(quick_stack(folder, **postgres_settings))

        yield start
