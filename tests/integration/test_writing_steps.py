"""A story in steps: each is in the ledger and in the estimate, and no step is paid for twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from service.http.app.keys import FORECASTS
from service.providers.duration import CHARACTERS
from service.providers.estimate import Estimator
from service.providers.prices import PriceTable
from tests.integration.provider_books import MAYA, Works, dollars
from tests.integration.test_first_book import Book
from tests.own_stories import STORIES
from tests.stubs.provider_stub import Fault

_WRITING = ("outline", "story", "critique", "revision")


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    """The process, its stubs as new."""
    await provider_works.renew()
    yield provider_works


async def test_a_draft_is_streamed_and_its_pages_are_replaced_by_the_revision(works: Works) -> None:
    book = await works.make(scene_count=3, generateAssets=False)
    assert [call.kind for call in works.openai.calls if call.kind in _WRITING] == list(_WRITING)
    rows = [row.step for row in await works.ledger(book) if row.step != "moderation"]
    assert sorted(rows) == ["content", "critique", "outline", "revision"]
    first = [tick["data"]["text"] for tick in book.ticks if tick["key"] == "content.page.1"]
    beats = [beat["text"] for beat in book.story["content"]["beats"]]
    assert beats[0].endswith("Splash!")
    # A tick may be lost, also the last one. The revision only adds a word.
    assert first and all(beats[0].startswith(words) for words in first)
    progress = [tick["data"]["progress"] for tick in book.ticks if tick["key"] == "content.progress"]
    assert progress == sorted(progress)
    outlined, drafted, criticised, revised = (
        json.loads(works.openai.of(kind)[0].body["messages"][1]["content"]) for kind in _WRITING
    )
    assert "outline" not in outlined
    assert len(drafted["outline"]["pages"]) == 3
    assert criticised["draft"]["scenes"][0]["text"] in beats[0].replace("Maya", "Hero_1")
    assert revised["remarks"][0]["advice"] == "Add one."


async def test_a_step_that_fails_repeats_none_before_it(works: Works) -> None:
    works.openai.fail("critique", Fault("status", 500))
    works.openai.fail("revision", Fault("truncated"))
    async with works.no_waiting():
        book = await works.make(generateAssets=False)
    assert book.story["status"] == "ready"
    counts = {kind: len(works.openai.of(kind)) for kind in _WRITING}
    assert counts == {"outline": 1, "story": 1, "critique": 2, "revision": 2}


@pytest.mark.parametrize("step", _WRITING)
async def test_a_lost_answer_of_a_step_is_paid_for_once_more(works: Works, step: str) -> None:
    works.openai.fail(step, Fault("cut"))
    async with works.no_waiting():
        book = await works.make(generateAssets=False)
    assert book.story["status"] == "ready"
    assert {kind: len(works.openai.of(kind)) for kind in _WRITING} == dict.fromkeys(_WRITING, 1) | {step: 2}
    lost = [row for row in await works.ledger(book) if row.outcome == "unknown"]
    assert [row.step for row in lost] == ["content" if step == "story" else step]


async def test_a_throttled_or_refused_step_repeats_no_other(works: Works) -> None:
    works.openai.fail("outline", Fault("status", 429, headers={"retry-after": "0.1"}))
    works.openai.fail("critique", Fault("length"))
    works.openai.fail("revision", Fault("stream_error"))
    async with works.no_waiting():
        book = await works.make(generateAssets=False)
    assert book.story["status"] == "ready"
    counts = {kind: len(works.openai.of(kind)) for kind in _WRITING}
    assert counts == {"outline": 2, "story": 1, "critique": 2, "revision": 2}


async def test_a_cap_stops_before_a_step_and_a_larger_one_goes_on_from_there(works: Works) -> None:
    draft = Estimator(works.settings, PriceTable()).call("content", works.settings.text_model)
    book = await works.make(generateAssets=False, budget_usd=float(draft))
    assert book.assets["content"]["error_code"] == "BUDGET_EXCEEDED"
    assert [call.kind for call in works.openai.calls if call.kind in _WRITING] == ["outline"]
    await works.ask("POST", f"/api/v1/stories/{book.story['id']}/resume", {"budget_usd": 5})
    await book.follow()
    assert book.story["status"] == "ready"
    assert {kind: len(works.openai.of(kind)) for kind in _WRITING} == dict.fromkeys(_WRITING, 1)


async def test_what_was_asked_for_reaches_each_step_and_no_rule(works: Works) -> None:
    wishes = {
        "title": "The Quiet Drum",
        "instructions": "a drum that whispers",
        "language": "de",
        "themes": ["owls"],
    }
    book = await works.make(generateAssets=False, **wishes)
    assert book.story["content"]["title"] == "The Quiet Drum"
    for kind in _WRITING:
        rules, asked = works.openai.of(kind)[0].body["messages"]
        data = json.loads(asked["content"])
        assert (data["title"], data["wishes"], data["language"]) == (
            "The Quiet Drum",
            "a drum that whispers",
            "de",
        )
        assert not any(word in rules["content"] for word in ("Drum", "drum", "owls", "Maya"))


async def test_a_draft_in_another_language_is_revised_and_else_marked(works: Works) -> None:
    german = STORIES[1].text.replace("\n\n", " ")
    works.openai.say = lambda text: text.replace(" saw the river.", f" {german}")
    book = await works.make(generateAssets=False, language="en")
    revised = json.loads(works.openai.of("revision")[0].body["messages"][1]["content"])
    assert "language de" in revised["remarks"][0]["problem"]
    assert book.story["content"]["language"] == "de"


async def test_the_estimate_has_the_steps(works: Works) -> None:
    body = {"characters": [MAYA], "scene_count": 4}
    lines = (await works.ask("POST", "/api/v1/stories/estimate", body))["lines"]
    assert [line["step"] for line in lines][:4] == ["outline", "content", "critique", "revision"]
    alone = await works.ask("POST", "/api/v1/stories/estimate", {**body, "generate_assets": False})
    assert {line["step"] for line in alone["lines"]} == {"outline", "content", "critique", "revision"}


async def make_usual(works: Works, scenes: int) -> Book:
    """A book with about as many words as books for the age have."""
    more = " And the boats went by." * round((CHARACTERS["3-5"] / scenes - 60) / 23)
    works.openai.say = lambda text: text.replace(" saw the river.", f" saw the river.{more}")
    return await works.make(scene_count=scenes)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_the_estimate_is_within_15_percent_of_the_bill(works: Works) -> None:
    for _ in range(5):
        await make_usual(works, 2)
    # The usage of calls is read once a minute.
    server = works.client.server
    assert isinstance(server, TestServer)
    forecasts = server.app[FORECASTS]
    for scenes in (4, 12):
        forecasts._until = 0.0
        told = await works.ask(
            "POST", "/api/v1/stories/estimate", {"characters": [MAYA], "scene_count": scenes}
        )
        await works.renew()
        book = await make_usual(works, scenes)
        assert book.story["asset_generation_status"]["overall"] == "ready"
        bill = float(dollars(works.seen()))
        assert told["low_usd"] == pytest.approx(bill, rel=0.15), (scenes, told["low_usd"], bill)
