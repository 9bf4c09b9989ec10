"""Files that are gone from the store though their assets are ready: found, and made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from actors.registry import REGISTRY
from service.background.file_reconciler import FileReconciler
from service.background.nudges import Nudges
from service.background.settler import Settler
from service.errors import Unavailable
from service.storage.files import FileStore
from service.stories import repair
from tests.integration.provider_books import Works
from tests.integration.test_first_book import Book

#: As if a day had gone by for this story's files, and for no other's.
DUE = "UPDATE asset_versions SET checked_at = CASE WHEN story_id = $1 THEN 'epoch' ELSE now() END"
KEY = "SELECT key FROM asset_versions WHERE story_id = $1 AND name = $2 AND current"
DUE_LEFT = "SELECT count(*) FROM asset_versions WHERE current AND checked_at = 'epoch'"


class Forgetful(FileStore):
    """A store that cannot be asked."""

    async def has(self, key: str) -> bool:
        raise Unavailable(code="STORE_FAILED")


class Bench:
    """A file reconciler that moves when it is told to."""

    def __init__(self, works: Works, nudges: Nudges) -> None:
        self.works = works
        self.store = FileStore(works.settings.files_dir)
        self.settler = Settler(works.database, REGISTRY.kinds, nudges)

    async def look(self, book: Book, store: FileStore | None = None) -> None:
        await self.works.database.pool.execute(DUE, UUID(book.story["id"]))
        await FileReconciler(self.works.database, self.settler, store or self.store, files=repair).run_once()

    async def lose(self, book: Book, asset: str) -> str:
        key = str(await self.works.database.pool.fetchval(KEY, UUID(book.story["id"]), asset))
        await self.store.delete(key)
        return key


@pytest.fixture
async def bench(provider_works: Works) -> AsyncIterator[Bench]:
    await provider_works.renew()
    nudges = Nudges(provider_works.database)
    await nudges.start()
    yield Bench(provider_works, nudges)
    await nudges.stop()


async def test_fault_38_what_is_gone_behind_a_ready_row_is_found_and_made_again(bench: Bench) -> None:
    works = bench.works
    book = await works.make()
    await bench.look(book)
    assert (await works.ask("GET", f"/api/v1/stories/{book.story['id']}"))["version"] == book.story["version"]
    lost = [await bench.lose(book, asset) for asset in ("audio", "pdf", "scene_1")]
    before = book.hashes
    works.openai.calls.clear()
    works.elevenlabs.calls.clear()
    await bench.look(book)
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    paid = Counter(call.kind for call in works.seen())
    of_picture = ("image", "verdicts", "safety", "alt", "moderation")
    assert paid == dict.fromkeys(of_picture, 1), "only the picture itself was lost"
    assert book.hashes["audio"] == before["audio"], "its pages were still in the store"
    for asset in ("audio", "pdf", "scene_1"):
        assert await book.fetch(book.assets[asset]["url"])
    assert await bench.store.has(lost[0])
    assert book.assets["scene_1"]["status"] == "ready"


async def test_fault_38_a_store_that_cannot_be_asked_tells_nothing(bench: Bench, tmp_path: Path) -> None:
    book = await bench.works.make(scene_count=1)
    with pytest.raises(Unavailable):
        await bench.look(book, Forgetful(tmp_path))
    assert await bench.works.database.pool.fetchval(DUE_LEFT) > 0, "they are looked for another time"
    assert (await bench.works.ask("GET", f"/api/v1/stories/{book.story['id']}"))["version"] == book.story[
        "version"
    ]
