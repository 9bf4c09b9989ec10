"""A process that leaves while it speaks for nobody: a cancelled book's pages hold up nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from service.process.start import open_process
from service.settings import Settings
from tests.integration.test_first_book import REQUEST, token

Watcher: TypeAlias = "asyncpg.Connection[Any]"

PAGES = 12
#: What an attempt may take at the end; a call that nobody waits for must not.
GRACE = 60.0


@pytest.fixture
def settings(database: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database,
        redis_url=redis_url,
        redis_namespace="leaving",
        files_dir=tmp_path,
        jwt_secret=SecretStr("a secret of thirty-two bytes at least"),
        image_size="256x256",
        cpu_processes=1,
        drain_seconds=GRACE,
    )


@pytest.fixture
async def watcher(database: str) -> AsyncIterator[Watcher]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def test_cancelled_audio_is_not_waited_for(
    settings: Settings, watcher: asyncpg.Connection[Any]
) -> None:
    narrations = "SELECT outcome FROM provider_calls WHERE step = 'narration'"
    async with open_process(settings) as process:
        assert process.app is not None
        async with TestClient(TestServer(process.app)) as client:
            story = await _begin(client, settings)
            await _until_all_have_begun(watcher)
            cancel = f"/api/v1/stories/{story}/cancel"
            async with client.post(cancel, headers=token(settings)) as answer:
                assert answer.status == 200
            kept = [row[0] for row in await watcher.fetch(narrations)].count("ok")
        begun = time.monotonic()
    took = time.monotonic() - begun
    ends = [row[0] for row in await watcher.fetch(narrations)]
    assert took < GRACE / 2
    assert len(ends) == PAGES
    assert set(ends) <= {"ok", "failed"}, "none is unknown"
    assert ends.count("ok") <= kept + 2, "all the rest was spoken for nobody"


async def _until_all_have_begun(watcher: Watcher) -> None:
    """The calls: one is spoken, and the others wait for it."""
    begun = "SELECT count(*) FROM provider_calls WHERE step = 'narration'"
    while True:
        if await watcher.fetchval(begun) == PAGES:
            return
        await asyncio.sleep(0.02)


async def _begin(client: TestClient[Any, Any], settings: Settings) -> UUID:
    body = {**REQUEST, "scene_count": PAGES}
    async with client.post("/api/v1/stories", json=body, headers=token(settings)) as answer:
        assert answer.status == 201, await answer.text()
        return UUID((await answer.json())["data"]["id"])
