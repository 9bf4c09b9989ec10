"""What a book was checked for and what it cost, and the heroes that are kept with their pictures."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from PIL import Image
from playwright.async_api import FilePayload, expect

from tests.browser.conftest import Book, Studio, Visit


def a_drawing() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "teal").save(out, "PNG")
    return out.getvalue()


async def test_the_report_says_what_was_seen_in_each_picture(visit: Visit, book: Book) -> None:
    page = await (await visit(book.user_id)).open(f"/report/{book.id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(book.story["title"])
    await expect(page.locator(".page-head p").first).to_contain_text("pictures were checked")
    cover = page.locator('[data-asset="cover"]')
    await expect(cover.locator(".findings dt").first).to_have_text("Is Maya in the picture?")
    await expect(cover.locator(".findings strong").first).to_have_text("Yes")
    await expect(page.get_by_role("row", name="Total")).to_contain_text("nothing")
    await page.get_by_role("link", name="Go to the book").click()
    await expect(page.locator(".reader-title")).to_have_text(book.story["title"])


async def test_a_hero_is_kept_with_a_picture_and_put_into_a_book(visit: Visit, studio: Studio) -> None:
    visitor = await visit(uuid4())
    page = await visitor.open("/heroes")
    await page.get_by_role("button", name="Save a hero").click()
    await page.get_by_label("Name", exact=True).fill("Ada")
    await page.get_by_role("button", name="Save this hero").click()
    card = page.locator(".kept-hero")
    await expect(card.get_by_role("heading")).to_have_text("Ada")
    file: FilePayload = {"name": "ada.png", "mimeType": "image/png", "buffer": a_drawing()}
    await card.locator("input[type=file]").set_input_files([file])
    await page.get_by_role("button", name="It is a photograph of a person").click()
    await expect(page.get_by_role("alert")).to_contain_text("Photographs of people are not accepted")
    await card.locator("input[type=file]").set_input_files([file])
    await page.get_by_role("button", name="It is a drawing or a toy").click()
    await expect(card.locator(".references .picture.shown")).to_have_count(1)
    await card.get_by_role("button", name="Choose").click()
    await expect(card.get_by_role("button", name="Chosen")).to_be_visible()
    await card.get_by_role("link", name="Make a book").click()
    await expect(page.locator("[data-kept] legend")).to_have_text("Hero 1: Ada")
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ada")
    (kept,) = (await studio.request(visitor.user_id, "GET", "/api/v1/characters"))["items"]
    assert [image["approved"] for image in kept["images"]] == [True]


async def test_what_a_book_would_cost_is_shown_before_it_is_asked_for(visit: Visit) -> None:
    visitor = await visit(uuid4())
    page = visitor.page
    priced = (
        '{"success": true, "data": {"low_usd": 0.71, "high_usd": 2.1, "seconds": 240, "most_seconds": 600,'
        ' "lines": [], "budget_usd": null, "warnings": []}}'
    )
    await page.route("**/api/v1/stories/estimate", lambda route: route.fulfill(status=200, body=priced))
    await visitor.open("/new")
    await page.get_by_label("Name", exact=True).fill("Ada")
    forecast = "It will cost about $0.71, at most $2.10, and take about 4 minutes."
    await expect(page.locator(".forecast")).to_have_text(forecast)
    scant = priced.replace('"budget_usd": null', '"budget_usd": 0.5')
    await page.route("**/api/v1/stories/estimate", lambda route: route.fulfill(status=200, body=scant))
    await page.get_by_text("More choices").click()
    await page.get_by_label("Budget").fill("0.50")
    over = "That is more than your budget. A part of the book will be left out until you raise the budget."
    await expect(page.locator(".forecast")).to_have_text(f"{forecast} {over}")


async def test_a_used_up_budget_is_told_and_can_be_raised(visit: Visit, book: Book) -> None:
    visitor = await visit(book.user_id)
    page = visitor.page
    state = book.story["asset_generation_status"]
    failed = {
        "status": "failed",
        "progress": 0,
        "metadata": {},
        "error": "…",
        "error_code": "BUDGET_EXCEEDED",
    }
    stopped = {**book.story, "brief": {**book.story["brief"], "budget_usd": 0.5}}
    stopped["cost"] = {"usd": 0.4, "set_aside_usd": 0.05}
    stopped["asset_generation_status"] = {
        "overall": "partial",
        "assets": {**state["assets"], "cover": failed},
    }
    asked: list[object] = []

    async def resumed(route: object) -> None:
        asked.append(route.request.post_data_json)  # type: ignore[attr-defined]
        await route.fulfill(json={"success": True, "data": {"asset_generation_status": state}})  # type: ignore[attr-defined]

    path = f"**/api/v1/stories/{book.id}"
    await page.route(path, lambda route: route.fulfill(json={"success": True, "data": stopped}))
    await page.route(f"{path}/resume", resumed)
    await page.route_web_socket("**/api/v1/ws", lambda socket: None)
    for live in ("events", "status"):
        await page.route(f"{path}/{live}*", lambda route: route.abort())
    await visitor.open(f"/stories/{book.id}")
    await expect(page.locator(".spend")).to_have_text(
        "Spent so far: $0.40 of $0.50, and $0.05 set aside for a paid call whose answer was lost"
    )
    await expect(page.get_by_role("heading", name="The budget is used up")).to_be_visible()
    await page.get_by_label("New budget in US dollars").fill("3")
    await page.get_by_role("button", name="Raise it and continue").click()
    await expect(page.locator(".stopped")).to_be_hidden()
    assert asked == [{"budget_usd": 3}]


async def test_a_reader_is_told_what_a_book_waits_for(visit: Visit, book: Book) -> None:
    visitor = await visit(book.user_id)
    page = visitor.page
    waits = {
        "status": "retrying",
        "progress": 40,
        "metadata": {},
        "error": "The account has nothing left to spend. Add credit.",
        "error_code": "INSUFFICIENT_QUOTA",
    }
    assets = {**book.story["asset_generation_status"]["assets"], "cover": waits, "audio": waits}
    told = {**book.story, "asset_generation_status": {"overall": "generating", "assets": assets}}
    path = f"**/api/v1/stories/{book.id}"
    await page.route(path, lambda route: route.fulfill(json={"success": True, "data": told}))
    await page.route_web_socket("**/api/v1/ws", lambda socket: None)
    for live in ("events", "status"):
        await page.route(f"{path}/{live}*", lambda route: route.abort())
    await visitor.open(f"/stories/{book.id}")
    await expect(page.locator('[data-role="audio"] .doing')).to_have_text(f"waiting: {waits['error']}")
    pictures = page.locator('[data-role="pictures"] .doing')
    await expect(pictures).to_contain_text(f"pictures; waiting: {waits['error']}")


async def test_a_reader_decides_about_a_call_whose_answer_was_lost_twice(visit: Visit, book: Book) -> None:
    visitor = await visit(book.user_id)
    page = visitor.page
    held: dict[str, Any] = {
        "status": "retrying",
        "progress": 40,
        "metadata": {},
        "error": "The answer to a paid call was lost twice.",
        "error_code": "PROVIDER_OUTCOME_UNKNOWN",
    }
    assets = {**book.story["asset_generation_status"]["assets"], "cover": held}
    told = {**book.story, "asset_generation_status": {"overall": "generating", "assets": assets}}
    path = f"**/api/v1/stories/{book.id}"
    await page.route(path, lambda route: route.fulfill(json={"success": True, "data": told}))
    await page.route_web_socket("**/api/v1/ws", lambda socket: None)
    for live in ("events", "status"):
        await page.route(f"{path}/{live}*", lambda route: route.abort())
    await page.route(f"{path}/resume", lambda route: route.fulfill(json={"success": True, "data": told}))
    await visitor.open(f"/stories/{book.id}")
    await expect(page.locator('[data-role="pictures"] .doing')).to_contain_text(held["error"])
    async with page.expect_request(f"{path}/resume") as asked:
        await page.get_by_role("button", name="Continue making it").click()
    assert (await asked.value).method == "POST"


async def test_a_kept_hero_is_changed_where_it_stands(visit: Visit, studio: Studio) -> None:
    visitor = await visit(uuid4())
    hero = {"name": "Ada", "age": 6, "traits": [{"id": "glasses", "detail": "round"}]}
    await studio.request(visitor.user_id, "POST", "/api/v1/characters", hero)
    page = await visitor.open("/heroes")
    await page.get_by_role("button", name="Change Ada").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")
    await page.get_by_label("Age", exact=True).fill("300")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_text("This must be at most 120.", exact=True)).to_be_visible()
    await page.get_by_label("Age", exact=True).fill("7")
    await page.get_by_role("button", name="Save changes").click()
    await expect(page.locator(".kept-hero")).to_have_count(1)
    (kept,) = (await studio.request(visitor.user_id, "GET", "/api/v1/characters"))["items"]
    assert (kept["age"], kept["traits"][0]["detail"]) == (7, "round")


async def test_several_kept_heroes_share_a_book_and_a_reload_loses_no_word(
    visit: Visit, studio: Studio
) -> None:
    visitor = await visit(uuid4())
    for name in ("Ada", "Bo"):
        await studio.request(visitor.user_id, "POST", "/api/v1/characters", {"name": name})
    page = await visitor.open("/new")
    await page.get_by_role("button", name="Ada").click()
    await page.get_by_role("button", name="Bo", exact=True).click()
    await page.get_by_role("button", name="Add another hero").click()
    await page.get_by_label("Name", exact=True).fill("Käthe")
    await page.get_by_text("More choices").click()
    await page.get_by_label("Budget").fill("two")
    await page.reload()
    await expect(page.get_by_text("Your earlier entries are here again.")).to_be_visible()
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.get_by_role("alert")).to_contain_text("This must be a number.")
    await page.get_by_label("Budget").fill("2,50")
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ada, Bo, and Käthe")
    (story,) = (await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]
    brief = (await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story['id']}"))["brief"]
    assert brief["budget_usd"] == 2.5
    await visitor.open("/new")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("")
