"""Chapters of novels with actors: drafts, redrafts, edits, versions, cancels and what is paid for."""

from __future__ import annotations

import asyncio
import json
import textwrap
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from actors import chapter as chapter_actor
from service.access.tokens import Tokens
from service.api.fields import read_as, unknown_fields
from service.api.requests import DraftRequest, PictureBookRequest, RedraftRequest
from service.client.api import connect
from service.db.pool import Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.process.start import open_process
from service.providers.protocols import Providers, Review
from service.providers.replies import Reply, Usage
from service.providers.writing import OnText, PassageAsk, SceneAsk
from service.settings import Settings
from tests.docs.pages import blocks
from tests.http_service import Answered, Caller
from tests.integration.test_hub_sse import Reader
from tests.novels import a_novel
from tests.servers import fresh_database, http_url

BASE = "/api/v1/novels"


@dataclass
class ScriptedWriter:
    """Writes what a test says, and keeps what it was asked. ``held``: it waits for ``go_on``."""

    provider, model = "scripted", "scripted-1"
    texts: deque[str] = field(default_factory=deque)
    asked: list[SceneAsk | PassageAsk] = field(default_factory=list)
    held: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def write_scene(self, ask: SceneAsk, on_text: OnText) -> Reply[str]:
        return await self._write(ask, on_text)

    async def rewrite_passage(self, ask: PassageAsk, on_text: OnText) -> Reply[str]:
        return await self._write(ask, on_text)

    async def _write(self, ask: SceneAsk | PassageAsk, on_text: OnText) -> Reply[str]:
        self.asked.append(ask)
        self.begun.set()
        text = self.texts.popleft()
        on_text(text[:5])
        if self.held:
            await self.go_on.wait()
        return Reply(text, self.model, Usage())


class Censor:
    """A moderator that flags one word, and keeps nothing."""

    provider, model = "scripted", "censor-1"

    async def review(self, texts: Sequence[str], pictures: Sequence[bytes] = ()) -> Reply[Review]:
        flagged = ("violence",) if "FLAGGED" in "".join(texts) else ()
        return Reply(Review(flagged), self.model, Usage())


@dataclass
class Book:
    """A novel of a user, at a service whose writer does what the tests say."""

    caller: Caller
    writer: ScriptedWriter
    database: Database
    id: str

    async def ask(self, method: str, path: str, body: Any = None) -> Answered:
        return await self.caller(method, f"{BASE}/{self.id}/chapters/{path}", body)

    async def ready(self, number: int = 1) -> Any:
        """The chapter when nobody writes it any more."""
        until = time.monotonic() + 30
        while (found := (await self.ask("GET", str(number))).data)["status"] == "generating":
            assert time.monotonic() < until, found
            await asyncio.sleep(0.02)
        return found

    async def draft(self, *texts: str, **body: Any) -> Any:
        self.writer.texts.extend(texts)
        answered = await self.ask("POST", "1/draft", body)
        assert (answered.status, answered.data["status"]) == (202, "generating"), answered.body
        return await self.ready()


@pytest.fixture(scope="module")
async def service(
    stack: Stack, template_database: str
) -> AsyncIterator[tuple[str, aiohttp.ClientSession, Database, ScriptedWriter, Settings]]:
    absent: Any = None
    writer = ScriptedWriter()
    providers = Providers(
        text=absent,
        image=absent,
        vision=absent,
        speech=absent,
        planner=absent,
        writer=writer,
        moderation=Censor(),
    )
    with temporary_folder() as files:
        async with fresh_database(stack, template_database) as url:
            settings = Settings(
                database_url=url,
                database_http_url=http_url(stack, url),
                redis_url=stack.redis_url,
                redis_namespace="novel-chapters",
                files_dir=files,
                drain_grace=5,
                jwt_secret=SecretStr("a secret that is long enough to be taken for one"),
            )
            async with (
                open_process(settings, providers=lambda *_: providers) as process,
                aiohttp.ClientSession() as session,
            ):
                assert process.app is not None
                async with TestServer(process.app) as server:
                    at = str(server.make_url("")).rstrip("/")
                    yield at, session, process.core.database, writer, settings


@pytest.fixture
async def book(
    service: tuple[str, aiohttp.ClientSession, Database, ScriptedWriter, Settings],
) -> AsyncIterator[Book]:
    url, session, database, writer, settings = service
    user_id = uuid4()
    await database.pool.execute(load("users")["ensure_user"], user_id, "unlimited")
    novel_id = await a_novel(database, user_id, uuid4(), uuid4())
    token = Tokens.of(settings).issue(user_id, ttl=timedelta(hours=1))
    writer.asked.clear()
    writer.held = False
    writer.go_on.clear()
    writer.begun.clear()
    yield Book(Caller(session, url, user_id, token), writer, database, str(novel_id))
    # Nothing is left for the drain to wait for.
    writer.go_on.set()


