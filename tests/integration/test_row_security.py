"""Row level security: a query of the API that forgets its WHERE reads and changes its user's rows only.

Generated from the catalogue: a new table with rows of users has to join ``A_USERS_ROWS``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.db.acting import acting_for
from service.devstack.stack import Stack
from tests.cases import for_each
from tests.factories import STRANGER, USER
from tests.servers import fresh_database

Pool: TypeAlias = "asyncpg.Pool[Any]"

#: Every table from which one comes to a user by foreign keys, and those that name a user or an aggregate.
OF_USERS = """
WITH RECURSIVE reached AS (
  SELECT 'users'::regclass::oid AS id
  UNION SELECT c.conrelid FROM pg_constraint c JOIN reached r ON c.confrelid = r.id
  WHERE c.contype = 'f')
SELECT id::regclass::text AS name FROM reached
UNION SELECT attrelid::regclass::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
  AND (a.attname LIKE '%user%' OR a.attname = 'aggregate_id')
ORDER BY name"""

#: One row of a user ($1) in every such table; $2 is a fresh id for what is made here.
A_USERS_ROWS = {
    "users": "INSERT INTO users (id) SELECT $1 WHERE $2::uuid IS NOT NULL",
    "sign_outs": """INSERT INTO sign_outs SELECT sha256(convert_to($1::uuid::text, 'UTF8')), now()
        WHERE $2::uuid IS NOT NULL""",
    "libraries": "INSERT INTO libraries (id, user_id) VALUES ($2, $1)",
    "characters": "INSERT INTO characters (id, user_id, name) VALUES ($2, $1, 'Ada')",
    "aggregates": "INSERT INTO aggregates (id, kind, user_id) VALUES ($2, 'story', $1)",
    "runs": "INSERT INTO runs (id, aggregate_id, user_id, kind) VALUES ($2, $2, $1, 'build')",
    "stories": """INSERT INTO stories (id, library_id, creator_user_id, brief, scene_count)
        VALUES ($2, $2, $1, '{}', 4)""",
    "story_generation_tasks": """INSERT INTO story_generation_tasks (task_id, story_id, user_id)
        VALUES ($2, $2, $1)""",
    "jobs": """INSERT INTO jobs (id, aggregate_id, user_id, run_id, grp, name, status, rank)
        VALUES ($2, $2, $1, $2, 'pdf', 'pdf', 'queued', 1)""",
    "job_needs": """WITH other AS (INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status)
        VALUES ($2, $1, $2, 'pdf', 'epub', 'pending') RETURNING id)
        INSERT INTO job_needs (need_id, job_id, hard) SELECT id, $2, true FROM other""",
    "fair_tags": "INSERT INTO fair_tags (user_id, grp, tag) SELECT $1, 'pdf', 1 WHERE $2::uuid IS NOT NULL",
    "asset_versions": """INSERT INTO asset_versions
        (story_id, name, version, job_id, hash, key, bytes, media_type)
        SELECT $2, 'pdf', 1, $2, 'h', $1::uuid::text, 1, 'application/pdf'""",
    "provider_calls": """INSERT INTO provider_calls
        (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model)
        VALUES ($2::uuid::text, 1, $2::uuid, $1, $2::uuid, 1, $2::uuid, 'story', 'm')""",
    "domain_events": """INSERT INTO domain_events (aggregate_id, version, aggregate_type, type, data)
        VALUES ($2, 1, 'story', 'story.created', jsonb_build_object('of', $1::uuid))""",
    "event_outbox": """INSERT INTO event_outbox (aggregate_id, from_version, to_version, last_error)
        VALUES ($2, 1, 1, $1::uuid::text)""",
    "sink_outbox": """INSERT INTO sink_outbox (sink, aggregate_id, from_version, to_version, last_error)
        VALUES ('kafka', $2, 1, 1, $1::uuid::text)""",
    "genesis_sessions": """INSERT INTO genesis_sessions (id, user_id, mode, expires_at)
        VALUES ($2, $1, 'guided', now())""",
    "command_inbox": """INSERT INTO command_inbox (command_id, user_id, command_type, body_hash)
        VALUES ($2, $1, 'START', 'h')""",
    "flow_resume_handles": """INSERT INTO flow_resume_handles (session_id, wait_key, payload, expires_at)
        VALUES ($2, 'w', jsonb_build_object('of', $1::uuid), now())""",
    "novels": "INSERT INTO novels (id, user_id, title) VALUES ($2, $1, 'N')",
    "novel_chapters": """INSERT INTO novel_chapters (novel_id, number, made_from)
        VALUES ($2, 1, jsonb_build_object('of', $1::uuid))""",
    "novel_chapter_versions": """INSERT INTO novel_chapter_versions
        (novel_id, number, version, text, words, by) VALUES ($2, 1, 1, $1::uuid::text, 1, 'ai')""",
    "idempotency_keys": """INSERT INTO idempotency_keys (user_id, key, route, body_hash)
        VALUES ($1, $2::uuid::text, '/', 'h')""",
    "quota_entries": "INSERT INTO quota_entries (story_id, user_id) VALUES ($2, $1)",
    "webhooks": """INSERT INTO webhooks (id, user_id, url, secret, events)
        VALUES ($2, $1, 'https://example.org', 's', '{*}')""",
    "webhook_deliveries": """INSERT INTO webhook_deliveries
        (id, webhook_id, user_id, aggregate_id, version, event)
        VALUES ($2, $2, $1, $2, 1, 'story.ready')""",
}  # fmt: skip
#: What has to go before the rows of a table can.
_FIRST = {"libraries": "DELETE FROM stories"}
#: What a row may be changed to where it may not stay as it is.
_CHANGES = {"provider_calls": "key = 'collected ' || key"}
#: Where one job cannot be without another.
_TWO_EACH = {"jobs"}
#: What the API's role may only read: the same for all, and nobody's.
SHARED = {"tiers", "story_packs", "actor_groups", "relay_parts"}
#: What requests write in each table: it may be written so, and not otherwise. Columns where not all may be.
MAY: dict[str, dict[str, set[str]]] = {
    "users": {"INSERT": {"id", "tier"}, "UPDATE": {"created_at"}},
    "aggregates": {
        "INSERT": {"id", "kind", "user_id", "version", "budget_usd"},
        "UPDATE": {"version", "budget_usd"},
        "DELETE": set(),
    },
    "runs": {"INSERT": set(), "UPDATE": {"request_id"}},
    "asset_versions": {"UPDATE": {"current"}, "DELETE": set()},
    "provider_calls": {"UPDATE": {"key"}},
    "webhook_deliveries": {"UPDATE": set()},
    **{
        name: {"INSERT": set()}
        for name in ("job_needs", "domain_events", "event_outbox", "novel_chapter_versions")
    },
    **{
        name: {"INSERT": set(), "UPDATE": set()}
        for name in (
            "stories",
            "story_generation_tasks",
            "jobs",
            "fair_tags",
            "quota_entries",
            "genesis_sessions",
            "command_inbox",
            "flow_resume_handles",
            "novels",
            "novel_chapters",
        )
    },
    **{
        name: {"INSERT": set(), "UPDATE": set(), "DELETE": set()}
        for name in ("libraries", "characters", "idempotency_keys", "webhooks")
    },
}


@pytest.fixture(scope="module")
async def filled(stack: Stack, template_database: str) -> AsyncIterator[Pool]:
    """A database with a row of each of two users in every table of users' rows."""
    async with (
        fresh_database(stack, template_database) as url,
        asyncpg.create_pool(url, min_size=1, max_size=2) as pool,
    ):
        await pool.execute("INSERT INTO actor_groups (name, pool) VALUES ('pdf', 'pdf')")
        for user in (USER, STRANGER):
            made = uuid4()
            for insert in A_USERS_ROWS.values():
                await pool.execute(insert, user, made)
        _KEYS[:] = [await pool.fetchval("SELECT secret FROM acting_key")]
        yield pool


