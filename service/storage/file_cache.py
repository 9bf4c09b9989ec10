"""A memory cache for reference pictures: a cover is fetched once for all scenes that are drawn from it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from service.errors import NotFound
from service.storage.store import Store

#: The maximum size of the cache in bytes. This is enough for some dozens of reference pictures.
MOST_BYTES = 64 << 20


class FileCache:
    """A cache of files by store key. The file under a key never changes. The cache removes the least recently
    used files first.

    A file that was deleted from the store is no longer returned from the cache.
    """

    def __init__(self, store: Store, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._most = most_bytes
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._coming: dict[str, asyncio.Task[bytes]] = {}

    @property
    def held_bytes(self) -> int:
        """The size of all cached files, in bytes."""
        return sum(map(len, self._files.values()))

    async def get(self, key: str) -> bytes:
        """The bytes of a file, from the cache or the store. Raises the store's errors.

        A cancelled caller does not cancel the fetch for other callers.
        """
        if key in self._files:
            return await self._held(key)
        task = self._coming.get(key)
        if task is None:
            task = self._coming[key] = asyncio.create_task(self._fetch(key), name="reference")
        # A cancelled caller must not end the fetch for the others.
        return await asyncio.shield(task)

    async def _held(self, key: str) -> bytes:
        data = self._files[key]
        if not await self._store.has(key):
            self._files.pop(key, None)
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND")
        if key in self._files:
            self._files.move_to_end(key)
        return data

    async def _fetch(self, key: str) -> bytes:
        try:
            data = await self._store.get(key)
        finally:
            del self._coming[key]
        if len(data) <= self._most:
            self._files[key] = data
        while self.held_bytes > self._most:
            self._files.popitem(last=False)
        return data
