"""``storytroupe genesis verify``: an operator sees which sessions differ from their events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from actors.registry import REGISTRY
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.cli.app import app
from service.db.pool import Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.errors import NotFound
from tests.factories import USER
from tests.genesis_sessions import Person

T = TypeVar("T")


@pytest.fixture
def url(module_database: str, stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The database of a service, as its operator's settings have it."""
    monkeypatch.setenv("DATABASE_URL", module_database)
    monkeypatch.setenv("REDIS_URL", stack.redis_url)
    monkeypatch.setenv("STORYTROUPE_FILES_DIR", str(tmp_path))
    return module_database


def with_database(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await Database.connect(url, size=4)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


async def a_session(database: Database) -> UUID:
    """A new session of a user."""
    await database.pool.execute(load("users")["ensure_user"], USER, "unlimited")
    settler = Settler(database, REGISTRY.kinds, Nudges(database))
    done = await Person(database, settler).start(mode="free_form")
    return done.id


def verified(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["genesis", "verify", *arguments], catch_exceptions=False)


def test_sessions_that_differ_are_named(url: str) -> None:
    sound, broken = (with_database(url, a_session) for _ in range(2))
    result = verified()
    assert (result.exit_code, result.output) == (0, "2 sessions are checked, 0 differ.\n")
    change = "UPDATE genesis_sessions SET title = 'Another' WHERE id = $1"
    with_database(url, lambda database: database.pool.execute(change, broken))
    result = verified()
    assert result.exit_code == 1
    first, last = result.output.splitlines()
    assert first == f"{broken} at version 1: The stored state differs from the fold of the events in: title."
    assert last == "2 sessions are checked, 1 differ."
    assert verified(str(sound)).exit_code == 0


def test_a_session_that_does_not_exist_is_an_error(url: str) -> None:
    with pytest.raises(NotFound) as missing:
        verified(str(uuid4()))
    assert missing.value.code == "SESSION_NOT_FOUND"