#: What the service proves with, in the database of this module.
_KEYS: list[bytes] = []


async def act_for(connection: Any, user: UUID | None) -> None:
    """What ``Database.as_user`` does; for nobody, if it were forgotten."""
    await connection.execute("SELECT set_config('role', 'storytroupe_user', true)")
    if user is not None:
        said = acting_for(user, connection.get_server_pid(), _KEYS[0])
        await connection.execute("SELECT set_config('storytroupe.user_id', $1, true)", said)


async def test_every_table_that_leads_to_a_user_is_here(filled: Pool) -> None:
    assert {row["name"] for row in await filled.fetch(OF_USERS)} == set(A_USERS_ROWS)


async def test_every_table_of_users_rows_has_a_policy_for_the_apis_role(filled: Pool) -> None:
    rows = await filled.fetch(
        "SELECT c.relname, c.relrowsecurity, p.polcmd, pg_get_expr(p.polqual, p.polrelid) AS rule,"
        " p.polroles::regrole[]::text[] AS roles"
        " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY($1::text[])",
        list(A_USERS_ROWS),
    )
    assert len(rows) == len(A_USERS_ROWS), "one policy each"
    for row in rows:
        told = dict(row)
        assert (row["relrowsecurity"], row["polcmd"], row["roles"]) == (True, b"*", ["storytroupe_user"]), (
            told
        )
        assert "acting_user()" in row["rule"] or "SELECT" in row["rule"], told


