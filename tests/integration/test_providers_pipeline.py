"""The three passes through the actors, with the real clients before stub servers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from structlog.contextvars import merge_contextvars

from service.devstack.stack import Stack
from service.domain.report import MadeCall
from service.errors import OutcomeUnknown
from tests.factories import USER
from tests.integration.provider_books import Works, dollars, open_stubs, open_works
from tests.stubs.elevenlabs_server import detail
from tests.stubs.openai_content import Eye
from tests.stubs.openai_server import REFUSED
from tests.stubs.provider_stub import Fault

#: Lines that are logged from the actor, from a call's own task, and from the guard of its provider.
_OF_ATTEMPTS = {
    "Story palette journey generated",
    "Scene analysis complete",
    "Generating cover with GLOBAL_STYLE, references, and validation",
    "provider.blocked",
    "attempt.failed",
}


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    """The process, its stubs as new."""
    await provider_works.renew()
    yield provider_works


def wheelchair_seen_as(*verdicts: str) -> Eye:
    """The sheet is well; the pictures after it are seen so, one after the other, and then well again."""
    after_sheet = dict(enumerate(verdicts, 2))

    def eye(question: str, looks: int) -> str:
        return after_sheet.get(looks, "present") if "wheelchair" in question else "present"

    return eye


async def test_a_book_is_made_of_three_passes_and_every_call_is_accounted_for(works: Works) -> None:
    book = await works.make(scene_count=2)
    assert book.story["asset_generation_status"]["overall"] == "ready"
    kinds = Counter(call.kind for call in works.seen())
    assert kinds == {
        "outline": 1,
        "story": 1,
        "critique": 1,
        "revision": 1,
        "palette": 1,
        "storyboard": 1,
        "analysis": 3,
        "image": 4,
        "verdicts": 4,
        "safety": 4,
        "alt": 3,
        "speech": 2,
        "activities": 1,
        "moderation": 6,
    }
    rows = await works.ledger(book)
    assert len(rows) == len(works.seen())
    assert {row.outcome for row in rows} == {"ok"}
    assert sum(row.cost_usd for row in rows) == dollars(works.seen()) > 0


async def test_scenes_are_drawn_from_the_cover_alone_and_bear_palette_and_motif(works: Works) -> None:
    book = await works.make(scene_count=2)
    cover = await book.fetch(book.assets["cover"]["url"])
    sheet, first, *scenes = works.openai.of("image")
    assert sheet.files == ()
    assert len(first.files) == 1
    for scene in scenes:
        assert [data for _, data in scene.files] == [cover]
        assert "a paper boat" in scene.body["prompt"]
        assert "Maya" not in scene.body["prompt"]
    for n in (1, 2):
        assert sum(f'Palette: "Light {n}" (' in scene.body["prompt"] for scene in scenes) == 1
    assert book.assets["cover"]["metadata"]["paletteStep"] == "Light 0"
    assert book.assets["cover"]["metadata"]["motif"] == "a paper boat"


async def test_the_spend_is_told_as_it_grows(works: Works) -> None:
    book = await works.make()
    told = [event["data"]["spend"]["cost_usd"] for event in book.events if event["event"] == "spend.changed"]
    assert told == sorted(told)
    assert len(told) >= 8
    assert told[-1] == pytest.approx(float(dollars(works.seen())))
    assert book.story["cost"]["usd"] == pytest.approx(told[-1])
    versions = [event["version"] for event in book.events]
    assert versions == list(range(1, book.story["version"] + 1))


async def test_a_wheelchair_missing_then_wrong_then_right_takes_three_tries(works: Works) -> None:
    works.openai.eye = wheelchair_seen_as("absent", "wrong_detail")
    book = await works.make()
    _, *covers, _ = works.openai.of("image")
    assert len(covers) == 3
    prompts = [cover.body["prompt"] for cover in covers]
    assert "Feedback" not in prompts[0]
    assert "look 2" in prompts[1]
    assert "look 3" in prompts[2]
    assert "look 2" not in prompts[2]
    assert prompts[2].startswith(prompts[0])
    cover = book.assets["cover"]
    assert (cover["status"], cover.get("needs_review")) == ("ready", None)
    assert cover["metadata"]["tries"] == 3
    report = await works.ask("GET", f"/api/v1/stories/{book.story['id']}/report")
    tries = report["pictures"]["cover"]["tries"]
    assert [one["passed"] for one in tries] == [False, False, True]
    assert report["pictures"]["cover"]["kept"] == 3
    seen = [
        {row["verdict"] for row in one["findings"] if row.get("trait") == "manual_wheelchair"}
        for one in tries
    ]
    assert seen[0] == {"absent"}
    assert "wrong_detail" in seen[1]
    assert seen[2] == {"present"}
    told = json.dumps(tries[0]["feedback"].replace("Maya", "Hero_1"), ensure_ascii=False)
    assert prompts[1].endswith(f"Feedback: {told}")
    assert tries[2]["feedback"] is None
    assert report["cost_usd"] == pytest.approx(float(dollars(works.seen())))
    assert sum(row["calls"] for row in report["calls"]) == len(await works.ledger(book))


async def test_three_misses_are_kept_for_a_person_to_look_at(works: Works) -> None:
    works.openai.eye = wheelchair_seen_as("absent", "absent", "absent")
    book = await works.make()
    cover = book.assets["cover"]
    assert cover["status"] == "ready"
    assert cover["needs_review"] is True
    assert {finding["trait"] for finding in cover["findings"]} == {"manual_wheelchair"}
    assert book.story["asset_generation_status"]["overall"] == "ready"


async def test_under_the_strict_policy_three_misses_fail_the_picture(works: Works) -> None:
    works.openai.eye = wheelchair_seen_as("absent", "absent", "absent")
    book = await works.make(validation="strict")
    assert book.assets["cover"]["status"] == "failed"
    assert (await works.errors(book))["cover"]["code"] == "IMAGE_VALIDATION_FAILED"
    assert book.story["asset_generation_status"]["overall"] == "partial"
    assert book.assets["pdf"]["status"] == "ready"


async def test_a_picture_that_frightens_is_never_kept(works: Works) -> None:
    works.openai.eye = lambda question, looks: (
        "absent" if "fit for a young child" in question and looks in (2, 3, 4) else "present"
    )
    book = await works.make()
    assert book.assets["cover"]["status"] == "failed"


async def test_a_refused_picture_is_asked_for_once_more_in_gentler_words(works: Works) -> None:
    works.openai.fail("image", Fault("status", 400, REFUSED))
    book = await works.make(style="stark ink", instructions="swords everywhere")
    first, second, *_ = (call.body["prompt"] for call in works.openai.of("image"))
    assert "stark ink" in first
    assert "stark ink" not in second
    assert book.story["asset_generation_status"]["overall"] == "ready"


async def test_what_moderation_flags_is_not_written_about(works: Works) -> None:
    works.openai.flag = lambda text: "gore" in text
    book = await works.make(instructions="with gore")
    assert book.story["status"] == "failed"
    assert (await works.errors(book))["content"]["code"] == "CONTENT_FLAGGED"
    assert not works.openai.of("story")


async def words_alone(works: Works) -> tuple[dict[str, Any], list[MadeCall], int]:
    """A story without assets: the story, our rows of its writing, and what its job's budget has lost."""
    async with works.no_waiting():
        book = await works.make(generateAssets=False)
    rows = [row for row in await works.ledger(book) if row.step == "content"]
    sql = "SELECT failures FROM jobs WHERE aggregate_id = $1"
    return book.story, rows, await works.database.pool.fetchval(sql, UUID(book.story["id"]))


