"""Gauges, operators' lists and sweeps cost what is open, due or late, not what has ever been made.

A condition on ``clock_timestamp()`` fails here: it moves while a statement runs, so that no index is
searched by it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from service.db.sql import load
from service.devstack.stack import Stack
from service.jobs.retry import PROVIDER_BLOCKED_CODES
from tests.servers import admin_url, execute

ENDED, OPEN = 5_000, 50
USER = uuid4()

#: Jobs that have ended, a few of them badly, long before a few that are open; with their calls and events.
#: Without triggers: what they refer to costs more than they do, and is not looked at here.
_FILL = f"""
SET session_replication_role = replica;
INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, rank, ended_at, completed_at, run_at)
SELECT gen_random_uuid(), '{USER}', gen_random_uuid(), 'content', 'content', s.status, 0, s.ended_at,
       CASE WHEN s.status = 'ready' THEN s.ended_at END, now()
FROM (SELECT CASE WHEN n % 500 = 0 THEN 'failed' WHEN n % 7 = 0 THEN 'cancelled' ELSE 'ready' END AS status,
             now() - n * interval '1 minute' AS ended_at FROM generate_series(1, {ENDED}) AS n
      UNION ALL SELECT 'queued', NULL FROM generate_series(1, {OPEN})) AS s;
INSERT INTO event_outbox (aggregate_id, from_version, to_version, status, sent_at)
SELECT gen_random_uuid(), 1, 1, CASE WHEN n <= {OPEN} THEN 'PENDING' ELSE 'SENT' END,
       CASE WHEN n > {OPEN} THEN now() END FROM generate_series(1, {ENDED}) AS n;
INSERT INTO provider_calls
  (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model, started_at)
SELECT n::text, 1, gen_random_uuid(), '{USER}', gen_random_uuid(), 1, gen_random_uuid(), 'text', 'm',
       now() - n * interval '1 minute' FROM generate_series(1, {ENDED}) AS n;
INSERT INTO asset_versions (story_id, name, version, job_id, hash, key, bytes, media_type)
SELECT gen_random_uuid(), '', 1, gen_random_uuid(), '', n::text, 1, '' FROM generate_series(1, {ENDED}) AS n;
INSERT INTO idempotency_keys (user_id, route, key, body_hash)
SELECT '{USER}', '', n::text, '' FROM generate_series(1, {ENDED}) AS n;
INSERT INTO webhook_deliveries (webhook_id, user_id, aggregate_id, version, event, status, ended_at)
SELECT '{USER}', '{USER}', gen_random_uuid(), 1, '', 'delivered', now() FROM generate_series(1, {ENDED});
SET session_replication_role = origin;
INSERT INTO actor_groups (name, pool) VALUES ('content', 'content');
"""  # noqa: S608

FILLED = (
    "jobs",
    "event_outbox",
    "provider_calls",
    "asset_versions",
    "idempotency_keys",
    "webhook_deliveries",
)

#: What is asked every few seconds or minutes, or by operators in the middle of trouble, with its values.
QUERIES: dict[str, tuple[Any, ...]] = {
    **{f"metrics.{name}": () for name in load("metrics")},
    "metrics.blocked_jobs": (list(PROVIDER_BLOCKED_CODES),),
    "operations.queues": (),
    "operations.workers": (None,),
    "operations.blocked_providers": (list(PROVIDER_BLOCKED_CODES),),
    "operations.count_dead": ("content",),
    "operations.dead_letters": (None, None, None, 50),
    "operations.dead_outbox": (50,),
    "events.prune_outbox": (3600.0,),
    "idempotency.prune_keys": (3600.0,),
    "webhooks.prune_deliveries": (3600.0,),
    "repair.take_unchecked": (3600.0, 50),
}


@pytest.fixture(scope="module")
async def full(stack: Stack, module_database: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A database with many jobs, of which few are open."""
    # Only a superuser may leave the triggers out.
    await execute(admin_url(stack, module_database), _FILL)
    connection = await asyncpg.connect(module_database)
    try:
        for table in FILLED:
            await connection.execute(f"VACUUM ANALYZE {table}")
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("name", QUERIES)
async def test_query_looks_at_no_job_call_or_event_that_has_ended(
    full: asyncpg.Connection[asyncpg.Record], name: str
) -> None:
    file, _, query = name.partition(".")
    prepared = await full.prepare(load(file)[query])
    plan = json.dumps(await prepared.explain(*QUERIES[name], analyze=True))
    looked_at = [rows_of(node) for node in nodes(json.loads(plan)[0]["Plan"])]
    assert sum(looked_at) < ENDED / 10, plan


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes(part))]


def rows_of(node: dict[str, Any]) -> float:
    """How many rows of its table or index a step has read."""
    if "Relation Name" not in node and "Index Name" not in node:
        return 0
    read = (
        node["Actual Rows"]
        + node.get("Rows Removed by Filter", 0)
        + node.get("Rows Removed by Index Recheck", 0)
    )
    return float(read * node["Actual Loops"])


async def test_gauges_count_what_is_open_and_what_was_given_up(
    full: asyncpg.Connection[asyncpg.Record],
) -> None:
    rows = await full.fetch(load("metrics")["jobs_by_status"])
    assert {(row["grp"], row["status"]): row["jobs"] for row in rows} == {
        ("content", "queued"): OPEN,
        ("content", "failed"): ENDED // 500,
    }
    (plan,) = json.loads(json.dumps(await (await full.prepare(load("metrics")["jobs_by_status"])).explain()))
    kinds = [node["Node Type"] for node in nodes(plan["Plan"]) if "Relation Name" in node]
    assert kinds == ["Index Only Scan", "Index Only Scan"]
