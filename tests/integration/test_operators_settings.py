"""How strictly a trait is looked for, and how often an asset is tried, as an operator sets it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from service.cli.checkup import examine
from service.cli.running import load_settings
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.errors import SetupProblem
from service.process.start import open_process
from service.providers.factory import absent_parts, lacks
from service.settings import Settings
from tests.integration.provider_books import MAYA, Works, open_stubs, open_works
from tests.integration.test_first_book import Book
from tests.servers import fresh_database
from tests.stubs.provider_stub import Fault

CHANGES = {
    "trait_levels": {"manual_wheelchair": "P", "glasses": "N"},
    "attempts": {"content": 1, "audio": 5},
    "picture_tries": 2,
}


@pytest.fixture(scope="module")
async def tuned(stack: Stack, template_database: str) -> AsyncIterator[Works]:
    async with fresh_database(stack, template_database) as database, open_stubs() as stubs:
        with temporary_folder() as files:
            async with open_works(stubs, database, stack.redis_url, files, "tuned", CHANGES) as works:
                yield works


@pytest.fixture
async def works(tuned: Works) -> AsyncIterator[Works]:
    await tuned.renew()
    yield tuned


async def failures(works: Works, book: Book, name: str) -> int:
    """What a job has lost of its budget."""
    sql = "SELECT failures FROM jobs WHERE aggregate_id = $1 AND name = $2"
    lost: int = await works.database.pool.fetchval(sql, UUID(book.story["id"]), name)
    return lost


async def test_a_trait_that_only_warns_and_one_that_is_off_fail_no_picture(works: Works) -> None:
    """By the registry both must be seen, and each picture would be drawn three times."""
    works.openai.eye = lambda question, looks: "absent" if "wheelchair" in question else "present"
    book = await works.make(characters=[{**MAYA, "traits": ["manual_wheelchair", "glasses"]}])
    for name in ("cover", "scene_1"):
        asset = book.assets[name]
        assert (asset["status"], asset["metadata"]["tries"]) == ("ready", 1)
        assert "needs_review" not in asset
    asked = json.dumps([call.body for call in works.openai.of("verdicts")])
    assert "wheelchair" in asked, "what warns is looked for"
    assert "glasses" not in asked, "what is off is not"

    report = await book.ask("GET", "/report")
    (tried,) = report["pictures"]["cover"]["tries"]
    assert (tried["passed"], tried["feedback"]) == (True, None)
    assert any("wheelchair" in warning for warning in tried["warnings"])
    told = {row["trait"]: row["why"] for row in report["not_checked"]}
    assert set(told) == {"manual_wheelchair", "glasses"}
    assert "warn only" in told["manual_wheelchair"]
    assert "turned the check off" in told["glasses"]


async def test_a_picture_is_drawn_as_often_as_the_operator_says(works: Works) -> None:
    works.openai.eye = lambda question, looks: "absent" if "hearing aid" in question else "present"
    book = await works.make(characters=[{**MAYA, "traits": ["hearing_aids"]}])
    for name in ("cover", "scene_1"):
        asset = book.assets[name]
        assert (asset["metadata"]["tries"], asset["needs_review"]) == (2, True)
    forecast = await works.ask("POST", "/api/v1/stories/estimate", {"characters": [MAYA], "scene_count": 1})
    (pictures,) = [line for line in forecast["lines"] if line["step"] == "picture"]
    assert pictures["high_usd"] == pytest.approx(2 * pictures["low_usd"])


async def test_an_attempt_may_take_as_long_as_the_operator_says(
    stack: Stack, template_database: str, tmp_path: Path
) -> None:
    """It lives, and waits for an answer that never comes; nothing waits for that at the end."""
    changes = {"job_deadline_seconds": 1.0, "drain_seconds": 0.0}
    async with (
        fresh_database(stack, template_database) as database,
        open_stubs() as stubs,
        open_works(stubs, database, stack.redis_url, tmp_path, "hasty", changes) as works,
    ):
        await works.renew()
        works.openai.fail("story", Fault("hang"))
        book = await works.make(generateAssets=False)
        assert book.story["status"] == "failed"
        assert (await works.errors(book))["content"]["code"] == "JOB_TIMEOUT"


async def test_one_attempt_is_given_up_at_its_first_failure(works: Works) -> None:
    works.openai.fail("story", Fault("status", 500))
    book = await works.make(generateAssets=False)
    assert book.story["status"] == "failed"
    assert (len(works.openai.of("story")), await failures(works, book, "content")) == (1, 1)


async def test_five_attempts_outlast_four_failures(works: Works) -> None:
    """The document has two for the voice."""
    works.elevenlabs.fail("speech", *(Fault("status", 500) for _ in range(4)))
    async with works.no_waiting():
        book = await works.make()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert (len(works.elevenlabs.calls), await failures(works, book, "audio")) == (5, 4)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("STORYTROUPE_TRAIT_LEVELS", '{"glases": "P"}', "glases"),
        ("STORYTROUPE_TRAIT_LEVELS", '{"glasses": "off"}', "'V', 'P' or 'N'"),
        ("STORYTROUPE_ATTEMPTS", '{"scene_1": 5}', "scene_1"),
        ("STORYTROUPE_ATTEMPTS", '{"content": 0}', "greater than or equal to 1"),
        ("STORYTROUPE_PICTURE_TRIES", "0", "greater than or equal to 1"),
        ("STORYTROUPE_PICTURE_TRIES", "11", "less than or equal to 10"),
        ("STORYTROUPE_STORE_TRIES", "0", "greater than or equal to 1"),
        ("STORYTROUPE_STORE_TRIES", "11", "less than or equal to 10"),
        ("STORYTROUPE_JOB_DEADLINE_SECONDS", "0", "greater than 0"),
        ("STORYTROUPE_JOB_DEADLINE_SECONDS", "86401", "less than or equal to 86400"),
    ],
)
async def test_settings_that_would_do_nothing_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupProblem, match=variable) as refused:
        async with open_process(load_settings()):
            raise AssertionError("it must not start")
    assert said in refused.value.message


async def test_doctor_names_settings_that_would_do_nothing(tmp_path: Path) -> None:
    found = await examine(Settings.model_validate({"attempts": {"contents": 2}}), tmp_path, 0)
    (fault,) = [one for one in found if one.part == "settings"]
    assert fault.level == "lack"
    assert "contents" in fault.found


async def test_a_voice_that_is_not_there_is_told_at_the_start(
    stack: Stack, template_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image has it only where it was asked for. Books are made all the same."""
    monkeypatch.setitem(sys.modules, "piper", None)
    async with fresh_database(stack, template_database) as database:
        settings = Settings.model_validate(
            {"database_url": database, "redis_url": stack.redis_url, "roles": ("actors",)}
        )
        async with open_process(settings) as process:
            assert process.worker is not None
    (said,) = absent_parts(settings)
    assert re.match(r"Books are made without narration\..*piper is missing.*EXTRAS=offline", said)
    assert lacks(settings) == {}


async def test_groups_say_how_often_their_jobs_are_tried(works: Works) -> None:
    attempts = "SELECT attempts FROM actor_groups WHERE name = $1"
    assert await works.database.pool.fetchval(attempts, "content") == 1
    assert await works.database.pool.fetchval(attempts, "audio") == 5
    assert await works.database.pool.fetchval("SELECT count(*) FROM actor_groups WHERE attempts IS NULL") == 0
