"""References in memory: fetched once, bounded, and gone when they are deleted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from service.errors import NotFound
from service.storage.file_cache import Shelf
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
    shelf = Shelf(store)
    assert await asyncio.gather(*(shelf.get("cover.png") for _ in range(4))) == [b"cover"] * 4
    assert await shelf.get("cover.png") == b"cover"
    assert store.reads == 1


async def test_what_was_used_longest_ago_makes_room(store: Counted) -> None:
    shelf = Shelf(store, most_bytes=20)
    for name in ("a", "b", "c"):
        await store.put(name, name.encode() * 8, "image/png")
    for name in ("a", "b", "a", "c"):
        await shelf.get(name)
    assert shelf.held_bytes == 16
    assert (store.reads, await shelf.get("a"), store.reads) == (3, b"a" * 8, 3)
    await shelf.get("b")
    assert store.reads == 4


async def test_what_is_larger_than_the_shelf_is_not_kept(store: Counted) -> None:
    await store.put("wall", b"x" * 30, "image/png")
    shelf = Shelf(store, most_bytes=20)
    assert len(await shelf.get("wall")) == 30
    assert shelf.held_bytes == 0


async def test_what_was_deleted_is_not_given_any_more(store: Counted) -> None:
    await store.put("photo", b"face", "image/png")
    shelf = Shelf(store)
    await shelf.get("photo")
    await store.delete("photo")
    with pytest.raises(NotFound):
        await shelf.get("photo")
    assert shelf.held_bytes == 0


async def test_a_fetch_that_failed_is_made_again(store: Counted) -> None:
    shelf = Shelf(store)
    with pytest.raises(NotFound):
        await shelf.get("late")
    await store.put("late", b"here", "image/png")
    assert await shelf.get("late") == b"here"
