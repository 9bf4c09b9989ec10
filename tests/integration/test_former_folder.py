"""A data folder of 0.1.0, whose one login was the cluster's superuser, is brought along at the next start."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.db import sql
from service.db.migrate import is_current, migrate
from service.db.pool import Database
from service.db.roles import Login
from service.devstack.places import choose_account
from service.devstack.postgres import DATABASE, HTTP, OWNER, Logins, PostgresServer
from service.devstack.programs import find_postgres
from service.devstack.sockets import place_sockets
from service.devstack.stack import Stack, recall_urls
from service.devstack.temporary import temporary_folder
from tests.factories import STRANGER, USER
from tests.servers import QUICK, quick_stack

_MIGRATIONS = Path(sql.__file__).parent / "migrations" / "sql"
_FORMER = Login("storytroupe", "told-to-everybody")

#: What in our schema does not belong to the owner, and who is more than a login, but the superuser.
_OTHERS = """
SELECT c.relname::text AS name FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relnamespace = 'public'::regnamespace AND r.rolname <> $1
UNION SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE p.pronamespace = 'public'::regnamespace AND r.rolname <> $1
UNION SELECT d.datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname = current_database() AND r.rolname <> $1
"""


class FormerServer(PostgresServer):
    """The server as 0.1.0 had it: one login, the superuser, who makes the database."""

    async def answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.admin_url("postgres"))
        except (OSError, asyncpg.CannotConnectNowError):
            return False
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()
        return True


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def _folder_for_sockets(folder: Path) -> Path:
    return place_sockets(folder / "postgres-sockets", None, choose_account(folder / "postgres"))


@pytest.fixture
async def former(folder: Path) -> AsyncIterator[Path]:
    """A folder of 0.1.0 with the books of two users."""
    server = FormerServer(
        find_postgres(),
        folder / "postgres",
        logins=Logins(_FORMER, "", _FORMER, _FORMER),
        account=choose_account(folder / "postgres"),
        sockets=_folder_for_sockets(folder),
        log=folder / "logs" / "postgres.log",
        mark=folder / "postgres.pid",
        settings=QUICK,
    )
    await server.start()
    connection = await asyncpg.connect(server.admin_url())
    await connection.execute((_MIGRATIONS / "0001_initial.sql").read_text("utf-8"))
    await connection.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('0001_initial')"
    )
    for user in (USER, STRANGER):
        await connection.execute("INSERT INTO users (id) VALUES ($1)", user)
        await connection.execute("INSERT INTO characters (user_id, name) VALUES ($1, 'Ada')", user)
    await connection.close()
    await server.stop()
    record = {"password": _FORMER.password, "cluster": "postgres", "postgres_port": 20000}
    (folder / "stack.json").write_text(json.dumps(record))
    yield folder


async def _others(stack: Stack) -> list[str]:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(stack.postgres.admin_url())
    try:
        return [row["name"] for row in await connection.fetch(_OTHERS, OWNER)]
    finally:
        await connection.close()


async def test_it_gets_its_logins_and_keeps_what_is_in_it(former: Path) -> None:
    async with quick_stack(former) as stack:
        await migrate(stack.database_url)
        assert await is_current(stack.database_url)
        assert await _others(stack) == []
        database = await Database.connect(stack.database_url, user_url=stack.database_http_url, size=4)
        try:
            async with database.as_user(USER) as connection:
                assert await connection.fetchval("SELECT session_user") == HTTP
                assert await connection.fetchval("SELECT count(*) FROM characters") == 1
            assert await database.pool.fetchval("SELECT count(*) FROM characters") == 2
            assert await database.pool.fetchval("SELECT session_user") == OWNER
        finally:
            await database.close()
        urls = stack.database_url, stack.database_http_url
        recalled = recall_urls(former)
        assert recalled is not None
        assert recalled[0] == stack.database_url
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stack.postgres.admin_url(), password=_FORMER.password)
    assert _FORMER.password not in "".join(urls)
    async with quick_stack(former) as stack:
        assert (stack.database_url, stack.database_http_url) == urls
        assert await _others(stack) == []


async def test_a_start_that_was_killed_in_the_middle_is_made_good(former: Path) -> None:
    """The new passwords are written down first; what has them already, and what has not, is found."""
    async with quick_stack(former) as stack:
        connection = await asyncpg.connect(stack.postgres.admin_url())
        try:
            # As if only the superuser's password had been changed before the end.
            await connection.execute("ALTER TABLE users OWNER TO storytroupe")
            await connection.execute("ALTER TABLE alembic_version OWNER TO storytroupe")
            await connection.execute(f"ALTER ROLE {OWNER} PASSWORD NULL")
            await connection.execute(f"REVOKE storytroupe_user FROM {HTTP}")
        finally:
            await connection.close()
        assert {"alembic_version", "users"} <= set(await _others(stack))
    async with quick_stack(former) as stack:
        assert await _others(stack) == []
        await migrate(stack.database_url)
