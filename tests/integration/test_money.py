"""What a story costs: told before, kept to while it is made, and gone on with when there is more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.factories import USER
from tests.integration.provider_books import MAYA, Works, dollars
from tests.integration.test_first_book import Book, token
from tests.stubs.provider_stub import Fault

STORIES = "/api/v1/stories"


@pytest.fixture
async def works(provider_works: Works) -> AsyncIterator[Works]:
    """The process, its stubs as new."""
    await provider_works.renew()
    yield provider_works
    await provider_works.database.pool.execute("UPDATE tiers SET month_usd = NULL")


async def go_on(works: Works, book: Book, **body: Any) -> None:
    """Resume a book and follow it to its new end."""
    await works.ask("POST", f"{STORIES}/{book.story['id']}/resume", body)
    await book.follow()


def failed(book: Book) -> dict[str, Any]:
    return {name: asset for name, asset in book.assets.items() if asset["status"] == "failed"}


async def test_a_forecast_has_what_the_book_then_costs(works: Works) -> None:
    body = {"characters": [MAYA], "scene_count": 1, "seed": 7}
    told = await works.ask("POST", f"{STORIES}/estimate", {**body, "budget_usd": 0.05})
    assert not works.seen(), "a forecast calls nobody"
    assert 0 < told["low_usd"] < told["high_usd"]
    assert told["low_usd"] == pytest.approx(sum(line["low_usd"] for line in told["lines"]))
    assert {line["kind"] for line in told["lines"]} == {"words", "pictures", "checks", "voice"}
    assert any("is too low" in warning for warning in told["warnings"])
    book = await works.make()
    calls = {row.step for row in await works.ledger(book)} - {"moderation"}
    assert {line["step"] for line in told["lines"]} == calls
    assert 0 < book.story["cost"]["usd"] < told["high_usd"]


async def test_spend_is_filed_under_the_provider_that_was_called(works: Works) -> None:
    before = await spend_by_provider(works)
    await works.make()
    after = await spend_by_provider(works)
    assert after.keys() == {"openai", "elevenlabs"}
    for provider, calls in (("openai", works.openai.calls), ("elevenlabs", works.elevenlabs.of("speech"))):
        was = before.get(provider, {"calls": 0, "usd": 0})
        assert after[provider]["calls"] - was["calls"] == len(calls)
        assert after[provider]["usd"] - was["usd"] == pytest.approx(float(dollars(calls)))


async def spend_by_provider(works: Works) -> dict[str, Any]:
    headers = token(works.settings, USER, ("operator",))
    async with works.client.get("/api/v1/admin/spend?by=provider", headers=headers) as answer:
        return {line["key"]: line for line in (await answer.json())["data"]["items"]}


async def test_a_budget_below_the_forecast_is_told_of_when_the_story_is_made(works: Works) -> None:
    body = {"characters": [MAYA], "scene_count": 1}
    low = (await works.ask("POST", f"{STORIES}/estimate", body))["low_usd"]
    for budget, warned in ((low - 0.01, "is too low"), (low + 0.01, "may be too low"), (100 * low, None)):
        book = await works.begin(budget_usd=budget)
        said = " ".join(told for told in book.story["warnings"] if "budget" in told)
        assert (f"${budget:.2f} {warned}" in said) if warned else not said
        await works.ask("POST", f"{STORIES}/{book.story['id']}/cancel")


async def test_what_is_set_aside_for_a_lost_answer_is_told_and_counts(works: Works) -> None:
    works.openai.fail("story", Fault("cut"))
    async with works.no_waiting():
        book = await works.make(generateAssets=False)
    cost, report = book.story["cost"], await book.ask("GET", "/report")
    lost = works.openai.billed("story")[0]
    kept = [call for call in works.openai.billed() if call is not lost]
    assert cost["usd"] == pytest.approx(float(dollars(kept)))
    assert cost["set_aside_usd"] == report["unknown_usd"] > 0
    assert (report["unknown"], report["cost_usd"]) == (1, cost["usd"])


async def test_a_story_that_its_cap_has_stopped_goes_on_with_a_larger_one(works: Works) -> None:
    book = await works.make(scene_count=2, budget_usd=0.2)
    assert {asset["error_code"] for asset in failed(book).values()} == {"BUDGET_EXCEEDED"}
    assert all("larger budget" in asset["error"] for asset in failed(book).values())
    assert book.assets["pdf"]["status"] == "ready"
    first, paid = book.assets["pdf"]["hash"], len(works.seen())
    assert dollars(works.seen()) <= Decimal("0.2")
    await go_on(works, book, budget_usd=5)
    assert book.story["asset_generation_status"]["overall"] == "ready"
    assert book.story["cost"]["budget_usd"] == 5
    pdf = book.assets["pdf"]
    assert (pdf["hash"] != first, pdf.get("stale")) == (True, None), "the book has its pictures now"
    assert len(works.seen()) > paid
    kinds = [call.kind for call in works.openai.calls]
    assert (kinds.count("story"), kinds.count("palette")) == (1, 1), "a larger cap pays for nothing twice"


async def test_a_tiers_month_stops_paid_calls_until_it_is_raised(works: Works) -> None:
    user = (await works.ask("GET", "/api/v1/account"))["user_id"]
    spent = "SELECT coalesce(sum(cost_usd), 0) FROM provider_calls WHERE user_id = $1"
    limit = await works.database.pool.fetchval(spent, UUID(user)) + Decimal("0.1")
    await works.database.pool.execute("UPDATE tiers SET month_usd = $1 WHERE name = 'unlimited'", limit)
    spend = (await works.ask("GET", "/api/v1/account"))["spend"]
    assert spend["month_limit_usd"] == pytest.approx(float(limit), abs=0.01)
    book = await works.make()
    assert {asset["error_code"] for asset in failed(book).values()} == {"MONTH_BUDGET_EXCEEDED"}
    assert all("next month" in asset["error"] for asset in failed(book).values())
    await works.database.pool.execute("UPDATE tiers SET month_usd = NULL")
    await go_on(works, book)
    assert book.story["asset_generation_status"]["overall"] == "ready"
