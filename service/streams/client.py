"""A Redis client that fails at once and leaves trying again to us."""

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

#: How long a read may block on the server. The socket's time-out must be longer.
BLOCK_MS = 1000
SOCKET_SECONDS = 5.0
_ASK_SECONDS = 2.0

#: What the client raises when the server is away, restarting or out of memory.
UNREACHABLE: tuple[type[BaseException], ...] = (RedisError, OSError, TimeoutError)

#: The oldest server of Redis's protocol, by the version that it claims: Valkey claims one, too.
LEAST_REDIS = (6, 2)
TOO_OLD = "Redis 6.2 or newer, or Valkey, is needed: upgrade it, or use another one."

#: How the server begins to say that it takes nothing just now, whatever is asked of it.
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
_PASSING_TYPES = (OutOfMemoryError, ReadOnlyError, ClusterDownError, TryAgainError)


def is_refusal(error: ResponseError) -> bool:
    """Whether the server refuses this very command. One that is out of memory, cannot write or was
    made a replica refuses everything: it is as good as absent."""
    return not isinstance(error, _PASSING_TYPES) and not str(error).startswith(_PASSING)


def connect(url: str) -> aioredis.Redis:
    """A client with a pool of its own; connects at its first command."""
    return aioredis.Redis.from_url(
        url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=2.0,
        # A retried XADD whose reply was lost adds twice; the loops try again themselves.
        retry=Retry(NoBackoff(), 0),
        client_name="storytroupe",
    )


def is_too_old(info: Mapping[str, Any]) -> bool:
    """Whether a server is too old, by the section ``server`` of its INFO."""
    numbers = re.findall(r"\d+", str(info.get("redis_version", "")))[:2]
    return tuple(map(int, numbers)) < LEAST_REDIS


async def demand_version(url: str) -> None:
    """Raises ``SetupProblem`` where the server is too old. One that is away may come later."""
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
