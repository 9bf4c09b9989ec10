"""The schema: what it enforces, and that its SQL, its migrations and the documents' queries fit it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.access.revocations import mark_of
from service.db import sql
from service.db.migrate import demand_current, is_current, migrate
from service.devstack.stack import Stack
from service.errors import SetupProblem
from service.stories.quota import quota_of
from tests.cases import for_each
from tests.factories import USER
from tests.servers import make_database

Pool: TypeAlias = "asyncpg.Pool[Any]"
Connection: TypeAlias = "asyncpg.Connection[Any]"

#: Every file of statements, with its package.
_FILES = [
    (package, file)
    for package in ("service.db", "service.genesis", "service.novels")
    for file in sql.names(package)
]
_MIGRATIONS = Path(sql.__file__).parent / "migrations" / "sql"

_OLD_STORY = """
INSERT INTO libraries (user_id, is_default) VALUES ('{user}', true);
INSERT INTO aggregates (id, kind, user_id) VALUES ('{user}', 'story', '{user}');
INSERT INTO stories (id, library_id, creator_user_id, title, brief, scene_count)
SELECT '{user}', id, '{user}', 'Élodie Sails', '{{}}', 4 FROM libraries;
"""

#: A run under way: a picture that is made, one that was cleared away, and one whose run nobody knows.
_OLD_RUN = """
UPDATE stories SET brief = '{{"budget_usd": 2.5, "seed": 7}}';
INSERT INTO actor_groups (name, pool) VALUES ('cover', 'draw');
INSERT INTO story_generation_tasks (task_id, story_id, user_id, kind, makes_pictures)
VALUES ('{run}', '{user}', '{user}', 'images', true);
INSERT INTO jobs (id, aggregate_id, user_id, task_id, grp, name, status, rank, input, error, ended_at)
VALUES
  ('{run}', '{user}', '{user}', '{run}', 'cover', 'cover', 'queued', 1, '{{}}', null, null),
  ('{gone}', '{user}', '{user}', '{run}', 'cover', 'scene_1', 'cancelled', null, '{{"scenes": [2]}}',
   '{{"code": "IMAGE_JOB_CLEARED", "message": "Cleared."}}', now()),
  ('{lone}', '{user}', '{user}', null, 'cover', 'cover', 'queued', 2, '{{}}', null, null);
"""

#: A session with a command, a wait and a novel, as no release wrote them, but the first schema held them.
_OLD_SESSION = """
INSERT INTO aggregates (id, kind, user_id) VALUES ('{session}', 'genesis', '{user}');
INSERT INTO genesis_sessions (id, user_id, mode, stages, expires_at)
VALUES ('{session}', '{user}', 'guided', '{{"concept": {{"status": "choosing"}}}}', '2027-01-01');
INSERT INTO command_inbox (command_id, user_id, session_id, command_type, body_hash, status, result)
VALUES ('{session}', '{user}', '{session}', 'START_GENESIS', 'h', 'PROCESSED', '{{"version": 1}}'),
  ('{user}', '{user}', '{session}', 'NAVIGATE', 'h', 'PROCESSED', null);
INSERT INTO flow_resume_handles (session_id, wait_key, correlation_id, paused_at, expires_at)
VALUES ('{session}', 'concept:1', '{session}', '2026-12-01', '2027-01-01');
INSERT INTO domain_events (aggregate_id, version, aggregate_type, type)
VALUES ('{session}', 1, 'genesis', 'genesis.started');
INSERT INTO novels (id, user_id, session_id, title) VALUES ('{user}', '{user}', '{session}', 'Sea');
"""

_FOUR_CREDITS = """
INSERT INTO quota_entries (story_id, user_id) SELECT gen_random_uuid(), $1 FROM generate_series(1, 4)
"""
_TWO_CALLS = """
INSERT INTO provider_calls
  (key, try, aggregate_id, user_id, job_id, attempt, worker_id, step, model, cost_usd)
SELECT 'made', try, id, user_id, id, 1, id, 'content', 'a-model', try * 0.25
FROM aggregates, generate_series(1, 2) AS try
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
    admin = await asyncpg.connect(stack.postgres.admin_url())
    try:
        await make_database(stack, "migrated")
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


@pytest.fixture
async def older(empty_database: str) -> AsyncIterator[Connection]:
    """A connection to a database of the first release."""
    connection = await asyncpg.connect(empty_database)
    try:
        await connection.execute((_MIGRATIONS / "0001_initial.sql").read_text("utf-8"))
        await connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        await connection.execute("INSERT INTO alembic_version VALUES ('0001_initial')")
        yield connection
    finally:
        await connection.close()


async def test_migrations_keep_what_an_older_release_wrote(empty_database: str, older: Connection) -> None:
    user, signed_out = uuid4(), datetime(2026, 11, 1, tzinfo=UTC)
    await older.execute(
        "INSERT INTO users (id, tier, extra_stories, signed_out_at) VALUES ($1, 'free', 5, $2)",
        user,
        signed_out,
    )
    await older.execute(_OLD_STORY.format(user=user))
    await older.execute(_FOUR_CREDITS, user)
    await older.execute(_TWO_CALLS)
    before = await older.fetchval(
        "SELECT story_limit + 5 - 4 FROM tiers WHERE name = 'free'"  # as the older release counted
    )
    await migrate(empty_database)
    quota = await quota_of(older, user)
    assert quota.limit is not None
    assert quota.limit - quota.used == before
    assert await older.fetchval("SELECT title_key FROM stories") == "elodie sails"
    marked = await older.fetchval("SELECT at FROM sign_outs WHERE user_mark = $1", mark_of(user))
    assert marked == signed_out
    assert await older.fetchval("SELECT spent_usd FROM aggregates") == Decimal("0.75")