async def test_apis_role_owns_nothing_and_goes_round_nothing(filled: Pool) -> None:
    role = await filled.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'storytroupe_user'")
    assert role is not None
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolcanlogin", "rolreplication")
    assert [power for power in powers if role[power]] == []
    assert await filled.fetchval("SELECT count(*) FROM pg_class WHERE relowner = $1", role["oid"]) == 0
    assert await filled.fetchval("SELECT count(*) FROM pg_auth_members WHERE member = $1", role["oid"]) == 0


async def test_apis_role_may_do_nothing_with_other_tables_but_read_what_is_shared(filled: Pool) -> None:
    rows = await filled.fetch(
        "SELECT relname, privilege_type FROM pg_class,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege_type"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname = ANY($1::text[])"
        " AND has_table_privilege('storytroupe_user', oid, privilege_type)",
        list(A_USERS_ROWS),
    )
    assert {(row["relname"], row["privilege_type"]) for row in rows} == {(name, "SELECT") for name in SHARED}


async def test_views_show_what_their_reader_may_see(filled: Pool) -> None:
    rows = await filled.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
        " AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)"
    )
    assert [row["relname"] for row in rows] == []
    async with filled.acquire() as connection, connection.transaction():
        await act_for(connection, USER)
        for view in ("asset_generation_jobs", "image_generation_jobs", "async_tasks"):
            assert await connection.fetchval(f"SELECT count(*) FROM {view}") <= 2, view  # noqa: S608


@for_each("table", A_USERS_ROWS)
async def test_apis_role_may_write_what_requests_write(filled: Pool, table: str) -> None:
    rows = await filled.fetch(
        "SELECT p.name, has_table_privilege('storytroupe_user', $1, p.name) AS whole,"
        " ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0"
        "  AND NOT attisdropped AND p.by_column AND has_column_privilege('storytroupe_user', $1, attnum,"
        "   CASE WHEN p.by_column THEN p.name END)) AS columns"
        " FROM (VALUES ('INSERT', true), ('UPDATE', true), ('DELETE', false), ('TRUNCATE', false))"
        " AS p (name, by_column)",
        table,
    )  # fmt: skip
    found = {
        row["name"]: set() if row["whole"] else set(row["columns"])
        for row in rows
        if row["whole"] or row["columns"]
    }
    assert found == MAY.get(table, {})


@for_each("table", A_USERS_ROWS)
async def test_a_query_that_forgets_its_where_meets_ones_own_rows_only(filled: Pool, table: str) -> None:
    """Read, changed or deleted: those of the other stay, and without a user there are none."""
    each = 2 if table in _TWO_EACH else 1
    count, delete = f"SELECT count(*) FROM {table}", f"DELETE FROM {table}"  # noqa: S608
    column = await filled.fetchval(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO'"
        " ORDER BY ordinal_position LIMIT 1",
        table,
    )
    change = _CHANGES.get(table, f"{column} = {column}")
    update = f"UPDATE {table} SET {change}"  # noqa: S608
    async with filled.acquire() as connection:
        whole = connection.transaction()
        await whole.start()
        try:
            assert await connection.fetchval(count) == 2 * each
            # What may not be written at all is tried, too: the policies are to hold by themselves.
            await connection.execute(f"GRANT UPDATE, DELETE ON {table} TO storytroupe_user")
            await act_for(connection, None)
            assert await connection.fetchval(count) == 0
            assert [await connection.execute(sent) for sent in (update, delete)] == [
                "UPDATE 0",
                "DELETE 0",
            ]
            await act_for(connection, USER)
            assert await connection.fetchval(count) == each
            assert await connection.execute(update) == f"UPDATE {each}"
            await connection.execute("RESET role")
            await connection.execute(_FIRST.get(table, "SELECT"))
            await act_for(connection, USER)
            assert await connection.execute(delete) == f"DELETE {each}"
            await connection.execute("RESET role")
            assert await connection.fetchval(count) == each
        finally:
            await whole.rollback()


@for_each("table", A_USERS_ROWS)
async def test_a_row_for_another_cannot_be_written(filled: Pool, table: str) -> None:
    async with filled.acquire() as connection:
        whole = connection.transaction()
        await whole.start()
        try:
            await connection.execute("DELETE FROM users WHERE id = $1", STRANGER)
            await connection.execute("DELETE FROM sign_outs")
            made = uuid4()
            for name, insert in A_USERS_ROWS.items():
                if name == table:
                    await connection.execute(f"GRANT INSERT ON {table} TO storytroupe_user")
                    await act_for(connection, USER)
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        await connection.execute(insert, STRANGER, made)
                    return
                await connection.execute(insert, STRANGER, made)
        finally:
            await whole.rollback()
