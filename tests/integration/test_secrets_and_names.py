"""What leaves this service and what it writes down: no key of ours, and no name of a child."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
import structlog
from PIL import Image

from service.cli.checkup import examine
from service.telemetry.logging import configure_logging
from tests.integration.provider_books import Works
from tests.integration.test_first_book import token
from tests.stubs.provider_stub import Fault

#: Names that occur in nobody's rules and prompts.
ZEPHYRINE = {
    "name": "Zephyrine",
    "age": 6,
    "traits": ["manual_wheelchair", {"id": "assistance_dog", "detail": "Zephyrine's dog Quillon"}],
    "description": "Zephyrine laughs loudly",
    "preferred_words": {"manual_wheelchair": "Zephyrine's wheels"},
}
QUILLON = {"name": "Quillon", "kind": "animal", "species": "dog", "description": "always near Zephyrine"}


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    """The process, its stubs as new."""
    await provider_works.renew()
    yield provider_works


async def test_no_key_is_in_any_log_error_metric_or_answer(
    works: Works, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    quoting = {"error": {"message": "Incorrect API key provided: sk-ours.", "code": "invalid_api_key"}}
    works.openai.fail("story", Fault("status", 401, quoting))
    works.openai.fail("palette", Fault("status", 400, quoting))
    works.elevenlabs.fail("speech", Fault("status", 401, {"detail": "invalid key el-ours"}))
    book = await works.make()
    kept = await works.database.pool.fetchval(
        "SELECT string_agg(x, ' ') FROM (SELECT j::text AS x FROM jobs j WHERE aggregate_id = $1"
        " UNION ALL SELECT c::text FROM provider_calls c WHERE aggregate_id = $1"
        " UNION ALL SELECT e::text FROM domain_events e WHERE aggregate_id = $1) AS all_rows",
        UUID(book.story["id"]),
    )
    async with works.client.get("/metrics", headers=works.of_operator()) as answer:
        metrics = await answer.text()
    found = await examine(works.settings, tmp_path, 0)
    logged = f"{caplog.text}{''.join(capfd.readouterr())}"
    assert "attempt.failed" in logged
    assert "OPENAI_API_KEY" in kept
    told = f"{logged}{kept}{metrics}{found}{json.dumps(book.story)}{book.events}{works.settings!r}"
    assert "sk-ours" not in told
    assert "el-ours" not in told
    assert works.settings.jwt_secret.get_secret_value() not in told


async def test_no_name_of_a_child_reaches_a_provider_of_text_or_pictures(works: Works) -> None:
    """The voice is told: it speaks the names."""
    works.openai.eye = lambda question, looks: "absent" if looks == 2 and "wheel" in question else "present"
    book = await works.make(
        characters=[ZEPHYRINE, QUILLON],
        title="Zephyrine at Sea",
        themes=["Zephyrine's courage"],
        instructions="Quillon must swim beside Zephyrine",
        style="as Zephyrine paints",
    )
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert {"story", "palette", "analysis", "activities", "image", "verdicts", "safety", "moderation"} <= {
        call.kind for call in works.openai.calls
    }
    leaks = [
        (call.kind, name)
        for call in works.openai.calls
        for name in ("zephyrine", "quillon")
        if name in " ".join(texts_of(call.body)).casefold()
    ]
    assert leaks == []
    assert "Zephyrine" in json.dumps(book.story["content"])
    assert any("Zephyrine" in call.body["text"] for call in works.elevenlabs.of("speech"))


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Reads all that the process logs at the level that logs most, in the service's own form."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logging("debug")
    yield lambda: "".join(capsys.readouterr())
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def echoing(text: str) -> str:
    """An answer that names the hero wherever it may, and whose questions have no right answer."""
    answer = json.loads(text)
    if "motif" in answer:
        answer["motif"] = "Hero_1 and a boat"
    for question in answer.get("questions", ()):
        question |= {"question": "What is Hero_1's dog called?", "answer": "Hero_1"}
    for seen in answer.get("answers", ()):
        seen["evidence"] = "Zephyrine is without a wheelchair."
    return json.dumps(answer)


async def test_no_name_of_a_child_reaches_the_log_or_an_operator(
    works: Works, log: Callable[[], str]
) -> None:
    """A whole book that fails in every way, by providers that name the child wherever they may."""
    said = "Zephyrine with the wheelchair"
    rejected = {"error": {"message": said, "code": "invalid_value", "param": "prompt"}}
    works.openai.fail("story", Fault("refusal", body=said))
    works.openai.fail("analysis", Fault("status", 401, rejected), Fault("status", 400, rejected))
    works.openai.say = echoing
    works.openai.eye = lambda question, looks: "absent" if "wheel" in question else "present"
    works.elevenlabs.fail("speech", Fault("status", 400, {"detail": {"code": "wrong", "message": said}}))
    async with works.no_waiting():
        refused = await works.make(characters=[ZEPHYRINE, QUILLON], validation="strict")
        book = await works.make(characters=[ZEPHYRINE, QUILLON], validation="strict")
    codes = {row["code"] for one in (refused, book) for row in (await works.errors(one)).values()}
    assert codes >= {"MODEL_REFUSED", "IMAGE_VALIDATION_FAILED", "PROVIDER_ANSWER_UNFIT", "PROVIDER_REJECTED"}
    assert "Zephyrine" in book.assets["cover"]["error"], "their own users read why"
    shown = {"log": log()}
    for path in ("jobs?limit=100", "dead?limit=100", "stopped", "queues", "workers", "users"):
        shown[path] = await operators(works, path)
    for row in json.loads(shown["jobs?limit=100"])["data"]["items"]:
        shown[f"jobs/{row['id']}"] = await operators(works, f"jobs/{row['id']}")
    async with works.client.get("/metrics", headers=works.of_operator()) as answer:
        shown["metrics"] = await answer.text()
    assert "attempt.failed" in shown["log"] and "job.failed" in shown["log"]
    assert "Story palette journey generated" in shown["log"]
    named = [
        (where, line)
        for where, text in shown.items()
        for line in text.splitlines()
        if any(word in line.casefold() for word in ("zephyrine", "quillon", "wheelchair", "wheels"))
    ]
    assert named == []


async def operators(works: Works, path: str) -> str:
    """What the service answers an operator."""
    async with works.client.get(f"/api/v1/admin/{path}", headers=works.of_operator()) as answer:
        assert answer.ok, path
        return await answer.text()


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a call's body; pictures' bytes are none."""
    if isinstance(value, str) and not value.startswith("data:"):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_of(part)


