"""The stream of events: all changes, for every hub and for other systems.

Its name is ``{namespace}:events:0``. Entries of durable events have a version. Ticks are transient. All
entries are trimmed by age, since PostgreSQL stores the durable events. When an event is deleted in
PostgreSQL, its entry is removed from the stream, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import orjson
import redis.asyncio as aioredis

from service.jobs.values import value
from service.streams.sweepable import SweptStream

#: How long entries stay, in seconds.
KEEP_SECONDS = 600


@value
class Published:
    """A durable event in the form in which the stream sends it to the listeners."""

    channel: str
    version: int
    at: str
    event: str
    data: Any
    user: str


def events_key(namespace: str) -> str:
    """The key of the events stream."""
    return f"{namespace}:events:0"


class EventStream(SweptStream):
    """Appends to the events stream, and removes from it. Raises redis-py's errors unchanged."""

    def __init__(self, redis: aioredis.Redis, namespace: str) -> None:
        super().__init__(redis, events_key(namespace), keep_seconds=KEEP_SECONDS)
        script = files("service.streams").joinpath("lua", "append.lua").read_text("utf-8")
        self._append = redis.register_script(script)

    async def append(self, events: Sequence[Published]) -> None:
        """Append durable events in order. Late or repeated entries do no harm, since readers check the
        version of each event."""
        await self._append(keys=[self._key], args=[_line(one) for one in events])

    async def tick(self, ticks: Sequence[tuple[str, str, int, Any]]) -> None:
        """Append transient values, each as (channel, key, attempt, data). The caller passes only the newest
        value of each key."""
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


def _line(one: Published) -> bytes:
    """An event in the form in which the script takes it. One argument for each event: the client spends most
    of its time for each argument, whatever the argument's length."""
    body = orjson.dumps({"at": one.at, "event": one.event, "data": one.data, "user": one.user}, default=str)
    return f"{one.channel}\n{one.version}\n{one.user}\n".encode() + body
