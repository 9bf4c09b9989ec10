"""Connections to PostgreSQL: what a new one costs, and how a user's transaction ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.db.pool import Connection, Database
from tests.http_service import HttpService


@pytest.fixture
async def pool(http_service: HttpService) -> AsyncIterator[Database]:
    """A pool of its own, of two connections."""
    database = await Database.connect(http_service.database.url, size=2)
    yield database
    await database.close()


async def statements_of(connection: Connection, query: str, *values: object) -> list[str]:
    """What is sent for a query that a connection has not made before."""
    sent: list[str] = []
    connection.add_query_logger(lambda record: sent.append(record.query))
    await connection.fetch(query, *values)
    # Loggers are called when the loop comes round.
    await asyncio.sleep(0)
    return sent


async def test_a_new_connection_does_not_ask_what_others_were_told(pool: Database) -> None:
    """Else the first requests of a burst would each wait for the server to say what an array is."""
    query = "SELECT $1::uuid[], $2::jsonb[], $3::boolean[]"
    values = [uuid4()], [{"a": 1}], [True]
    async with pool.pool.acquire() as first, pool.pool.acquire() as second:
        await first.fetch(query, *values)
        assert await statements_of(second, query, *values) == [query]
        row = await second.fetchrow(query, *values)
    assert row is not None
    assert tuple(row) == values


async def test_types_of_a_database_itself_are_asked_for_in_each(pool: Database) -> None:
    """Their numbers are other types' elsewhere."""
    kind = f"kind_{uuid4().hex}"
    await pool.pool.execute(f"CREATE TYPE {kind} AS (one integer, two text)")
    try:
        async with pool.pool.acquire() as first, pool.pool.acquire() as second:
            query = f"SELECT (1, 'a')::{kind} AS pair"
            await first.fetch(query)
            assert len(await statements_of(second, query)) > 1
            row = await second.fetchrow(query)
        assert row is not None
        assert tuple(row["pair"]) == (1, "a")
    finally:
        await pool.pool.execute(f"DROP TYPE {kind}")


async def test_a_users_transaction_is_all_or_nothing(pool: Database) -> None:
    user = uuid4()
    with pytest.raises(ZeroDivisionError):
        async with pool.as_user(user) as connection:
            await connection.execute("INSERT INTO users (id) VALUES ($1)", user)
            raise ZeroDivisionError
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with pool.as_user(user) as connection:
            await connection.execute("INSERT INTO users (id) VALUES ($1)", user)
            await connection.execute("SELECT 1 / 0")
    assert not await there_is(pool, user)
    async with pool.as_user(user) as connection:
        await connection.execute("INSERT INTO users (id) VALUES ($1)", user)
    assert await there_is(pool, user)


async def test_a_role_ends_with_its_transaction(pool: Database) -> None:
    async with pool.as_user(uuid4()) as connection:
        assert await connection.fetchval("SELECT current_user") == "storytroupe_user"
    with pytest.raises(ZeroDivisionError):
        async with pool.as_user(uuid4()):
            raise ZeroDivisionError
    async with pool.as_owner() as one, pool.as_owner() as another:
        for connection in (one, another):
            assert await connection.fetchval("SELECT current_user") != "storytroupe_user"
            assert await connection.fetchval("SELECT acting_user()") is None


async def test_a_connection_that_is_lost_does_not_hide_what_was_raised(pool: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with pool.as_user(uuid4()) as connection:
            connection.terminate()
            raise ZeroDivisionError


async def there_is(pool: Database, user: UUID) -> bool:
    there: bool = await pool.pool.fetchval("SELECT EXISTS (SELECT FROM users WHERE id = $1)", user)
    return there
