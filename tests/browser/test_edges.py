"""What a family trips over in the studio: each test failed before its mend."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Book, Studio, Visit, closed

#: The name of the focus stop, and whether something lies upon it: its top, its middle and its foot are tried.
SEEN = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const shown = e.labels?.[0] && getComputedStyle(e).opacity === "0" ? e.labels[0] : e;
  const box = shown.getBoundingClientRect();
  const inside = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return !!top && (shown.contains(top) || top.contains(shown));
  };
  const points = [0.5, 0.1, 0.9].map((part) => [box.left + box.width / 2, box.top + box.height * part]);
  const label = e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || e.id;
  return { name: label.trim().slice(0, 60), hidden: !points.some(([x, y]) => inside(x, y)) };
}"""


async def test_story_that_failed_has_one_reason_and_one_next_step(visit: Visit, book: Book) -> None:
    visitor = await visit(book.user_id, viewport={"width": 390, "height": 844})
    state = book.story["asset_generation_status"]
    refused = {
        "status": "failed",
        "progress": 0,
        "metadata": {},
        "error": "No.",
        "error_code": "CONTENT_FLAGGED",
    }
    left_out = {"status": "skipped", "progress": 0, "metadata": {}}
    assets = {name: refused if name == "content" else left_out for name in state["assets"]}
    failed = {"overall": "failed", "assets": assets, "jobs": {}}
    story = {**book.story, "content": None, "title": "Untitled Story", "asset_generation_status": failed}
    answer = json.dumps({"success": True, "data": story})
    await visitor.page.route(
        f"**/api/v1/stories/{book.id}",
        lambda route: route.fulfill(body=answer, content_type="application/json"),
    )
    await visitor.page.route_web_socket("**/api/v1/ws", lambda _socket: None)
    page = await visitor.open(f"/stories/{book.id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("A new story")
    await expect(page.locator(".reason")).to_contain_text("refuses what was asked for")
    await expect(page.locator(".live-scene:visible, .progress-panel:visible")).to_have_count(0)
    await expect(page.locator(".button.primary:visible")).to_have_text(["New story", "Change the wish"])
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    await page.get_by_role("link", name="Change the wish").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Maya")


#: How far what is shown has moved by itself, as the layout shift of the web's vitals.
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
MOST_SHIFT = 0.05
ROUTES = (
    "/",
    "/new",
    "/new?example=lighthouse",
    "/stories/{id}",
    "/read/{id}?page=cover",
    "/read/{id}?page=1",
    "/read/{id}?page=ending",
    "/read/{id}?page=talk",
    "/read/{id}?page=colophon",
    "/report/{id}",
    "/heroes",
    "/nowhere",
)


async def hidden_stops(page: Page, most: int = 150) -> list[str]:
    """The names of the focus stops that something lies upon, by a walk with Tab over the whole page."""
    hidden: list[str] = []
    first = ""
    for number in range(most):
        await page.keyboard.press("Tab")
        seen: Any = await page.evaluate(SEEN)
        if seen is None:
            return hidden
        if seen["hidden"]:
            hidden.append(seen["name"])
        first = first or seen["name"]
        if number and seen["name"] == first:
            return hidden
    raise AssertionError("The walk does not end.")


async def open_menu(page: Page) -> None:
    await page.locator(".menu summary", has_text="Change").click()
    await expect(page.get_by_role("button", name="New pictures")).to_be_visible()


async def test_nothing_stays_open_over_another_page(visit: Visit, book: Book) -> None:
    page = await (await visit(book.user_id)).open("/")
    await page.locator(f'[data-story="{book.id}"] .card').click()
    change = page.get_by_role("button", name="New pictures")
    await open_menu(page)
    await page.keyboard.press("Escape")
    await expect(change).to_be_hidden()
    await open_menu(page)
    await page.locator(".stage").click(position={"x": 4, "y": 4})
    await expect(change).to_be_hidden()
    await open_menu(page)
    await page.get_by_role("button", name="Next page").click()
    await expect(change).to_be_hidden()
    await open_menu(page)
    await change.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Your library")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_every_leaf_has_an_address_and_reading_goes_on_where_it_stopped(
    visit: Visit, book: Book
) -> None:
    page = await (await visit(book.user_id)).open(f"/read/{book.id}")
    await expect(page.locator(".leaf.cover")).to_be_visible()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    second = page.get_by_role("region", name="Page 2 of 2")
    await expect(second).to_be_visible()
    assert page.url.endswith("?page=2")
    await page.reload()
    await expect(second).to_be_visible()
    await page.get_by_role("link", name="Back to the library").click()
    await page.get_by_role("link", name="Continue reading “Maya Walks”").click()
    await expect(second).to_be_visible()
    await page.get_by_role("button", name="From the beginning").click()
    await expect(page.locator(".leaf.cover")).to_be_visible()
    # After its end a book begins anew.
    await page.keyboard.press("End")
    await page.get_by_role("link", name="Back to the library").click()
    await expect(page.get_by_role("heading", name="Your library")).to_be_visible()
    await expect(page.get_by_text("Continue reading")).to_be_hidden()


