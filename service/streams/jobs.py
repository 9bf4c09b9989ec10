"""The streams of job ids: one for each actor group, with one consumer group each.

The streams contain only ids of jobs, and stay short. PostgreSQL can restore them. Names are
``{namespace}:jobs:{group}``. A consumer's name is a worker's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any
from uuid import UUID

import redis.asyncio as aioredis
from redis.exceptions import ResponseError

from service.jobs.values import value
from service.streams.client import BLOCK_MS

CONSUMER_GROUP = "actors"
_ADOPT_AT_ONCE = 500
#: The most entries that one call acknowledges: a script may unpack only some thousands of values.
FINISH_AT_ONCE = 1000


@value
class Entry:
    """An entry that was read from a stream. ``job_id`` is None if the entry is malformed."""

    id: bytes
    job_id: UUID | None


class JobStreams:
    """The streams of all groups: adds, reads and finishes entries. Raises redis-py's errors unchanged."""

    def __init__(self, redis: aioredis.Redis, namespace: str) -> None:
        self._redis = redis
        self._namespace = namespace
        folder = files("service.streams").joinpath("lua")
        self._add = redis.register_script(folder.joinpath("add.lua").read_text("utf-8"))
        self._finish = redis.register_script(folder.joinpath("finish.lua").read_text("utf-8"))
        self._adopt = redis.register_script(folder.joinpath("adopt.lua").read_text("utf-8"))

    def key(self, group: str) -> str:
        """The key of a group's stream."""
        return f"{self._namespace}:jobs:{group}"

    async def ensure(self, group: str) -> None:
        """Create the stream and its consumer group, which starts at the first entry."""
        try:
            await self._redis.xgroup_create(self.key(group), CONSUMER_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def add(self, group: str, job_ids: Sequence[UUID]) -> None:
        """Add an entry for each job. A duplicate does no harm, since PostgreSQL decides the claim."""
        await self._add(keys=[self.key(group)], args=[str(job_id) for job_id in job_ids])

    async def read(self, group: str, consumer: str, count: int, block_ms: int = BLOCK_MS) -> list[Entry]:
        """New entries, at most ``count``. Waits up to ``block_ms`` milliseconds.

        Never cancel this call. If the server delivers an entry at the moment of the cancel, the entry stays
        pending and nobody receives it.
        """
        answer = await self._redis.xreadgroup(
            CONSUMER_GROUP, consumer, {self.key(group): ">"}, count=count, block=block_ms
        )
        return _entries(answer)

    async def read_own(self, group: str, consumer: str, count: int = 1000) -> list[Entry]:
        """The entries that this consumer has received and not finished."""
        answer = await self._redis.xreadgroup(CONSUMER_GROUP, consumer, {self.key(group): "0"}, count=count)
        return _entries(answer)

    async def finish(self, group: str, entry_ids: Sequence[bytes]) -> int:
        """Acknowledge and delete entries that a consumer has received, at most ``FINISH_AT_ONCE``. Returns
        the number of acknowledged entries. Entries that were adopted since have new ids, and stay."""
        if not entry_ids:
            return 0
        return int(await self._finish(keys=[self.key(group)], args=[CONSUMER_GROUP, *entry_ids]))

    async def adopt(self, group: str, dead_consumer: str) -> int:
        """Add the entries of a dead consumer to the stream again, and remove the consumer. Returns the number
        of these entries."""
        return int(
            await self._adopt(keys=[self.key(group)], args=[CONSUMER_GROUP, dead_consumer, _ADOPT_AT_ONCE])
        )

    async def consumers(self, group: str) -> list[str]:
        """The names of a group's consumers."""
        rows = await self._redis.xinfo_consumers(self.key(group), CONSUMER_GROUP)
        return [row["name"].decode() for row in rows]

    async def present(self, group: str) -> set[UUID]:
        """The ids of the jobs of all entries in a stream. All entries are read, since streams are short."""
        rows: Any = await self._redis.xrange(self.key(group)) or []
        return {job_id for _, fields in rows if (job_id := _job_id(fields)) is not None}

    async def dead_letter_entry(self, group: str, entry: Entry) -> None:
        """Record a malformed entry in the stream of dead entries, where an operator can see it."""
        fields: dict[Any, Any] = {b"stream": self.key(group), b"entry": entry.id}
        await self._redis.xadd(f"{self._namespace}:dead-entries", fields, maxlen=1000)


def _entries(answer: Any) -> list[Entry]:
    """The entries of one stream. The client's answer may have one of two forms."""
    if not answer:
        return []
    streams = list(answer.items()) if isinstance(answer, dict) else list(answer)
    rows = streams[0][1]
    if rows and isinstance(rows[0], list) and rows[0] and isinstance(rows[0][0], list | tuple):
        rows = rows[0]
    return [Entry(id_, _job_id(fields)) for id_, fields in rows]


def _job_id(fields: dict[bytes, bytes] | None) -> UUID | None:
    try:
        return UUID((fields or {})[b"job"].decode())
    except (KeyError, ValueError, UnicodeDecodeError):
        return None
