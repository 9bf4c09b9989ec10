"""The logins of the database: nobody in the service is a superuser, and what a user's request logs in as
may become nobody else, whatever an injected statement says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from service.db.migrate import migrate
from service.db.pool import AWAY, Database
from service.db.roles import Login, demand_restricted, prepare
from service.db.sql import load
from service.devstack.postgres import HTTP, OWNER, SUPERUSER
from service.devstack.stack import Stack
from service.errors import SetupProblem
from tests.factories import STRANGER, USER
from tests.servers import execute, fresh_database, http_url, make_database, place_of

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


@pytest.mark.parametrize("attack", ATTACKS)
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
    with pytest.raises(SetupProblem, match="does not let us in at DATABASE_HTTP_URL"):
        await demand_restricted(http_url(stack, url).replace(HTTP, "nobody"))
    async with connected(stack.postgres.admin_url(database)) as admin:
        await admin.execute("CREATE ROLE storytroupe_wrong LOGIN PASSWORD 'wrong'")
        wrong = urlsplit(url)._replace(netloc=f"storytroupe_wrong:wrong@{place_of(url)}")
        try:
            with pytest.raises(SetupProblem, match="no member of storytroupe_user"):
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
        with pytest.raises(SetupProblem, match="need a user each"):
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
