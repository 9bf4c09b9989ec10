"""The integration stream: all durable events as CloudEvents, for consumer groups of other systems.

Its name is ``{namespace}:integration``. An entry has the fields ``c`` (the channel of the
aggregate, as ``stories:id=UUID``) and ``event`` (the envelope in JSON).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis.asyncio as aioredis

from service.streams.sweepable import SweptStream


def integration_key(namespace: str) -> str:
    """The key of the integration stream."""
    return f"{namespace}:integration"


class IntegrationStream(SweptStream):
    """Appends to the integration stream, and removes from it. Raises redis-py's errors unchanged."""

    def __init__(self, redis: aioredis.Redis, namespace: str, *, keep_seconds: float) -> None:
        super().__init__(redis, integration_key(namespace), keep_seconds=keep_seconds)

    async def append(self, envelopes: Sequence[tuple[str, bytes]]) -> None:
        """Append entries in order, each as (channel, envelope). Either all of them are appended, or none."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for channel, envelope in envelopes:
                fields: dict[Any, Any] = {b"c": channel, b"event": envelope}
                pipe.xadd(self._key, fields)
            await pipe.execute()
