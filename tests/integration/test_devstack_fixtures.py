"""The servers that the other tests stand on."""

from __future__ import annotations

from typing import Any

import asyncpg
import redis.asyncio

from service.devstack.stack import Stack
from tests.servers import StartStack


async def test_each_test_gets_a_database_of_its_own(pool: asyncpg.Pool[Any], database: str) -> None:
    await pool.execute("CREATE TABLE only_here (x int)")
    assert await pool.fetchval("SELECT count(*) FROM only_here") == 0
    assert database.endswith(await pool.fetchval("SELECT current_database()"))


async def test_another_test_does_not_see_it(pool: asyncpg.Pool[Any]) -> None:
    assert await pool.fetchval("SELECT to_regclass('only_here')") is None


async def test_redis_is_emptied_for_a_test(stack: Stack, redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "behind")


async def test_redis_is_emptied_for_the_next_test(redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        assert await client.get("left") is None


async def test_committed_rows_outlive_a_killed_postgres(private_stack: StartStack) -> None:
    stack = await private_stack()
    connection = await asyncpg.connect(stack.database_url)
    await connection.execute("CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)")
    await stack.postgres.kill()
    assert not stack.postgres.running
    connection.terminate()
    await stack.postgres.start()
    connection = await asyncpg.connect(stack.database_url)
    assert await connection.fetchval("SELECT x FROM kept") == 7
    await connection.close()


async def _get(stack: Stack, key: str) -> object:
    async with redis.asyncio.Redis.from_url(stack.redis_url) as client:
        return await client.get(key)


async def test_valkey_starts_empty_however_it_ended(private_stack: StartStack) -> None:
    stack = await private_stack()
    for end in (stack.valkey.stop, stack.valkey.kill, stack.valkey.forget):
        async with redis.asyncio.Redis.from_url(stack.redis_url) as client:
            await client.set("kept", "1")
        await end()
        await stack.valkey.start()
        assert await _get(stack, "kept") is None
