"""The order of locks: all that people and processes do to a few stories at once, and no deadlock."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.faults.environment import LEASE, FaultEnvironment
from tests.faults.http_child import HttpChild, open_http_child

Figure = Callable[[str], None]


#: What a person may do to a story: method, the path behind the story's, body.
VERBS: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("POST", "/regenerate", {"asset_types": ["scene_1"]}),
    ("POST", "/regenerate", {"asset_types": ["cover"], "cascade": True}),
    ("PATCH", "/content", {"beats": [{"index": 1, "text": "It flew home."}], "rebuild": True}),
    ("PATCH", "/content", {"title": "The Bird"}),
    ("POST", "/assets/cover/versions/1/restore", {}),
    ("POST", "/images", {"style": "ink"}),
    ("POST", "/images/clear", {}),
    ("POST", "/resume", {}),
    ("POST", "/cancel", {}),
    ("GET", "", None),
    ("DELETE", "", None),
)


async def test_fault_26_no_deadlock_between_people_and_processes(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """Later runs, edits, restores, cancels and deletions beside settlements, dispatch and an expiry."""
    victim, _ = await environment.child(), await environment.child()
    async with open_http_child(environment) as http:
        ids = await http.create(12 if long else 4)
        await environment.finished(ids[:2])
        count = 400 if long else 40
        tasks = [asyncio.create_task(act(http, ids)) for _ in range(count // 2)]
        await asyncio.gather(*tasks)
        await environment.kill(victim)
        await asyncio.gather(*(act(http, ids) for _ in range(count // 2)))
        answers = Counter(task.result() for task in tasks)
    left = [row["id"] for row in await environment.database.pool.fetch("SELECT id FROM stories")]
    await environment.finished(left, LEASE + 90.0)
    faults = await environment.checker.nobody_is_forgotten()
    assert not faults, "\n".join(faults)
    assert answers[200] + answers[202] > 0
    deadlocks = await environment.value(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    assert deadlocks == 0
    figure(f"{count} calls of people beside two processes, one of which died; {deadlocks} deadlocks")


async def act(http: HttpChild, ids: list[UUID]) -> int:
    """Do something to one of the stories, deletions being rare. Whatever it is, the service is up."""
    chance = http.environment.history.chance
    method, path, body = chance.choice(VERBS[:-1] if chance.random() < 0.97 else VERBS)
    return await http.ask(method, chance.choice(ids), path, body)
