"""A Redis client that does not retry. The callers retry."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from service.errors import SetupProblem

#: How long a read may wait on the server, in milliseconds. The socket's time-out must be longer.
BLOCK_MS = 1000
SOCKET_SECONDS = 5.0
_ASK_SECONDS = 2.0

#: The errors that the client raises while the server does not answer, restarts or is out of memory.
UNREACHABLE: tuple[type[BaseException], ...] = (RedisError, OSError, TimeoutError)

#: The oldest supported server version. Valkey reports a Redis version, too.
LEAST_REDIS = (6, 2)
TOO_OLD = "Redis 6.2 or newer, or Valkey, is needed: upgrade it, or use another one."

#: The first words of the errors of a server that refuses all commands for some time.
_PASSING = (
    "OOM",
    "READONLY",
    "MISCONF",
    "NOREPLICAS",
    "MASTERDOWN",
    "CLUSTERDOWN",
    "TRYAGAIN",
    "LOADING",
    "BUSY",
)
_LINE_OF_SCRIPT = re.compile(r"^(?:ERR )?(?:Error running script.*?: )?(?:@?user_script: ?\d+: )+-?")
_PASSING_TYPES = (OutOfMemoryError, ReadOnlyError, ClusterDownError, TryAgainError)


def is_refusal(error: ResponseError) -> bool:
    """Whether the server refuses only this command. A server that is out of memory, cannot write, or became a
    replica refuses every command. Such a server counts as unreachable, so the result is False."""
    return not isinstance(error, _PASSING_TYPES) and not reason_of(error).startswith(_PASSING)


def reason_of(error: ResponseError) -> str:
    """The server's reason for a refused command, without the command, which redis-py quotes in pipelines, and
    without the line of a script, which Redis 6 puts before the reason."""
    reason = str(error).rpartition(" of pipeline caused error: ")[2].strip("(),'\"")
    return _LINE_OF_SCRIPT.sub("", reason)


def connect(url: str) -> aioredis.Redis:
    """Make a client with its own connection pool. The client connects at its first command."""
    return aioredis.Redis.from_url(
        url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=2.0,
        # A retried XADD whose reply was lost adds its entry twice. Our loops retry instead.
        retry=Retry(NoBackoff(), 0),
        client_name="storytroupe",
    )


def is_too_old(info: Mapping[str, Any]) -> bool:
    """Whether a server is too old, by the section ``server`` of its INFO."""
    numbers = re.findall(r"\d+", str(info.get("redis_version", "")))[:2]
    return tuple(map(int, numbers)) < LEAST_REDIS


async def demand_version(url: str) -> None:
    """Check the server's version. Raises ``SetupProblem`` if it is too old. Raises nothing if the server does
    not answer, since the server may start later."""
    client = connect(url)
    try:
        async with asyncio.timeout(_ASK_SECONDS):
            info = await client.info("server")
    except UNREACHABLE:
        return
    finally:
        await client.aclose()
    if is_too_old(info):
        raise SetupProblem(f"Redis {info['redis_version']} runs at REDIS_URL. {TOO_OLD}")