async def test_fault_30_a_429_is_waited_for_and_costs_nothing_of_the_budget(works: Works) -> None:
    works.openai.fail("story", Fault("status", 429, headers={"Retry-After": "0.2"}))
    story, rows, failures = await words_alone(works)
    assert (story["status"], failures) == ("ready", 0)
    assert [row.outcome for row in rows] == ["failed", "ok"]


async def test_fault_31_and_33_a_500_and_garbage_are_tried_again_and_only_garbage_is_paid(
    works: Works,
) -> None:
    works.openai.fail("story", Fault("status", 500), Fault("truncated"))
    story, rows, failures = await words_alone(works)
    assert (story["status"], failures) == ("ready", 2)
    assert [row.outcome for row in rows] == ["failed", "failed", "ok"]
    assert rows[0].cost_usd == 0
    assert rows[1].cost_usd > 0
    assert rows[1].error_code == "PROVIDER_ANSWER_UNFIT"
    assert sum(row.cost_usd for row in rows) == dollars(works.openai.of("story"))


async def test_fault_32_a_hang_ends_at_its_deadline_and_is_repeated_once(
    stack: Stack, database: str, tmp_path: Path
) -> None:
    """In a process that waits so briefly for nothing else: a machine that stands still is no hang."""
    brief = {"text_timeout_seconds": 2.0}
    async with (
        open_stubs() as stubs,
        open_works(stubs, database, stack.redis_url, tmp_path, "impatient", brief) as works,
    ):
        works.openai.fail("story", Fault("hang"))
        story, rows, _ = await words_alone(works)
    assert story["status"] == "ready"
    assert [(row.outcome, row.error_code) for row in rows] == [("unknown", "PROVIDER_TIMEOUT"), ("ok", None)]


