"""The stream of events: all changes, for every hub and for other systems.

Its name is ``{namespace}:events:0``. Durable entries have a version; ticks are transient. Both are trimmed by
age, since PostgreSQL has the durable events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import redis.asyncio as aioredis
from redis.asyncio.client import Pipeline

#: How long entries stay, in seconds, and how often older entries are trimmed.
KEEP_SECONDS = 600
_TRIM_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Published:
    """A durable event that is being sent to the listeners."""

    channel: str
    version: int
    at: str
    event: str
    data: Any
    user: str


def events_key(namespace: str) -> str:
    """The key of the events stream."""
    return f"{namespace}:events:0"


class EventStream:
    """Appends to the events stream. Raises redis-py's errors unchanged."""

    def __init__(self, redis: aioredis.Redis, namespace: str) -> None:
        self._redis = redis
        self._key = events_key(namespace)
        #: Use the server's clock: this process's clock may be wrong by an hour.
        self._newest_ms = 0
        self._trimmed_ms = 0

    async def append(self, events: Sequence[Published]) -> None:
        """Append durable events in order. Late or repeated events do no harm, since readers use the
        version."""
        async with self._redis.pipeline(transaction=False) as pipe:
            self._trim(pipe)
            for published in events:
                body = {
                    "at": published.at,
                    "event": published.event,
                    "data": published.data,
                    "user": published.user,
                }
                fields: dict[Any, Any] = {
                    b"k": b"e",
                    b"c": published.channel,
                    b"v": str(published.version),
                    b"u": published.user,
                    b"d": orjson.dumps(body, default=str),
                }
                pipe.xadd(self._key, fields)
            answers = await pipe.execute()
        self._newest_ms = int(answers[-1].split(b"-")[0])

    def _trim(self, pipe: Pipeline) -> None:
        if self._newest_ms < self._trimmed_ms or self._newest_ms >= self._trimmed_ms + _TRIM_SECONDS * 1000:
            self._trimmed_ms = self._newest_ms
            pipe.xtrim(self._key, minid=max(0, self._newest_ms - KEEP_SECONDS * 1000), approximate=True)

    async def tick(self, ticks: Sequence[tuple[str, str, int, Any]]) -> None:
        """Append transient values as (channel, key, attempt, data): the newest of each key."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for channel, key, attempt, data in ticks:
                fields: dict[Any, Any] = {
                    b"k": b"t",
                    b"c": channel,
                    b"y": key,
                    b"a": str(attempt),
                    b"d": orjson.dumps(data),
                }
                pipe.xadd(self._key, fields)
            await pipe.execute()
