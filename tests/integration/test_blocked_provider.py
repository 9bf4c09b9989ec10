"""A provider that blocks us holds its jobs back, says what to do, and lets them go on after the repair."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from service.cli.checkup import examine
from service.devstack.stack import Stack
from service.runtime.operations import blocked_providers
from service.settings import Settings
from tests.integration.provider_books import Works, dollars, open_stubs, open_works
from tests.integration.test_first_book import Book
from tests.servers import fresh_database
from tests.stubs.openai_server import NO_KEY, SPENT
from tests.stubs.provider_stub import Call, Fault

#: Longer than any test waits: whoever goes on sooner was woken.
LONG = 3600.0


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    await provider_works.renew()
    yield provider_works
    await provider_works.renew()


def spent(call: Call) -> Fault | None:
    """An account whose money ends before the first picture."""
    return Fault("status", 429, SPENT) if call.kind == "image" else None


def heard(book: Book, event: str, name: str) -> bool:
    """Whether this was told of an asset, or of a job that stands behind assets."""
    told = [row["data"] for row in book.events if row["event"] == event]
    return any(name in data.get("assets", {}) or name in data.get("jobs", {}) for data in told)


async def as_operator(works: Works, path: str) -> Any:
    """What the service answers an operator."""
    async with works.client.get(path, headers=works.of_operator()) as answer:
        assert answer.status == 200, await answer.text()
        return (await answer.json())["data"]


async def measured(works: Works, line: str) -> None:
    """Wait until this is measured: what was measured some seconds ago is told again."""
    while True:
        async with works.client.get("/metrics", headers=works.of_operator()) as answer:
            if line in (await answer.text()).splitlines():
                return
        await asyncio.sleep(0.1)


async def failures(works: Works, book: Book) -> set[int]:
    """What the jobs of a book have lost of their budgets."""
    sql = "SELECT failures FROM jobs WHERE aggregate_id = $1"
    return {row["failures"] for row in await works.database.pool.fetch(sql, UUID(book.story["id"]))}


async def doctor_says(settings: Settings, folder: Path) -> dict[str, str]:
    """What is lacking, by its part: what was found, and what to do."""
    found = await examine(settings, folder, 0)
    return {one.part: f"{one.found} {one.advice}" for one in found if one.level == "lack"}


async def nothing_was_made_twice(works: Works, book: Book) -> None:
    """Each call that was answered is paid for once, and in a row of the ledger."""
    rows = await works.ledger(book)
    answered = [row for row in rows if row.outcome == "ok"]
    billed = [call for call in works.seen() if call.billed]
    assert len(answered) == len(billed)
    assert sum(row.cost_usd for row in rows) == dollars(works.seen())
    bodies = Counter(f"{call.kind} {call.body}" for call in billed)
    assert max(bodies.values()) == 1


async def test_fault_36_a_spent_account_stops_the_line_until_there_is_credit(
    works: Works, tmp_path: Path
) -> None:
    works.openai.refuse = spent
    book = await works.begin()
    await book.follow(
        lambda book: (
            heard(book, "asset.retrying", "character_sheet")
            and heard(book, "asset.ready", "audio")
            and heard(book, "asset.ready", "activities")
        )
    )
    assert book.story["asset_generation_status"]["overall"] == "generating"
    assert "failed" not in {asset["status"] for asset in book.assets.values()}
    async with works.client.get(f"{book.path}/generation-status", headers=book.headers) as answer:
        run = await answer.json()
    assert (run["status"], run["retry_attempts"]) == ("IN_PROGRESS", 0)
    assert "Add credit" in run["last_error"]
    async with works.client.get(f"/stories/{book.story['id']}/status", headers=book.headers) as answer:
        assert (await answer.json())["status"] == "GENERATING_REFERENCE_IMAGES"

    (line,) = (await as_operator(works, "/api/v1/admin/stopped"))["items"]
    assert (line["code"], line["jobs"], line["stories"]) == ("INSUFFICIENT_QUOTA", 1, 1)
    assert "Add credit" in line["message"]
    assert "credit_balance_exhausted" in line["message"]
    assert line["since"] is not None
    async with works.client.get("/readyz") as answer:
        told = await answer.json()
    assert (told["ready"], told["stopped"], told["warnings"]) == (True, ["INSUFFICIENT_QUOTA"], [])
    await measured(works, 'storytroupe_stopped_jobs{code="INSUFFICIENT_QUOTA"} 1')
    said = await doctor_says(works.settings, tmp_path)
    assert "1 jobs of 1 stories since" in said["work that waits"]
    assert "Add credit" in said["work that waits"]
    assert "OpenAI" not in said, "its list of models is free of charge, so the key looks good"

    works.openai.refuse = lambda call: None
    await book.follow()
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert await failures(works, book) == {0}
    await nothing_was_made_twice(works, book)
    assert await blocked_providers(works.database) == []


async def test_fault_36_the_first_call_that_succeeds_wakes_all_that_waits(works: Works) -> None:
    works.openai.refuse = spent
    first, second = await works.begin(), await works.begin()
    for book in (first, second):
        await book.follow(lambda book: heard(book, "asset.retrying", "character_sheet"))
    await put_off(works, second)
    works.openai.refuse = lambda call: None
    for book in (first, second):
        await book.follow()
        assert book.story["asset_generation_status"]["overall"] == "ready"


async def put_off(works: Works, book: Book) -> None:
    """Have what waits of a book wait for long: it may be tried this moment, and wait again soon."""
    sql = "UPDATE jobs SET run_at = run_at + $2 WHERE aggregate_id = $1 AND status = 'retrying' RETURNING id"
    wait = timedelta(seconds=LONG)
    while True:
        if await works.database.pool.fetch(sql, UUID(book.story["id"]), wait):
            return
        await asyncio.sleep(0.01)


async def test_fault_36_a_revoked_key_stops_the_line_until_a_start_with_another(
    stack: Stack, template_database: str, tmp_path: Path
) -> None:
    async with fresh_database(stack, template_database) as database, open_stubs() as stubs:
        openai, _ = stubs

        def revoked(call: Call) -> Fault | None:
            """The first key is good for the story's words, and for nothing after them."""
            written = any(one.billed for one in openai.of("story"))
            ours = call.headers["Authorization"] == "Bearer sk-ours"
            return Fault("status", 401, NO_KEY) if written and ours else None

        openai.refuse = revoked
        place = (stubs, database, stack.redis_url, tmp_path, f"stopped-{uuid4().hex}")
        async with open_works(*place, {"provider_cooldown_seconds": LONG}) as works:
            book = await works.begin()
            await book.follow(lambda book: heard(book, "asset.retrying", "content"))
            content = book.assets["content"]
            assert (content["status"], content["error_code"]) == ("retrying", "PROVIDER_KEY_REFUSED")
            assert "Set OPENAI_API_KEY" in content["error"]
            openai.fail("models", Fault("status", 401, NO_KEY))
            said = await doctor_says(works.settings, tmp_path)
            assert "Set OPENAI_API_KEY" in said["OpenAI"]
            assert "PROVIDER_KEY_REFUSED" in said["work that waits"]
            assert "sk-" not in f"{said}{content}"

        recovered = {"provider_cooldown_seconds": LONG, "openai_api_key": SecretStr("sk-new")}
        async with open_works(*place, recovered) as works:
            book.client, book.database = works.client, works.database
            await book.follow()
            assert book.story["asset_generation_status"]["overall"] == "ready"
            assert await failures(works, book) == {0}
            await nothing_was_made_twice(works, book)
            assert len(openai.of("story")) == 1, "the words were paid for before the key was revoked"
            assert await blocked_providers(works.database) == []
