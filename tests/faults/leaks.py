"""What a process may not keep once its work is done: tasks, attempts, connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import asyncpg
import redis.asyncio as aioredis

from tests.faults.child_processes import Child

#: Of one process, beside its pool: its lease's, and that on which it hears nudges.
_OWN_CONNECTIONS = 2
#: A pool keeps as many as were in use at once: one for each reader, some for the loops and the hub,
#: and those on which a burst of ends was acknowledged.
_REDIS_CONNECTIONS = 60
#: Waits that the loops begin and end again and again have no names.
_UNNAMED_TASKS = 40


async def leaks(
    children: Sequence[Child], pool: asyncpg.Pool[asyncpg.Record], redis: aioredis.Redis
) -> list[str]:
    """Part of the ninth invariant: each living process is as it was when it was ready."""
    living = [child for child in children if not child.ended.is_set()]
    faults = [fault for child in living for fault in _kept_by(child, await child.stats())]
    faults += await _connections(len(living), pool)
    clients = [one for one in await redis.client_list() if one["name"] == "storytroupe"]
    if len(clients) > _REDIS_CONNECTIONS * (len(living) + 1):
        faults.append(f"9: {len(clients)} connections to Redis of {len(living)} processes")
    return faults


def _kept_by(child: Child, stats: dict[str, Any]) -> list[str]:
    faults: list[str] = []
    if stats["running"]:
        faults.append(f"9: {child.name} still has {stats['running']} attempts under way")
    if stats["busy"]:
        faults.append(f"9: {child.name} has not given {stats['busy']} connections back to its pool")
    more = Counter(stats["tasks"]) - Counter(child.tasks)
    unnamed = stats["tasks"].get("", 0)
    faults += [f"9: {child.name} has {count} more tasks {name}" for name, count in more.items() if name]
    if unnamed > _UNNAMED_TASKS:
        faults.append(f"9: {child.name} has {unnamed} tasks without a name")
    return faults


async def _connections(living: int, pool: asyncpg.Pool[asyncpg.Record]) -> list[str]:
    """Pools of processes that are there and of nobody else; the environment has one of its own, too."""
    rows = await pool.fetch(
        "SELECT application_name AS name, count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1"
    )
    counts = {row["name"]: row["count"] for row in rows}
    alone = counts.pop("", 0)
    faults: list[str] = []
    if len(counts) > living + 1:
        faults.append(f"9: connections of {len(counts)} pools, and {living} processes")
    if alone > _OWN_CONNECTIONS * (living + 1):
        faults.append(f"9: {alone} connections outside of pools, and {living} processes")
    return faults
