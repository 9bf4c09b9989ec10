"""A book's plates are made as its pictures arrive: what is left after the last is the binding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from service.access.people import forget
from service.db.discarded import delete_discarded, discard
from service.domain.assets import plates_folder
from service.storage.files import FileStore
from tests.integration.provider_books import MAYA, Works
from tests.integration.test_first_book import Book, token

_KEYS = "SELECT name, key FROM asset_versions WHERE story_id = $1 AND current"


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    await provider_works.renew()
    yield provider_works


@pytest.fixture
def store(works: Works) -> FileStore:
    return FileStore(works.settings.files_dir)


async def pictures(works: Works, book: Book) -> list[str]:
    """The keys of the cover and the scenes."""
    rows = await works.database.pool.fetch(_KEYS, UUID(book.story["id"]))
    return [row["key"] for row in rows if row["name"] == "cover" or row["name"].startswith("scene_")]


def plates_of(works: Works, key: str) -> list[Path]:
    folder = plates_folder(key)
    assert folder is not None
    return sorted((works.settings.files_dir / folder).glob("*"))


async def bound_again(book: Book) -> tuple[str | None, str | None]:
    """What the two books are when only they are made again."""
    await book.ask("POST", "/assets/regenerate", {"assetTypes": ["pdf", "epub"]})
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    return book.hashes["pdf"], book.hashes["epub"]


async def test_books_are_bound_from_plates_alone(works: Works, store: FileStore) -> None:
    book = await works.make(scene_count=2)
    first = book.hashes["pdf"], book.hashes["epub"]
    keys = await pictures(works, book)
    assert [len(plates_of(works, key)) for key in keys] == [1, 1, 1]
    whole = {key: await store.get(key) for key in keys}
    for key in keys:
        await store.delete(key)
    assert await bound_again(book) == first, "nobody asked for a picture"
    for key, data in whole.items():
        await store.put(key, data, "image/jpeg")


async def test_books_are_the_same_where_there_are_no_plates(works: Works, store: FileStore) -> None:
    """As those that were begun by an older version, and where plates could not be kept or read."""
    book = await works.make(scene_count=2)
    first = book.hashes["pdf"], book.hashes["epub"]
    torn, *gone = await pictures(works, book)
    (file,) = plates_of(works, torn)
    file.write_bytes(b"torn")
    for key in gone:
        await store.delete(plates_folder(key) or "")
    assert await bound_again(book) == first


async def test_plates_go_with_their_picture(works: Works, store: FileStore) -> None:
    book = await works.make()
    for key in await pictures(works, book):
        await discard(works.database, store.delete, [key])
        assert not await store.has(key)
        assert plates_of(works, key) == []


async def test_plates_go_with_their_owner(works: Works, store: FileStore) -> None:
    """Immediately, although the owner's folder is emptied only later because an attempt may still run."""
    owner = uuid4()
    await works.database.pool.execute("INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", owner)
    headers = token(works.settings, owner)
    body = {"characters": [MAYA], "scene_count": 1}
    async with works.client.post("/api/v1/stories", json=body, headers=headers) as answer:
        book = Book(works.client, works.database, headers, (await answer.json())["data"])
    await book.follow()
    kept = f"user_{owner}/**/*.zip"
    assert list(works.settings.files_dir.glob(kept))
    await works.database.pool.execute(
        "UPDATE jobs SET status = 'failed', completed_at = NULL WHERE user_id = $1 AND name = 'pdf'", owner
    )
    assert await forget(works.database, owner)
    await delete_discarded(works.database, store.delete)
    assert not list(works.settings.files_dir.glob(kept))