async def test_fault_35_a_lost_answer_is_paid_for_at_most_once_more(works: Works) -> None:
    """After that a person decides, and there is one call more."""
    works.openai.fail("story", Fault("cut"), Fault("cut_midway"))
    async with works.no_waiting():
        book = await works.begin(generateAssets=False)
        await book.follow(lambda book: OutcomeUnknown.code in str(book.events))
        assert len(works.openai.of("story")) == 2
        assert "lost twice" in book.assets["content"]["error"]
        await works.ask("POST", f"/api/v1/stories/{book.story['id']}/resume", {})
        await book.follow()
    assert book.story["status"] == "ready"
    rows = [row for row in await works.ledger(book) if row.step == "content"]
    assert [row.outcome for row in rows] == ["unknown", "unknown", "ok"]
    assert len(works.openai.of("story")) == 3


async def test_fault_34_no_call_that_succeeded_is_sent_again(works: Works) -> None:
    works.openai.fail("analysis", Fault("status", 429, headers={"Retry-After": "0.1"}))
    works.openai.fail("image", Fault("status", 500), Fault("broken_picture"))
    works.openai.fail("verdicts", Fault("cut"))
    works.elevenlabs.fail("speech", Fault("cut"))
    async with works.no_waiting():
        book = await works.make()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    rows = await works.ledger(book)
    outcomes = Counter(row.outcome for row in rows)
    assert outcomes["unknown"] == 2
    assert outcomes["failed"] == 3
    assert len(rows) == len(works.seen())
    billed = [call for call in works.seen() if call.billed]
    assert len(billed) == outcomes["ok"] + outcomes["unknown"] + 1
    lost = dollars(works.openai.billed("verdicts")[:1]) + dollars(works.elevenlabs.billed()[:1])
    assert sum(row.cost_usd for row in rows) == dollars(works.seen()) - lost


async def test_fault_36_a_voice_without_characters_is_waited_for_until_there_are_some(works: Works) -> None:
    spent = Fault("status", 401, detail("quota_exceeded"))
    works.elevenlabs.fail("speech", spent, spent)
    book = await works.make()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    retrying = [event["data"]["assets"] for event in book.events if "retrying" in event["event"]]
    assert "Raise its plan" in retrying[0]["audio"]["error"]


async def test_a_voice_with_few_slots_is_waited_for_by_the_call_and_not_by_its_job(works: Works) -> None:
    works.elevenlabs.slots, works.elevenlabs.factor = 1, 0.005
    book = await works.make(scene_count=4)
    assert book.assets["audio"]["status"] == "ready"
    rows = [row for row in await works.ledger(book) if row.step == "narration"]
    assert Counter(row.outcome for row in rows)["ok"] == 4
    assert {row.error_code for row in rows if row.outcome == "failed"} == {"PROVIDER_CROWDED"}
    assert works.elevenlabs.most_at_work["speech"] == 1
    sql = "SELECT attempt FROM jobs WHERE aggregate_id = $1 AND name = 'audio'"
    assert await works.database.pool.fetchval(sql, UUID(book.story["id"])) == 1