async def test_a_chapter_is_drafted_scene_by_scene(book: Book) -> None:
    found = await book.draft("The lamp went out.", "A boat came.", instruction="More sea.")
    assert found["text"] == "The lamp went out.\n\nA boat came."
    assert (found["status"], found["version"], found["words"]) == ("ready", 1, 7)
    assert found["made_from"] == {
        "plan_version": 1,
        "version": 0,
        "model": "scripted-1",
        "instruction": "More sea.",
    }
    first, second = book.writer.asked
    assert isinstance(first, SceneAsk)
    assert isinstance(second, SceneAsk)
    assert (first.number, first.of, first.words, first.before) == (1, 2, 700, "")
    assert first.facts["place"]["name"] == "The lamp room"
    assert first.facts["glossary"][0]["term"] == "lamping"
    assert first.facts["locked"] == {"character.people.c1.name": "Ida"}
    assert (second.before, second.words) == ("The lamp went out.", 750)
    novel = (await book.caller("GET", f"{BASE}/{book.id}")).data
    assert novel["chapters"]["1"] == {"status": "ready", "version": 1, "words": 7}
    assert novel["jobs"]["chapter_1"]["status"] == "ready"
    exported = await book.caller("GET", f"{BASE}/{book.id}/export")
    assert "The lamp went out." in exported.body.decode()


async def test_a_long_chapter_continues_in_another_attempt(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chapter_actor, "LONGEST_SECONDS", 0.0)
    found = await book.draft("One.", "Two.")
    assert found["text"] == "One.\n\nTwo."
    assert len(book.writer.asked) == 2
    row = await book.database.pool.fetchrow(
        "SELECT attempt, failures FROM jobs WHERE aggregate_id::text = $1", book.id
    )
    assert (row["attempt"], row["failures"]) == (2, 0)


async def test_a_text_that_the_moderator_flags_is_not_kept(book: Book) -> None:
    found = await book.draft("Fine.", "FLAGGED.")
    assert (found["status"], found["text"], found["version"]) == ("failed", None, 0)
    novel = (await book.caller("GET", f"{BASE}/{book.id}")).data
    assert novel["jobs"]["chapter_1"]["error"]["code"] == "CONTENT_FLAGGED"
    asked = await book.draft(instruction="Something FLAGGED.")
    assert (asked["status"], len(book.writer.asked)) == ("failed", 2)


async def test_the_same_draft_again_is_another_version(book: Book) -> None:
    await book.draft("One.", "Two.")
    again = await book.draft("Three.", "Four.")
    assert (again["version"], again["text"]) == (2, "Three.\n\nFour.")
    listed = (await book.ask("GET", "1/versions")).data["items"]
    assert [(one["version"], one["by"]) for one in listed] == [(2, "ai"), (1, "ai")]
    first = (await book.ask("GET", "1/versions?limit=1")).data
    rest = (await book.ask("GET", f"1/versions?limit=1&cursor={first['next_cursor']}")).data
    assert [first["items"], rest["items"]] == [listed[:1], listed[1:]]
    assert rest["next_cursor"] is None
    assert (await book.ask("GET", "1/versions/1")).data["text"] == "One.\n\nTwo."


async def test_words_are_published_as_they_come_and_a_cancel_keeps_the_text(book: Book) -> None:
    await book.draft("One.", "Two.")
    book.writer.held = True
    book.writer.texts.append("Three, which nobody waits for.")
    headers = {"Authorization": f"Bearer {book.caller.token}"}
    url = f"{book.caller.url}{BASE}/{book.id}/events"
    async with book.caller._session.get(url, headers=headers) as response:
        reader = Reader(response)
        await reader.hear()
        assert (await book.ask("POST", "1/draft", {})).status == 202
        heard: list[Any] = []
        while not heard or heard[-1].data.get("key") != "chapter_1.scene.1":
            one = await reader.hear()
            assert one is not None
            heard.append(one)
        assert heard[-1].data["data"] == {"scene": 1, "text": "Three"}
        assert [one.event for one in heard][:2] == ["chapter.requested", "chapter.started"]
    running = await book.ask("POST", "1/draft", {})
    assert (running.status, running.code) == (409, "CHAPTER_RUNNING")
    assert (await book.ask("PATCH", "1", {"text": "Mine."})).code == "CHAPTER_RUNNING"
    cancelled = (await book.ask("POST", "1/cancel")).data
    assert (cancelled["status"], cancelled["version"], cancelled["text"]) == ("ready", 1, "One.\n\nTwo.")
    book.writer.go_on.set()


