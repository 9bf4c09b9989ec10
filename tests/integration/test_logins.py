"""The logins of the database: nobody in the service is a superuser, and what a user's request logs in as
may become nobody else, whatever an injected statement says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.db.acting import acting_for
from service.db.migrate import migrate
from service.db.pool import AWAY, Database
from service.db.roles import Login, demand_restricted, prepare
from service.db.sql import load
from service.devstack.postgres import HTTP, OWNER, SUPERUSER
from service.devstack.stack import Stack
from service.errors import SetupProblem
from tests.cases import for_each
from tests.factories import STRANGER, USER
from tests.servers import admin_url, execute, fresh_database, http_url, make_database, place_of

DENIED = (asyncpg.InsufficientPrivilegeError, asyncpg.FeatureNotSupportedError)

#: What somebody might say who can put statements of their own into a request's transaction.
ATTACKS = (
    f"SET ROLE {OWNER}",
    f"SET ROLE {SUPERUSER}",
    f"SET LOCAL ROLE {OWNER}",
    f"SELECT set_config('role', '{OWNER}', false)",
    f"SET SESSION AUTHORIZATION {OWNER}",
    f"SET SESSION AUTHORIZATION {SUPERUSER}",
    "RESET ROLE; SELECT count(*) FROM users",
    "SET ROLE NONE; SELECT count(*) FROM stories",
    f"RESET ROLE; SET ROLE {OWNER}",
    "RESET ROLE; DELETE FROM users",
    "COMMIT; SELECT count(*) FROM users",
    "COMMIT; CREATE TEMPORARY TABLE mine (x int)",
    "RESET SESSION AUTHORIZATION; SELECT count(*) FROM users",
    "RESET ROLE; CREATE TABLE mine (x int)",
    "RESET ROLE; CREATE TEMPORARY TABLE mine (x int)",
    "SET row_security = off; SELECT count(*) FROM users",
    "SET session_replication_role = replica",
    "SELECT count(*) FROM pg_authid",
    "SELECT count(*) FROM pg_shadow",
    "SELECT count(*) FROM discarded_files",
    "SELECT count(*) FROM workers",
    "COPY users TO PROGRAM 'cat'",
    "COPY users FROM PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/storytroupe-attack'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "CREATE TABLE mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE VIEW mine AS SELECT * FROM users",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION acting_user() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION pgcrypto",
    "CREATE ROLE mine SUPERUSER",
    "CREATE TRIGGER mine BEFORE INSERT ON users EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER TABLE users DISABLE ROW LEVEL SECURITY",
    "DROP POLICY own ON users",
    "CREATE POLICY mine ON users USING (true)",
    "DROP TABLE users",
    "TRUNCATE users CASCADE",
    "RESET ROLE; ALTER ROLE CURRENT_USER SUPERUSER",
    "RESET ROLE; ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE storytroupe_user BYPASSRLS",
    f"RESET ROLE; GRANT {OWNER} TO CURRENT_USER",
    "GRANT pg_read_all_data TO storytroupe_user",
    "GRANT ALL ON users TO PUBLIC; SELECT 1 / 0",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'storytroupe_owner'",
    "LOAD 'plpgsql'; LOAD '/tmp/mine.so'",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    "SELECT * FROM pg_prepared_statements",
    "SELECT * FROM pg_prepared_statement()",
    "SELECT * FROM acting_key",
    "SET track_activities = on",
    "UPDATE users SET tier = 'unlimited'",
    "UPDATE users SET extra_stories = 1000",
    "UPDATE users SET weight = 1000",
    "DELETE FROM users",
    "INSERT INTO sign_outs VALUES (sha256(''), now())",
    "UPDATE sign_outs SET at = '-infinity'",
    "DELETE FROM sign_outs",
    "UPDATE aggregates SET spent_usd = 0",
    "DELETE FROM provider_calls",
    "UPDATE provider_calls SET cost_usd = 0",
    "UPDATE provider_calls SET result_key = 'user_x/a'",
    "UPDATE asset_versions SET key = 'user_x/a'",
    "INSERT INTO asset_versions (story_id, name, version, job_id, hash, key, bytes, media_type)"
    " VALUES (gen_random_uuid(), 'cover', 1, gen_random_uuid(), '', '', 1, '')",
    "UPDATE domain_events SET data = '{}'",
    "DELETE FROM event_outbox",
    "DELETE FROM quota_entries",
)  # fmt: skip


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def url(stack: Stack, template_database: str) -> AsyncIterator[str]:
    """A database with two users, as the service's own start makes it: its template lacks the database's own
    grants."""
    async with fresh_database(stack, template_database) as url:
        owner, http = Login.of(url, "DATABASE_URL"), Login.of(http_url(stack, url), "DATABASE_HTTP_URL")
        async with connected(stack.postgres.admin_url(url.rpartition("/")[2])) as admin:
            await prepare(admin, owner, http)
        async with connected(url) as connection:
            await connection.execute("INSERT INTO users (id) VALUES ($1), ($2)", USER, STRANGER)
        yield url


@pytest.fixture(scope="module")
async def service(stack: Stack, url: str) -> AsyncIterator[Database]:
    database = await Database.connect(url, user_url=http_url(stack, url), size=4)
    yield database
    await database.close()


async def test_a_request_logs_in_as_who_may_do_nothing_else(service: Database) -> None:
    async with service.as_user(USER) as connection:
        row = await connection.fetchrow("SELECT session_user, current_user, row_security_active('users')")
        assert row is not None
        assert tuple(row) == (HTTP, "storytroupe_user", True)
        assert await connection.fetchval("SELECT array_agg(id) FROM users") == [USER]
    async with service.as_owner() as connection:
        assert await connection.fetchval("SELECT session_user") == OWNER


@for_each("attack", ATTACKS)
async def test_a_request_gains_nothing(service: Database, attack: str) -> None:
    async with service.pool.acquire():  # somebody to be ended
        with pytest.raises((*DENIED, asyncpg.DivisionByZeroError)):
            async with service.as_user(USER) as connection:
                await connection.execute(attack)


async def test_what_a_request_could_grant_was_nothing(service: Database) -> None:
    """PostgreSQL warns of such a grant, and goes on."""
    async with service.as_user(USER) as connection:
        await connection.execute("GRANT ALL ON users TO PUBLIC")
    granted = "SELECT has_table_privilege('public', 'users', 'SELECT')"
    assert not await service.pool.fetchval(granted)


def said_of(user: UUID, backend: int, key: bytes) -> str:
    return f"SELECT set_config('storytroupe.user_id', '{acting_for(user, backend, key)}', false)"


async def test_whom_a_request_acts_for_cannot_be_said_by_it(service: Database) -> None:
    """Another's id, bare or with one's own proof, and the whole that serves another connection: nothing."""
    key = await service.pool.fetchval("SELECT secret FROM acting_key")
    async with service.as_user(STRANGER) as other, service.as_user(USER) as connection:
        assert await other.fetchval("SELECT array_agg(id) FROM users") == [STRANGER]
        own = await connection.fetchval("SELECT current_setting('storytroupe.user_id')")
        theirs = await other.fetchval("SELECT current_setting('storytroupe.user_id')")
        for forged in (str(STRANGER), f"{STRANGER}{own[36:]}", theirs, "", f"{own}0", f"{own} ", own.upper()):
            await connection.execute("SELECT set_config('storytroupe.user_id', $1, true)", forged)
            assert await connection.fetchval("SELECT acting_user()") is None, forged
            assert await connection.fetchval("SELECT count(*) FROM users") == 0, forged
        # But for the proof all of this would do.
        await connection.execute(said_of(STRANGER, connection.get_server_pid(), key))
        assert await connection.fetchval("SELECT array_agg(id) FROM users") == [STRANGER]


async def test_what_others_ask_is_not_told(service: Database) -> None:
    async with service.as_user(STRANGER) as other, service.as_user(USER) as connection:
        await other.fetchval("SELECT count(*) FROM users")
        await connection.execute("RESET ROLE")
        told = await connection.fetch(
            "SELECT query FROM pg_stat_activity WHERE pid = $1", other.get_server_pid()
        )
        assert [row["query"] for row in told] == [""]


async def test_the_sweeper_waits_for_a_request_that_still_sees(
    stack: Stack, url: str, service: Database
) -> None:
    """Though it does not tell what it does, nor since when."""
    still_seen = load("sweep")["still_seen"]
    async with connected(admin_url(stack, url)) as admin:
        async with service.as_user(USER) as connection:
            await connection.execute("DECLARE rows CURSOR FOR SELECT * FROM users")
            assert await admin.fetchval(still_seen, datetime.now(UTC)) == 1
        assert await admin.fetchval(still_seen, datetime.now(UTC)) == 0


#: What a statement put into a request might leave in its session, and how one sees that it did.
LEFT = (
    ("SET search_path = pg_catalog", "SELECT current_setting('search_path') = 'pg_catalog'"),
    ("SET statement_timeout = '1h'", "SELECT current_setting('statement_timeout') <> '0'"),
    ("SET mine.loot = 'x'", "SELECT coalesce(current_setting('mine.loot', true), '') <> ''"),
    ("SELECT pg_advisory_lock(4711)", "SELECT EXISTS (SELECT FROM pg_locks WHERE objid = 4711)"),
    ("LISTEN mine", "SELECT EXISTS (SELECT pg_listening_channels())"),
    ("SET SESSION ROLE storytroupe_user", "SELECT current_user <> session_user"),
    ("DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
     "SELECT EXISTS (SELECT FROM pg_cursors WHERE name = 'mine')"),
    ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
     "SELECT current_setting('default_transaction_read_only') = 'on'"),
)  # fmt: skip


@pytest.mark.parametrize("end", ["SELECT", "COMMIT", "SELECT 1 / 0"], ids=["well", "alone", "failed"])
@pytest.mark.parametrize("left, seen", LEFT, ids=[left for left, _ in LEFT])
async def test_nothing_of_a_request_is_left_to_another(
    stack: Stack, url: str, left: str, seen: str, end: str
) -> None:
    """Whether the request ends well, ends its transaction itself, or fails."""
    database = await Database.connect(url, user_url=http_url(stack, url), size=2)
    try:
        with suppress(asyncpg.DivisionByZeroError):
            async with database.as_user(USER) as connection:
                backend = connection.get_server_pid()
                await connection.execute(left)
                await connection.execute("COMMIT; BEGIN")
                assert await connection.fetchval(seen), "or nothing is shown by what follows"
                await connection.execute(end)
        async with database.user_pool.acquire() as connection:
            assert connection.get_server_pid() == backend
            assert not await connection.fetchval(seen)
    finally:
        await database.close()


async def test_a_session_that_cannot_be_cleaned_is_used_no_more(stack: Stack, url: str) -> None:
    database = await Database.connect(url, user_url=http_url(stack, url), size=2)
    try:
        with pytest.raises(asyncpg.QueryCanceledError):
            async with database.as_user(USER) as connection:
                backend = connection.get_server_pid()
                await connection.execute("SET statement_timeout = '1ms'; COMMIT")
                await connection.execute("SELECT pg_sleep(60)")
        async with database.as_user(STRANGER) as connection:
            again = connection.get_server_pid() == backend
            assert await connection.fetchval("SELECT current_setting('statement_timeout')") == "0"
            assert not again or await connection.fetchval("SELECT array_agg(id) FROM users") == [STRANGER]
    finally:
        await database.close()


async def test_the_statements_of_later_requests_cannot_be_replaced(stack: Stack, url: str) -> None:
    """Their names are not told and not to be guessed; who takes all of them away ends one connection."""
    database = await Database.connect(url, user_url=http_url(stack, url), size=2)
    query = "SELECT id FROM users ORDER BY created_at LIMIT $1"
    try:
        async with database.as_user(USER) as connection:
            assert await connection.fetchval(query, 1) == USER
            backend = connection.get_server_pid()
            for number in range(100):
                guess = f"__asyncpg_stmt_{number:x}__"
                await connection.execute(f'PREPARE "{guess}"(bigint) AS SELECT gen_random_uuid() AS id')
        async with database.as_user(STRANGER) as connection:
            assert connection.get_server_pid() == backend
            assert await connection.fetchval(query, 1) == STRANGER
            await connection.execute("DEALLOCATE ALL")
        with pytest.raises(AWAY):
            async with database.as_user(USER) as connection:
                await connection.fetchval(query, 1)
        async with database.as_user(USER) as connection:
            assert connection.get_server_pid() != backend
            assert await connection.fetchval(query, 1) == USER
    finally:
        await database.close()


async def test_a_characters_picture_is_in_its_users_folder(service: Database) -> None:
    make = "INSERT INTO characters (user_id, name, reference_images) VALUES ($1, 'Ada', $2)"
    for key, there in (
        (f"user_{USER}/character_x/a.png", True),
        (f"user_{STRANGER}/character_x/a.png", False),
    ):
        with nullcontext() if there else pytest.raises(asyncpg.CheckViolationError):
            async with service.as_user(USER) as connection:
                await connection.execute(make, USER, [{"key": f"user_{USER}/b"}, {"key": key}])


async def test_a_request_that_took_no_role_on_sees_nothing(stack: Stack, url: str) -> None:
    async with connected(http_url(stack, url)) as connection:
        for attack in (
            "SELECT * FROM users",
            "CREATE DATABASE mine",
            "ALTER SYSTEM SET jit = on",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(attack)


async def test_the_login_of_requests_reaches_no_other_database(stack: Stack) -> None:
    for database in ("postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(stack.postgres.http_url(database))


async def test_the_owner_is_no_superuser_and_makes_no_roles(service: Database) -> None:
    row = await service.pool.fetchrow(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
        " WHERE rolname = session_user"
    )
    assert row is not None
    assert not any(row.values())
    for attack in ("COPY users TO PROGRAM 'cat'", f"SET ROLE {SUPERUSER}", "SELECT * FROM pg_authid"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.pool.execute(attack)


async def test_both_pools_together_are_no_larger_than_one(stack: Stack, url: str) -> None:
    database = await Database.connect(url, user_url=http_url(stack, url), size=5)
    try:
        assert database.pool.get_max_size() + database.user_pool.get_max_size() == 5
    finally:
        await database.close()


async def test_connections_of_the_dead_are_ended_in_both_pools(stack: Stack, url: str) -> None:
    """The owner may end what its own process's requests left open; where it is not given that by who made
    the roles, it ends what it may, though it see more."""
    owner = await Database.connect(url, size=2)
    dead = await Database.connect(url, user_url=http_url(stack, url), size=2)
    workers, admin = load("workers"), stack.postgres.admin_url()
    try:
        me, other = uuid4(), uuid4()
        lease: tuple[Any, ...] = ("here", 1, [], {})
        await owner.pool.execute(workers["register"], me, *lease, 600.0, None)
        await dead.pool.execute(workers["register"], other, *lease, -60.0, None)
        await owner.pool.execute(
            "UPDATE workers SET steady_since = now() - interval '1 hour' WHERE id = $1", me
        )
        async with dead.pool.acquire(), dead.user_pool.acquire() as http:
            await execute(admin, f"REVOKE {HTTP} FROM {OWNER}; GRANT pg_read_all_stats TO {OWNER}")
            assert await owner.pool.fetchval(workers["end_connections_of_the_dead"], me, 12.0) == 1
            assert await http.fetchval("SELECT 1") == 1
            await execute(admin, f"REVOKE pg_read_all_stats FROM {OWNER}; GRANT {HTTP} TO {OWNER}")
            assert await owner.pool.fetchval(workers["end_connections_of_the_dead"], me, 12.0) >= 1
            with pytest.raises(AWAY):
                await http.fetchval("SELECT 1")
    finally:
        await execute(admin, f"REVOKE pg_read_all_stats FROM {OWNER}; GRANT {HTTP} TO {OWNER}")
        await owner.pool.execute("DELETE FROM workers")
        await dead.close()
        await owner.close()


async def test_a_login_that_may_do_more_is_refused(stack: Stack, url: str) -> None:
    database = url.rpartition("/")[2]
    await demand_restricted(http_url(stack, url))
    with pytest.raises(SetupProblem, match=f"{SUPERUSER}. is a superuser"):
        await demand_restricted(stack.postgres.admin_url(database))
    with pytest.raises(SetupProblem, match=f"{OWNER}. may become .*{HTTP}"):
        await demand_restricted(url)
    with pytest.raises(SetupProblem, match="cannot connect to PostgreSQL at DATABASE_HTTP_URL"):
        await demand_restricted(http_url(stack, url).replace(HTTP, "nobody"))
    async with connected(stack.postgres.admin_url(database)) as admin:
        await admin.execute("CREATE ROLE storytroupe_wrong LOGIN PASSWORD 'wrong'")
        wrong = urlsplit(url)._replace(netloc=f"storytroupe_wrong:wrong@{place_of(url)}")
        try:
            with pytest.raises(SetupProblem, match="not a member of storytroupe_user"):
                await demand_restricted(wrong.geturl())
            await admin.execute("ALTER ROLE storytroupe_wrong CREATEROLE")
            with pytest.raises(SetupProblem, match="CREATEROLE"):
                await demand_restricted(wrong.geturl())
            await admin.execute("ALTER ROLE storytroupe_wrong NOCREATEROLE")
            await admin.execute("GRANT pg_read_all_data TO storytroupe_wrong")
            with pytest.raises(SetupProblem, match="may become pg_read_all_data"):
                await demand_restricted(wrong.geturl())
        finally:
            await admin.execute("DROP ROLE storytroupe_wrong")


async def test_a_role_with_powers_is_not_taken_for_a_login(stack: Stack, url: str) -> None:
    async with connected(stack.postgres.admin_url(url.rpartition("/")[2])) as admin:
        with pytest.raises(SetupProblem, match=f"{SUPERUSER} has SUPERUSER"):
            await prepare(admin, Login(SUPERUSER, "x"), Login(HTTP, "x"))
        with pytest.raises(SetupProblem, match="need two different users"):
            await prepare(admin, Login(HTTP, "x"), Login(HTTP, "x"))
        with pytest.raises(SetupProblem, match="ASCII"):
            await prepare(admin, Login("storytroupe_new", "pässword"), Login(HTTP, "x"))
        assert await admin.fetchval("SELECT to_regrole('storytroupe_new')") is None


async def test_a_database_of_somebody_else_is_not_migrated(stack: Stack) -> None:
    await make_database(stack, "not_ours")
    async with connected(stack.postgres.admin_url()) as admin:
        try:
            await admin.execute(f"ALTER DATABASE not_ours OWNER TO {SUPERUSER}")
            with pytest.raises(SetupProblem, match="storytroupe roles"):
                await migrate(stack.postgres.url("not_ours"))
        finally:
            await admin.execute("DROP DATABASE not_ours WITH (FORCE)")