async def test_all_that_was_written_is_moderated_all_pictures_looked_at_and_the_age_told(
    works: Works,
) -> None:
    wishes = {"instructions": "by the sea", "style": "with ink", "themes": ["tides"]}
    await works.make(characters=[ZEPHYRINE], age_range="0-3", language="de", **wishes)
    told = " ".join(text for call in works.openai.of("moderation") for text in texts_of(call.body))
    for words in ("by the sea", "with ink", "tides", "laughs loudly", "wheels", "dog"):
        assert words in told, words
    pictures = [c for c in works.openai.of("moderation") if "image_url" in json.dumps(c.body)]
    assert len(pictures) == len(works.openai.of("image")) == 3
    asked = works.openai.of("safety")[0].body["messages"][0]["content"]
    assert "fit for a young child" in asked
    (story,) = works.openai.of("story")
    rules = story.body["messages"][0]["content"]
    assert json.loads(story.body["messages"][1]["content"])["language"] == "de"
    for words in ("age 0-3", "120 to 250 words", "at most 8 words"):
        assert words in rules, words
    (questions,) = works.openai.of("activities")
    assert "age 0-3" in questions.body["messages"][0]["content"]


async def test_a_name_that_is_a_hero_alone_is_not_taken_for_its_stand_in(works: Works) -> None:
    book = await works.make(characters=[{"name": "Hero_1"}, {"name": "Mo"}], generateAssets=False)
    assert "Hero_1" in json.dumps(book.story["content"])


async def test_a_photograph_that_was_called_a_drawing_is_not_sent_to_the_illustrator(works: Works) -> None:
    hero = (await works.ask("POST", "/api/v1/characters", {"name": "Zephyrine"}))["id"]
    out = io.BytesIO()
    Image.new("RGB", (128, 128), "teal").save(out, "PNG")
    path = f"/api/v1/characters/{hero}/references?declared=drawing"
    async with works.client.post(path, data=out.getvalue(), headers=token(works.settings)) as answer:
        assert answer.status == 201, await answer.text()
        given = (await answer.json())["data"]
    works.openai.eye = lambda question, looks: "present"
    book = await works.make(characters=[], character_ids=[hero])
    cover, scene = works.openai.of("image")
    assert (cover.files, len(scene.files)) == ((), 1), "the scene is drawn from the cover alone"
    report = await works.ask("GET", f"/api/v1/stories/{book.story['id']}/report")
    assert [seen["verdict"] for seen in report["references"]] == ["present"]
    works.openai.calls.clear()
    works.openai.eye = lambda question, looks: "absent" if "photograph" in question else "present"
    await works.make(characters=[], character_ids=[hero])
    cover, _ = works.openai.of("image")
    assert [hashlib.sha256(data).hexdigest() for _, data in cover.files] == [given["hash"]]
