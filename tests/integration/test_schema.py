"""The schema: what it enforces, and that its SQL, its migrations and the documents' queries fit it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.access.revocations import mark_of
from service.db import sql
from service.db.migrate import is_current, migrate
from service.devstack.stack import Stack
from tests.factories import USER

Pool: TypeAlias = "asyncpg.Pool[Any]"

_MIGRATIONS = Path(sql.__file__).parent / "migrations" / "sql"

_OLD_STORY = """
INSERT INTO libraries (user_id, is_default) VALUES ('{user}', true);
INSERT INTO aggregates (id, kind, user_id) VALUES ('{user}', 'story', '{user}');
INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count)
SELECT '{user}', id, '{user}', 'Élodie Sails', '{{}}', 4 FROM libraries;
"""

_CATALOG = {
    "columns": """SELECT table_name, column_name, column_default, is_nullable, data_type, collation_name,
        generation_expression FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "options": """SELECT relname, reloptions::text, relrowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')""",
    "policies": "SELECT tablename, policyname, roles::text, qual, with_check FROM pg_policies",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace""",
    "grants": """SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public'""",
    "comments": """SELECT objoid::regclass::text, attname, description FROM pg_description
        LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid AND attnum > 0
        WHERE classoid = 'pg_class'::regclass AND objoid IN
          (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
}


async def catalog(url: str) -> dict[str, list[str]]:
    """Everything that a schema says, without Alembic's own table."""
    connection = await asyncpg.connect(url)
    try:
        rows = {name: await connection.fetch(query) for name, query in _CATALOG.items()}
    finally:
        await connection.close()
    return {
        name: sorted(str(tuple(row)) for row in found if "alembic_version" not in str(row))
        for name, found in rows.items()
    }


@pytest.fixture
async def empty_database(stack: Stack) -> AsyncIterator[str]:
    """The URL of a database in which nothing is."""
    admin = await asyncpg.connect(stack.database_url)
    try:
        await admin.execute("CREATE DATABASE migrated")
        yield stack.postgres.url("migrated")
    finally:
        await admin.execute("DROP DATABASE IF EXISTS migrated WITH (FORCE)")
        await admin.close()


async def test_migrations_give_the_schema(empty_database: str, database: str) -> None:
    assert not await is_current(empty_database)
    await migrate(empty_database)
    await migrate(empty_database)
    assert await is_current(empty_database)
    assert await catalog(empty_database) == await catalog(database)


async def test_migrations_keep_what_an_older_release_wrote(empty_database: str) -> None:
    user, signed_out = uuid4(), datetime(2026, 11, 1, tzinfo=UTC)
    connection = await asyncpg.connect(empty_database)
    try:
        await connection.execute((_MIGRATIONS / "0001_initial.sql").read_text("utf-8"))
        await connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        await connection.execute("INSERT INTO alembic_version VALUES ('0001_initial')")
        await connection.execute("INSERT INTO users (id, signed_out_at) VALUES ($1, $2)", user, signed_out)
        await connection.execute(_OLD_STORY.format(user=user))
        await migrate(empty_database)
        assert await connection.fetchval("SELECT title_key FROM stories") == "elodie sails"
        assert await connection.fetchval("SELECT at FROM sign_outs WHERE user_mark = $1", mark_of(user)) == (
            signed_out
        )
    finally:
        await connection.close()


@pytest.mark.parametrize("file", sql.names())
async def test_every_statement_prepares(pool: Pool, file: str) -> None:
    async with pool.acquire() as connection:
        for name, statement in sql.load(file).items():
            await connection.prepare(statement, name=name)


def test_every_statement_is_used() -> None:
    root = Path(__file__).parents[2]
    code = "\n".join(
        path.read_text() for folder in ("service", "actors") for path in (root / folder).rglob("*.py")
    )
    for file in sql.names():
        for name in sql.load(file):
            assert f'["{name}"]' in code, f"{file}.sql: {name} is used by nothing"


def test_a_statement_without_its_sentence_is_refused() -> None:
    assert sql._HEADER.match("-- name: x\n-- Why.\nSELECT 1") is not None
    assert sql._HEADER.match("-- name: x\nSELECT 1") is None


async def test_the_documents_queries_run_unchanged(pool: Pool) -> None:
    text = (Path(__file__).parent / "document_queries.sql").read_text()
    queries = [query for query in re.split(r";\s*\n", text) if query.strip()]
    assert len(queries) == 9
    for query in queries:
        await pool.fetch(query.replace("story-uuid-here", str(uuid4())))


async def a_story_of(connection: Any, user: UUID) -> UUID:
    """A story's bare rows, with a job, of one user."""
    story = uuid4()
    await connection.execute("INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING", user)
    library = await connection.fetchval("INSERT INTO libraries (user_id) VALUES ($1) RETURNING id", user)
    await connection.execute(
        "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)", story, user
    )
    await connection.execute(
        "INSERT INTO stories (id, library_id, creator_user_id, brief, scene_count)"
        " VALUES ($1, $2, $3, '{}', 4)",
        story,
        library,
        user,
    )
    await connection.execute(
        "INSERT INTO actor_groups (name, pool) VALUES ('pdf', 'pdf') ON CONFLICT DO NOTHING"
    )
    await connection.execute(
        "INSERT INTO jobs (aggregate_id, user_id, grp, name, status, rank)"
        " VALUES ($1, $2, 'pdf', 'pdf', 'queued', 1)",
        story,
        user,
    )
    await connection.execute(
        "INSERT INTO domain_events (aggregate_id, version, aggregate_type, type)"
        " VALUES ($1, 1, 'story', 'story.created')",
        story,
    )
    return story


@pytest.mark.parametrize(
    "change",
    [
        "status = 'dreaming'",
        "status = 'generating'",
        "status = 'ready'",
        "status = 'failed'",
        "status = 'queued', needs_left = 1",
        "rank = NULL",
        "status = 'pending', needs_left = 1, dispatched_at = now()",
        "attempt = -1",
        "progress = 101",
    ],
)
async def test_the_schema_refuses_a_job_that_cannot_be(pool: Pool, change: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await a_story_of(connection, USER)
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(f"UPDATE jobs SET {change}")  # noqa: S608


async def test_a_second_run_that_makes_pictures_is_refused_while_one_is_open(pool: Pool) -> None:
    insert = (
        "INSERT INTO story_generation_tasks (story_id, user_id, kind, makes_pictures, status)"
        " VALUES ($1, $2, 'images', true, $3)"
    )
    async with pool.acquire() as connection, connection.transaction():
        story = await a_story_of(connection, USER)
        await connection.execute(insert, story, USER, "COMPLETED")
        await connection.execute(insert, story, USER, "IN_PROGRESS")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, story, USER, "PENDING")