async def test_migrations_keep_the_runs_of_a_book_under_way(empty_database: str, older: Connection) -> None:
    user, run, gone, lone = uuid4(), uuid4(), uuid4(), uuid4()
    await older.execute("INSERT INTO users (id, tier) VALUES ($1, 'free')", user)
    await older.execute(_OLD_STORY.format(user=user))
    await older.execute(_OLD_RUN.format(user=user, run=run, gone=gone, lone=lone))
    await migrate(empty_database)
    runs = await older.fetch("SELECT id, aggregate_id, user_id, kind FROM runs")
    assert {(*row,) for row in runs} == {(run, user, user, "images"), (lone, user, user, "build")}
    jobs = {row["id"]: row for row in await older.fetch("SELECT * FROM jobs")}
    assert {id_: (job["run_id"], job["status"]) for id_, job in jobs.items()} == {
        run: (run, "queued"),
        gone: (run, "cancelled"),
        lone: (lone, "queued"),
    }
    assert json.loads(jobs[gone]["error"])["given_up"] is True
    assert jobs[gone]["scope"] == "[2]"
    assert await older.fetchval("SELECT task_id FROM story_generation_tasks") == run
    assert await older.fetchval("SELECT budget_usd FROM aggregates") == Decimal("2.5")
    assert json.loads(await older.fetchval("SELECT brief FROM stories")) == {"seed": 7}


async def test_migrations_keep_a_session_with_its_novel(empty_database: str, older: Connection) -> None:
    user, session = uuid4(), uuid4()
    await older.execute("INSERT INTO users (id, tier) VALUES ($1, 'free')", user)
    await older.execute(_OLD_SESSION.format(user=user, session=session))
    await migrate(empty_database)
    kept = await older.fetchrow("SELECT * FROM genesis_sessions")
    assert (kept["mode"], kept["language"], kept["title"]) == ("guided", "en", None)
    assert json.loads(kept["stages"]) == {"concept": {"status": "choosing"}}
    commands = await older.fetch("SELECT * FROM command_inbox ORDER BY command_type")
    assert [json.loads(row["result"]) for row in commands] == [{}, {"version": 1}]
    assert all(row["processed_at"] == row["created_at"] for row in commands)
    wait = await older.fetchrow("SELECT * FROM flow_resume_handles")
    assert (wait["correlation_id"], wait["kind"], wait["expired_at"]) == (session, "choice", None)
    assert await older.fetchval("SELECT schema FROM domain_events") == 1
    novel = await older.fetchrow("SELECT n.*, a.kind FROM novels n JOIN aggregates a USING (id)")
    assert (novel["kind"], novel["title"], novel["plan_version"]) == ("novel", "Sea", 1)


async def test_a_database_of_a_newer_version_is_refused(empty_database: str, older: Connection) -> None:
    await older.execute("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(SetupProblem, match="9999_later"):
        await migrate(empty_database)


async def test_a_migration_that_does_not_fit_changes_nothing(empty_database: str, older: Connection) -> None:
    await older.execute("CREATE TABLE discarded_files (key text)")
    with pytest.raises(SetupProblem, match='"discarded_files" already exists'):
        await migrate(empty_database)
    assert await older.fetchval("SELECT to_regclass('sign_outs')") is None


async def test_what_is_to_be_done_is_said_where_no_database_answers() -> None:
    with pytest.raises(SetupProblem, match="check that it runs"):
        await demand_current("postgresql://nobody@127.0.0.1:1/nothing")


async def test_an_empty_database_is_to_be_migrated(empty_database: str) -> None:
    with pytest.raises(SetupProblem, match="storytroupe migrate"):
        await demand_current(empty_database)


@for_each(("package", "file"), _FILES)
async def test_every_statement_prepares(pool: Pool, package: str, file: str) -> None:
    async with pool.acquire() as connection:
        for name, statement in sql.load(file, package).items():
            await connection.prepare(statement, name=name)


def test_every_statement_is_used() -> None:
    root = Path(__file__).parents[2]
    code = "\n".join(
        path.read_text() for folder in ("service", "actors") for path in (root / folder).rglob("*.py")
    )
    for package, file in _FILES:
        for name in sql.load(file, package):
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
        "WITH run AS (INSERT INTO runs (id, aggregate_id, user_id, kind)"
        " VALUES (gen_random_uuid(), $1, $2, 'build') RETURNING id)"
        " INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, rank)"
        " SELECT $1, $2, id, 'pdf', 'pdf', 'queued', 1 FROM run",
        story,
        user,
    )
    await connection.execute(
        "INSERT INTO domain_events (aggregate_id, version, aggregate_type, type)"
        " VALUES ($1, 1, 'story', 'story.created')",
        story,
    )
    return story


@for_each(
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


async def test_a_second_image_job_is_refused_while_one_is_processing(pool: Pool) -> None:
    insert = (
        "WITH run AS (INSERT INTO runs (id, aggregate_id, user_id, kind)"
        " VALUES (gen_random_uuid(), $1, $2, 'images') RETURNING id)"
        " INSERT INTO story_generation_tasks (task_id, story_id, user_id, pictures_status)"
        " SELECT id, $1, $2, $3 FROM run"
    )
    async with pool.acquire() as connection, connection.transaction():
        story = await a_story_of(connection, USER)
        await connection.execute(insert, story, USER, "completed")
        await connection.execute(insert, story, USER, "processing")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, story, USER, "processing")
