"""Books of people's own words: they come out word for word in the PDF, in the EPUB and in the narration."""

from __future__ import annotations

import html
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from pypdf import PdfReader

from service.db.pool import Database
from service.devstack.stack import Stack
from service.process.start import open_process
from service.publishing.book import labels
from service.settings import Settings
from tests.factories import USER
from tests.integration.provider_books import UNLIMITED, Works
from tests.integration.test_first_book import Book, token
from tests.own_stories import STORIES, OwnStory
from tests.servers import fresh_database

pytestmark = pytest.mark.timeout(1800)

#: A client of the service, its settings and its database.
Offline = tuple[TestClient[Any, Any], Settings, Database]
_SHORT = ("German", "verse")


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    """The process with paid providers, its stubs as new."""
    await provider_works.renew()
    yield provider_works


async def check_words(book: Book, own: OwnStory) -> None:
    """Every word of the story stands in its order in each output."""
    words = own.text.split()
    assert " ".join(beat["text"] for beat in book.story["content"]["beats"]).split() == words
    assert [word["txt"] for word in book.story["audio_words"]] == words
    pages = await book.unbound()
    spoken = [
        html.unescape(word)
        for name in sorted((name for name in pages if "scene-" in name), key=_number)
        for word in re.findall(r'<span id="w\d+">([^<]*)</span>', pages[name])
    ]
    assert spoken == words
    reader = PdfReader(io.BytesIO(await book.fetch(book.assets["pdf"]["url"])))
    printed = "".join("".join(page.extract_text() for page in reader.pages).split())
    for beat in book.story["content"]["beats"]:
        for paragraph in beat["text"].split("\n\n"):
            assert "".join(paragraph.split()) in printed


def _number(name: str) -> int:
    return int(re.findall(r"\d+", name)[-1])


@pytest.fixture(scope="module")
async def offline(
    stack: Stack, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Offline]:
    """A process of offline providers, with small pictures."""
    async with fresh_database(stack, template_database) as database:
        settings = Settings(
            database_url=database,
            redis_url=stack.redis_url,
            redis_namespace="own-words",
            image_size="128x128",
            cpu_processes=2,
            files_dir=Path(tmp_path_factory.mktemp("files")),
            jwt_secret=SecretStr("a secret of thirty-two bytes at least"),
        )
        async with open_process(settings) as process:
            assert process.app is not None
            await process.core.database.pool.execute(UNLIMITED, USER)
            async with TestClient(TestServer(process.app)) as client:
                yield client, settings, process.core.database


@pytest.mark.parametrize(
    "own",
    [pytest.param(own, marks=() if own.name in _SHORT else pytest.mark.long, id=own.name) for own in STORIES],
)
async def test_an_offline_book_has_every_word(offline: Offline, own: OwnStory) -> None:
    client, settings, database = offline
    body: dict[str, Any] = {
        "characters": [{"name": "Maya", "age": 6}],
        "text": {"story": own.text},
        "seed": 7,
    }
    if own.scenes:
        body["scene_count"] = own.scenes
    headers = token(settings)
    async with client.post("/api/v1/stories", json=body, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        created = (await answer.json())["data"]
    book = Book(client, database, headers, created)
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert book.story["content"]["language"] == own.language
    codes = {warning["code"] for warning in created["warning_details"]}
    assert ("LANGUAGE_NOT_SPOKEN" in codes) == (own.language != "en")
    await check_words(book, own)
    colophon = html.unescape((await book.unbound())["EPUB/made.xhtml"])
    assert labels(own.language)["words_by_a_person"] in colophon


async def test_a_paid_book_keeps_every_word_and_writes_the_rest(works: Works) -> None:
    own = STORIES[0]
    text = own.text.replace("Pip", "Maya")
    book = await works.make(text={"story": text}, scene_count=4)
    await check_words(book, OwnStory("named", "en", text))
    content = book.story["content"]
    assert content["title"] == "Maya's Own Story"
    assert content["beats"][1]["alt"] == "Maya by the river, as drawn."
    assert not works.openai.of("outline") + works.openai.of("critique") + works.openai.of("story")
    (asked,) = works.openai.of("frame")
    rules, data = asked.body["messages"]
    assert "harbour" not in rules["content"]
    assert "harbour" in data["content"]
    assert "Maya" not in data["content"]


async def test_a_text_is_moderated_before_a_model_sees_it(works: Works) -> None:
    works.openai.flag = lambda text: "bomb" in text
    book = await works.make(text={"pages": ["A bomb."]})
    assert book.story["status"] == "failed"
    assert not works.openai.of("frame")


@pytest.mark.parametrize("mode", ["light", "free"])
async def test_a_text_is_mended_or_told_anew(works: Works, mode: str) -> None:
    book = await works.make(text={"mode": mode, "story": "Maya has a boat. It is red."}, generateAssets=False)
    (asked,) = works.openai.of("story")
    assert "It is red." in asked.body["messages"][1]["content"]
    told = " ".join(beat["text"] for beat in book.story["content"]["beats"])
    assert ("It is red." in told) == (mode == "light")
    assert len(works.openai.of("critique")) == (mode == "free")


async def test_a_mended_text_that_lost_its_words_is_asked_for_again(works: Works) -> None:
    lost = iter([True])
    works.openai.say = lambda text: (
        re.sub(r'"text": "[^"]*"', '"text": "No."', text) if next(lost, False) else text
    )
    async with works.no_waiting():
        book = await works.make(
            text={"mode": "light", "pages": ["The boat is red, and it goes out to sea."]},
            generateAssets=False,
        )
    assert "out to sea" in book.story["content"]["beats"][0]["text"]
    assert len(works.openai.of("story")) == 2
