"""References in memory: fetched once, bounded, and gone when they are deleted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.errors import NotFound
from service.storage.file_cache import FileCache
from service.storage.files import FileStore


class Counted(FileStore):
    """Local files, with a count of what was read."""

    reads = 0

    async def get(self, key: str) -> bytes:
        self.reads += 1
        return await super().get(key)


@pytest.fixture
def store(tmp_path: Path) -> Counted:
    return Counted(tmp_path)


async def test_a_reference_is_fetched_once_for_all_who_want_it(store: Counted) -> None:
    await store.put("cover.png", b"cover", "image/png")
    cache = FileCache(store)
    assert await asyncio.gather(*(cache.get("cover.png") for _ in range(4))) == [b"cover"] * 4
    assert await cache.get("cover.png") == b"cover"
    assert store.reads == 1


async def test_what_was_used_longest_ago_makes_room(store: Counted) -> None:
    cache = FileCache(store, most_bytes=20)
    for name in ("a", "b", "c"):
        await store.put(name, name.encode() * 8, "image/png")
    for name in ("a", "b", "a", "c"):
        await cache.get(name)
    assert cache.held_bytes == 16
    assert (store.reads, await cache.get("a"), store.reads) == (3, b"a" * 8, 3)
    await cache.get("b")
    assert store.reads == 4


async def test_what_is_larger_than_the_cache_is_not_kept(store: Counted) -> None:
    await store.put("wall", b"x" * 30, "image/png")
    cache = FileCache(store, most_bytes=20)
    assert len(await cache.get("wall")) == 30
    assert cache.held_bytes == 0


async def test_what_was_deleted_is_not_given_any_more(store: Counted) -> None:
    await store.put("photo", b"face", "image/png")
    cache = FileCache(store)
    await cache.get("photo")
    await store.delete("photo")
    with pytest.raises(NotFound):
        await cache.get("photo")
    assert cache.held_bytes == 0


async def test_a_fetch_that_failed_is_made_again(store: Counted) -> None:
    cache = FileCache(store)
    with pytest.raises(NotFound):
        await cache.get("late")
    await store.put("late", b"here", "image/png")
    assert await cache.get("late") == b"here"
