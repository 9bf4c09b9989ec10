"""A stream whose entries are removed when they are old, or when their aggregate was deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from importlib.resources import files

import redis.asyncio as aioredis

_AT_ONCE = 500


class SweptStream:
    """A Redis stream. The field ``c`` of each entry is the channel of its aggregate. Raises redis-py's
    errors."""

    def __init__(self, redis: aioredis.Redis, key: str, *, keep_seconds: float) -> None:
        self._redis = redis
        self._key = key
        self._keep_seconds = keep_seconds
        script = files("service.streams").joinpath("lua", "channels.lua").read_text("utf-8")
        self._channels = redis.register_script(script)

    async def trim(self) -> None:
        """Remove all entries that are older than ``keep_seconds``, by the clock of the server. The clock of
        this process may be wrong by an hour."""
        seconds, _ = await self._redis.time()
        await self._redis.xtrim(
            self._key, minid=int((seconds - self._keep_seconds) * 1000), approximate=False
        )

    async def channels(self) -> AsyncIterator[list[tuple[bytes, str]]]:
        """The id and the channel of each entry, oldest first. The entries are read in batches of some
        hundreds."""
        first = "-"
        while found := await self._channels(keys=[self._key], args=[first, _AT_ONCE]):
            yield [(id_, channel.decode(errors="replace")) for id_, channel in found]
            first = f"({found[-1][0].decode()}"

    async def remove(self, ids: Sequence[bytes]) -> None:
        """Remove the entries with these ids."""
        if ids:
            await self._redis.xdel(self._key, *ids)