async def test_slots_that_others_hold_are_waited_for_by_the_job(works: Works) -> None:
    """No call of ours will end and free one: to ask again at once would be a storm."""
    crowded = Fault("status", 429, detail("too_many_concurrent_requests"))
    works.elevenlabs.fail("speech", *(crowded for _ in range(12)))
    async with works.no_waiting():
        book = await works.make(scene_count=2)
    assert book.assets["audio"]["status"] == "ready"
    sql = "SELECT attempt, failures FROM jobs WHERE aggregate_id = $1 AND name = 'audio'"
    row = await works.database.pool.fetchrow(sql, UUID(book.story["id"]))
    assert row is not None
    assert row["attempt"] >= 4, "an attempt asks a few times at the most"
    assert row["failures"] == 0


async def test_warm_connections_serve_call_after_call(works: Works) -> None:
    await works.make(generateAssets=False)
    warm = set(works.openai.connections)
    for _ in range(3):
        await works.make(generateAssets=False)
    assert len(works.openai.calls) == 4 * 6
    assert works.openai.connections == warm


async def test_a_budget_stops_new_paid_calls_and_says_so(works: Works) -> None:
    book = await works.make(scene_count=3, budget_usd=0.25)
    failed = [asset["error"] for asset in book.assets.values() if asset["status"] == "failed"]
    assert failed
    assert all("budget of $0.25 is used up" in error for error in failed)
    assert {error["code"] for error in (await works.errors(book)).values()} == {"BUDGET_EXCEEDED"}
    assert book.story["asset_generation_status"]["overall"] == "partial"
    assert dollars(works.seen()) <= Decimal("0.25")
    assert book.story["cost"]["usd"] <= 0.25


async def test_each_pass_is_logged_with_the_source_documents_words_and_fields(works: Works) -> None:
    with structlog.testing.capture_logs() as logs:
        await works.make(scene_count=4)
    palette, analyses, cover, drawing = (
        [entry for entry in logs if entry["event"] == event]
        for event in (
            "Story palette journey generated",
            "Scene analysis complete",
            "Cover scene analysis complete",
            "Generating cover with GLOBAL_STYLE, references, and validation",
        )
    )
    ((motif, steps, tokens),) = [
        (one["motifLength"], one["paletteSteps"], one["tokensUsed"]) for one in palette
    ]
    assert (motif, steps) == (len("a paper boat"), 5)
    used = works.openai.of("palette")[0].counts
    assert tokens == used["input"] + used["output"]
    assert sorted(entry["isCover"] for entry in analyses) == [False] * 4 + [True]
    counts = [call.counts["input"] + call.counts["output"] for call in works.openai.of("analysis")]
    assert sorted(entry["tokensUsed"] for entry in analyses) == sorted(counts)
    (of_cover,) = [entry["outputLength"] for entry in analyses if entry["isCover"]]
    assert [entry["analysisLength"] for entry in cover] == [of_cover]
    assert len(drawing) == 1


async def test_each_line_of_an_attempt_says_whose_it_is(works: Works) -> None:
    works.openai.fail("palette", Fault("status", status=401))
    asked = "the-request-of-the-log"
    with structlog.testing.capture_logs(processors=[merge_contextvars]) as logs:
        async with works.no_waiting():
            book = await works.make(headers={"X-Request-ID": asked})
    said = [line for line in logs if "attempt" in line or line["event"] in _OF_ATTEMPTS]
    assert {line["event"] for line in said} >= _OF_ATTEMPTS
    rows = await works.database.pool.fetch(
        "SELECT id, name, grp FROM jobs WHERE aggregate_id = $1", UUID(book.story["id"])
    )
    jobs = {str(row["id"]): (row["name"], row["grp"]) for row in rows}
    for line in said:
        assert (line["asset"], line["group"]) == jobs[line["job"]], line
        assert (line["aggregate"], line["user"]) == (book.story["id"], str(USER)), line
        assert (line["request_id"], line["attempt"] >= 1, bool(line["worker"])) == (asked, True, True), line


async def test_every_picture_is_asked_for_in_the_services_style(works: Works) -> None:
    await works.make(style="stark ink")
    prompts = [call.body["prompt"] for call in works.openai.of("image")]
    assert len(prompts) == 3
    assert all(works.settings.global_style in prompt for prompt in prompts)
    assert all('\nStyle: "stark ink".' in prompt for prompt in prompts)


async def test_the_user_is_a_hash_to_the_provider(works: Works) -> None:
    await works.make()
    told = {call.body.get("safety_identifier") for call in works.openai.calls if call.kind != "moderation"}
    assert len(told) == 1
    assert len(told.pop()) == 32
