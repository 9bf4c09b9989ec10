"""Later runs of a finished book before stub providers: what is made again, and what is not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import USER
from tests.integration.provider_books import Works
from tests.integration.test_first_book import Book


@pytest.fixture(scope="module")
async def ready_book(provider_works: Works) -> Book:
    """A book of four scenes, for all tests here: each takes it as it finds it."""
    await provider_works.renew()
    book = await provider_works.make(scene_count=4)
    assert book.story["asset_generation_status"]["overall"] == "ready"
    return book


@pytest.fixture
def works(provider_works: Works) -> Works:
    """The process; its providers have been asked for nothing yet."""
    for stub in (provider_works.openai, provider_works.elevenlabs):
        stub.renew()
    return provider_works


@pytest.fixture
def book(works: Works, ready_book: Book) -> Book:
    return ready_book


def made(works: Works) -> Counter[str]:
    """What the providers were asked for, by kind."""
    return Counter(call.kind for call in works.seen())


async def test_an_edited_sentence_makes_one_picture_and_one_page_of_narration(
    works: Works, book: Book
) -> None:
    before = book.hashes
    answered = await book.ask(
        "PATCH", "/content", {"beats": [{"index": 2, "text": "Maya sat down by the river."}], "rebuild": True}
    )
    assert answered["assets"] == ["scene_2", "audio", "pdf", "epub"]
    await book.follow()
    assert made(works) == dict.fromkeys(
        ("analysis", "image", "verdicts", "safety", "alt", "moderation", "speech"), 1
    )
    after = book.hashes
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"scene_2", "audio", "pdf", "epub"}
    assert book.assets["activities"]["stale"] is True


async def test_taking_an_edit_back_pays_for_no_picture_and_no_voice(works: Works, book: Book) -> None:
    before, text = book.hashes, book.story["content"]["beats"][0]["text"]
    for words, pictures in (("Maya lay down in the reeds.", 1), (text, 0)):
        works.openai.calls.clear()
        works.elevenlabs.calls.clear()
        await book.ask("PATCH", "/content", {"beats": [{"index": 1, "text": words}], "rebuild": True})
        await book.follow()
        assert len(works.openai.of("image")) == len(works.elevenlabs.calls) == pictures
    assert (book.hashes["scene_1"], book.hashes["audio"]) == (before["scene_1"], before["audio"])


async def test_a_regenerated_scene_is_one_new_picture(works: Works, book: Book) -> None:
    before = book.hashes
    await book.ask("POST", "/assets/regenerate", {"assetTypes": ["scene_3"]})
    await book.follow()
    assert made(works) == {"image": 1, "verdicts": 1, "safety": 1, "alt": 1, "moderation": 1}
    after = book.hashes
    assert {name for name in before if before[name] != after[name]} == {"scene_3"}
    assert {name for name, asset in book.assets.items() if asset.get("stale")} >= {"pdf", "epub"}


async def test_a_cascade_from_the_cover_draws_the_scenes_from_the_new_one(works: Works, book: Book) -> None:
    await book.ask("POST", "/assets/regenerate", {"assetTypes": ["cover"], "cascade": True})
    await book.follow()
    assert made(works) == {"image": 5, "verdicts": 5, "safety": 5, "alt": 5, "moderation": 5}
    cover = await book.fetch(book.assets["cover"]["url"])
    _, *scenes = works.openai.of("image")
    assert {data for scene in scenes for _, data in scene.files} == {cover}
    assert {name for name, asset in book.assets.items() if asset.get("stale")} <= {"activities"}


async def test_an_image_job_draws_all_as_asked_and_tells_how_far_it_is(works: Works, book: Book) -> None:
    before = book.hashes
    look = {"style": "bold linocut", "instructions": "more rain everywhere"}
    job = await book.ask("POST", "/images/generate", look)
    assert job["status"] == "processing"
    await book.follow()
    prompts = [call.body["prompt"] for call in works.openai.of("image")]
    assert len(prompts) == 5
    assert all("bold linocut" in prompt and "more rain everywhere" in prompt for prompt in prompts)
    assert set(made(works)) == {"image", "verdicts", "safety", "alt", "moderation"}
    after = book.hashes
    kept = {"content", "audio", "activities"}
    assert {name for name in before if before[name] == after[name]} == kept
    done = await book.ask("GET", "/images/job")
    assert (done["id"], done["status"], done["progress"], done["error"]) == (
        job["id"],
        "completed",
        100,
        None,
    )


async def test_a_deleted_story_leaves_nothing_behind_not_even_what_was_being_painted(
    works: Works, book: Book
) -> None:
    story_id = book.story["id"]
    folder = works.settings.files_dir / f"user_{USER}" / f"story_{story_id}"
    assert list(folder.iterdir())
    works.openai.factor = 0.02
    try:
        await book.ask("POST", "/images/generate", {})
        await until(lambda: works.openai.at_work["image"] > 0)
        await book.ask("DELETE")
        await until(lambda: works.openai.at_work["image"] == 0)
    finally:
        works.openai.factor = 0.0
    await until(lambda: is_empty(folder))
    # The folder is emptied once more an hour later: until then it is noted.
    assert await mentions(works, story_id) == {"quota_entries", "discarded_files"}


def is_empty(folder: Path) -> bool:
    """Also where it is gone, which it may be at any moment."""
    try:
        return not list(folder.iterdir())
    except FileNotFoundError:
        return True


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - a folder tells nobody when it changes
            await asyncio.sleep(0.02)


async def mentions(works: Works, text: str) -> set[str]:
    """The tables that have a row in which this stands."""
    pool = works.database.pool
    tables = await pool.fetch(
        "SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    holds = "SELECT EXISTS (SELECT FROM {} AS t WHERE strpos(t::text, $1) > 0)"
    return {table["name"] for table in tables if await pool.fetchval(holds.format(table["name"]), text)}