async def test_a_cancelled_draft_that_was_paid_for_is_not_paid_for_again(book: Book) -> None:
    book.writer.held = True
    book.writer.texts.append("Written all the same.")
    await book.ask("POST", "1/draft", {})
    await book.writer.begun.wait()
    await book.ask("POST", "1/cancel")
    book.writer.go_on.set()
    kept = "SELECT count(*) FROM provider_calls WHERE outcome = 'ok' AND aggregate_id::text = $1"
    until = time.monotonic() + 30
    while not await book.database.pool.fetchval(kept, book.id):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    found = await book.draft("And the rest.")
    assert found["text"] == "Written all the same.\n\nAnd the rest."
    assert len(book.writer.asked) == 2


async def test_a_passage_is_written_again_and_the_rest_stays(book: Book) -> None:
    await book.draft("The lamp went out. She smiled.", "A boat came.")
    book.writer.texts.append("The lamp hissed and died.")
    asked = {"passage": "The lamp went out.", "instruction": "Slower.", "expected_version": 1}
    assert (await book.ask("POST", "1/redraft", asked)).status == 202
    found = await book.ready()
    assert found["text"] == "The lamp hissed and died. She smiled.\n\nA boat came."
    ask = book.writer.asked[-1]
    assert isinstance(ask, PassageAsk)
    assert (ask.passage, ask.before, ask.instruction) == ("The lamp went out.", "", "Slower.")
    assert ask.after == " She smiled.\n\nA boat came."
    book.writer.texts.append("THE")
    placed = {"start": 0, "end": 3, "instruction": "Louder."}
    assert (await book.ask("POST", "1/redraft", placed)).status == 202
    assert (await book.ready())["text"].startswith("THE lamp hissed")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"passage": "Nobody.", "instruction": "x"}, "passage"),
        ({"passage": "o", "instruction": "x"}, "passage"),
        ({"start": 5, "end": 99, "instruction": "x"}, "end"),
        ({"start": 5, "instruction": "x"}, "passage"),
        ({"passage": "One.", "start": 0, "end": 2, "instruction": "x"}, "passage"),
        ({"passage": "One."}, "instruction"),
    ],
)
async def test_a_passage_that_is_not_there_is_refused(book: Book, body: Any, path: str) -> None:
    await book.ask("PATCH", "1", {"text": "One. Too. Foo."})
    answered = await book.ask("POST", "1/redraft", body)
    assert (answered.status, answered.paths) == (422, [path])


async def test_a_persons_text_is_a_version_and_an_earlier_one_comes_back(book: Book) -> None:
    edited = (await book.ask("PATCH", "2", {"text": "Mine, all mine.", "expected_version": 0})).data
    assert (edited["version"], edited["words"], edited["made_from"]) == (1, 3, {})
    stale = await book.ask("PATCH", "2", {"text": "Yours.", "expected_version": 0})
    assert (stale.status, stale.code, stale.json["data"]["version"]) == (409, "CHAPTER_CHANGED", 1)
    await book.ask("PATCH", "2", {"text": "Yours."})
    restored = (await book.ask("POST", "2/versions/1/restore")).data
    assert (restored["version"], restored["text"], restored["made_from"]) == (
        3,
        "Mine, all mine.",
        {"restored": 1},
    )
    assert (await book.ask("POST", "2/versions/9/restore")).code == "CHAPTER_NOT_FOUND"
    assert (await book.ask("GET", "99")).code == "CHAPTER_NOT_FOUND"
    long = "A sentence of a long chapter. " * 4_000
    assert (await book.ask("PATCH", "3", {"text": long})).data["words"] == 24_000


def _asked(body: dict[str, Any]) -> type[DraftRequest | PictureBookRequest]:
    if "passage" in body:
        return RedraftRequest
    return PictureBookRequest if "preview" in body else DraftRequest


async def test_the_examples_of_the_page_are_taken(book: Book, tmp_path: Path) -> None:
    page = blocks("docs/novels.md")
    for block in page:
        if block.language == "json":
            body = json.loads(block.text)
            assert unknown_fields(read_as(_asked(body), body)) == []
    (example,) = [block for block in page if block.language == "python"]
    found: dict[str, Any] = {}
    code = f"{example.text}\nreturn chapter, book"
    exec(f"async def example(client):\n{textwrap.indent(code, '    ')}", found)  # noqa: S102
    async with connect(book.caller.url, book.caller.token or "") as client:
        chapter, picture_book = await found["example"](client)
        saved = await client.export_novel(book.id, tmp_path / "novel", "opml")
    assert (chapter.text, chapter.version) == ("The lamp went out.", 1)
    assert picture_book.request["characters"][0]["name"] == "Ida"
    assert saved.name == "novel.opml"


async def test_a_draft_is_estimated_and_nothing_is_written(book: Book) -> None:
    found = (await book.ask("POST", "1/estimate")).data
    assert (found["calls"], found["usd"]) == (2, 0)
    assert (await book.ask("GET", "1")).data["status"] == "planned"