async def test_story_that_was_stopped_is_not_said_to_be_finished(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    async with closed(studio.providers.words):
        story_id = await studio.make_story(visitor.user_id)
        page = await visitor.open(f"/stories/{story_id}")
        await page.get_by_role("button", name="Stop", exact=True).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("button")).to_have_text(["Keep making it", "Stop for now"])
        await dialog.get_by_role("button", name="Stop for now").click()
        await expect(page.locator(".mode")).to_have_text("Stopped")
    await expect(page.get_by_role("heading", level=1)).to_have_text("A new story")
    await page.goto(f"{studio.url}/#/")
    await expect(page.locator(f'[data-story="{story_id}"] .card-title')).to_have_text("A new story")


async def test_no_focus_stop_lies_under_the_bar_of_the_form(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    for folded in await page.locator("summary").all():
        await folded.click()
    await page.locator("h1").click()
    assert await hidden_stops(page) == []


async def test_pages_of_the_interface_are_of_one_brand_and_fit_a_phone(visit: Visit, studio: Studio) -> None:
    page = (await visit(viewport={"width": 390, "height": 844})).page
    for path in ("/docs", "/docs/live"):
        await page.goto(f"{studio.url}{path}")
        await expect(page.locator("details, section, article").first).to_be_attached()
        for details in (await page.locator("details").all())[:12]:
            await details.evaluate("(one) => (one.open = true)")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390, path
        await expect(page.get_by_role("link", name=re.compile("Storytroupe")).first).to_be_visible()
        assert "Andika" in await page.evaluate("getComputedStyle(document.body).fontFamily")


async def test_service_that_is_away_is_told_on_the_form_and_comes_back(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    await page.get_by_label("Name", exact=True).fill("Ines")
    await page.route(re.compile("/healthz|/api/"), lambda route: route.abort())
    await page.get_by_label("Age", exact=True).fill("6")
    away = page.get_by_text("Nothing is lost. It goes on when the service is back.")
    await expect(away).to_be_visible()
    await page.unroute(re.compile("/healthz|/api/"))
    await expect(away).to_be_hidden()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Ines")


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_no_focus_stop_of_any_page_is_hidden_and_no_page_jumps(
    visit: Visit, book: Book, width: int
) -> None:
    visitor = await visit(book.user_id, viewport={"width": width, "height": 844})
    page = visitor.page
    await page.add_init_script(SHIFTS)
    hidden: dict[str, list[str]] = {}
    for route in ROUTES:
        await visitor.open(route.format(id=book.id))
        # Each page as it is when it is loaded by itself.
        await page.reload()
        await expect(page.locator("h1:visible, .leaf:not([hidden])").first).to_be_visible()
        for picture in await page.locator(".frame .picture[data-asset]:visible").all():
            await expect(picture).to_have_class(re.compile("shown"))
        assert await page.evaluate("window.shifted") < MOST_SHIFT, route
        for folded in await page.locator("main summary:visible").all():
            await folded.click()
        hidden[route] = await hidden_stops(page)
    assert {route: names for route, names in hidden.items() if names} == {}
