"""What a process makes of the messages of others, and of what is none."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.background.nudges import LEASE_EXPIRED, QUEUE, Nudges
from service.db.pool import Database
from tests.servers import eventually

NOT_OURS = [
    "x", "", "{", "[]", "5", "null", '"from"', "{}", '{"from": "a"}', '{"topics": ["queue"]}',
    '{"from": "a", "topics": null}', '{"from": "a", "topics": 5}', '{"from": "a", "topics": [["queue"]]}',
    '{"from": "a", "topics": [{}]}', "[" * 3000,
]  # fmt: skip


@pytest.fixture
async def database(database: str) -> AsyncIterator[Database]:
    opened = await Database.connect(database, size=2)
    yield opened
    await opened.close()


@asynccontextmanager
async def listening(database: Database, heard: Counter[str]) -> AsyncIterator[Nudges]:
    """A process that counts what it hears of each topic, and hears others already."""
    nudges = Nudges(database)
    for topic in (QUEUE, LEASE_EXPIRED):
        nudges.on(topic, lambda topic=topic: heard.update([topic]))  # type: ignore[misc]
    await nudges.start()
    try:
        while not heard[QUEUE]:
            await notify(database, json.dumps({"from": "another", "topics": [QUEUE]}))
            await asyncio.sleep(0.02)
        heard.clear()
        yield nudges
    finally:
        await nudges.stop()


async def notify(database: Database, payload: str) -> None:
    await database.pool.execute("SELECT pg_notify('storytroupe', $1)", payload)


async def test_what_is_no_nudge_is_counted_and_ignored(database: Database) -> None:
    heard: Counter[str] = Counter()
    async with listening(database, heard) as nudges:
        with capture_logs() as logs:
            for payload in NOT_OURS:
                await notify(database, payload)
            await eventually(lambda: nudges.unreadable == len(NOT_OURS))
        counts = [one["count"] for one in logs if one["event"] == "nudge.unreadable"]
        assert counts == [1, 2, 4, 8]
        assert not heard
        await notify(database, json.dumps({"from": "another", "topics": [QUEUE]}))
        await eventually(lambda: heard[QUEUE] > 0)


async def test_others_nudge_about_what_is_for_all_alone(database: Database) -> None:
    """Not about this process's own lease, nor about topics that nobody has."""
    heard: Counter[str] = Counter()
    async with listening(database, heard) as nudges:
        topics = [LEASE_EXPIRED, *(f"made-up-{number}" for number in range(100)), QUEUE]
        await notify(database, json.dumps({"from": "another", "topics": topics}))
        await eventually(lambda: heard[QUEUE] > 0)
        assert heard == {QUEUE: 1}
        assert set(nudges._listeners) == {QUEUE, LEASE_EXPIRED}
