"""Every page for everybody: axe finds nothing serious, and nothing is cut off at any width."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Book, Visit

SERIOUS = ("serious", "critical")
PAGES = {
    "empty": "/",
    "form": "/new?example=lighthouse",
    "library": "/",
    "live": "/stories/{id}",
    "reader": "/read/{id}",
    "report": "/report/{id}",
    "heroes": "/heroes",
}
COLOUR_RULES = ("color-contrast", "link-in-text-block")
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


async def settle(page: Page, name: str) -> None:
    """Wait until the page is all there."""
    await expect(page.locator("h1:visible")).not_to_be_empty()
    if name in ("library", "live", "reader", "report"):
        await expect(page.locator(".picture.shown").first).to_be_visible()
    if name == "form":
        for folded in await page.locator("summary").all():
            await folded.click()
        await expect(page.get_by_role("checkbox", name="glasses")).to_be_checked()


async def findings(page: Page, *rules: str) -> set[str]:
    """What axe finds serious on the page as it is, by these rules or by all."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    violations = (await Axe().run(page, options=options)).response["violations"]
    serious = [violation for violation in violations if violation["impact"] in SERIOUS]
    return {f"{one['id']}: {node['html'][:160]}" for one in serious for node in one["nodes"]}


@pytest.mark.parametrize("name", PAGES)
async def test_page_is_for_everybody_by_day_and_by_night_at_every_width(
    visit: Visit, book: Book, name: str
) -> None:
    visitor = await visit(None if name in ("empty", "form") else book.user_id, reduced_motion="reduce")
    page = await visitor.open(PAGES[name].format(id=book.id))
    await settle(page, name)
    found: set[str] = set()
    for key in ["Home", *["ArrowRight"] * 5] if name == "reader" else ["Home"]:
        await page.keyboard.press(key)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # The page's own colours follow by a script, which hears of it with the next frame.
            await page.evaluate(_TWO_FRAMES)
            # By night the page is the same in other colours.
            found |= await findings(page, *(COLOUR_RULES if scheme == "dark" else ()))
    assert found == set()
    await nothing_is_cut_off(page)


async def nothing_is_cut_off(page: Page) -> None:
    """No page is wider than its window, from a small phone to a wall."""
    for width in (360, 390, 768, 1440, 2560):
        await page.set_viewport_size({"width": width, "height": 900})
        for key in ("Home", "ArrowRight", "ArrowRight", "End"):
            await page.keyboard.press(key)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, (width, key)


#: The dialogs of the reader, by the entry of its menu that opens each.
DIALOGS = ("Change this page", "Draw this picture again", "Earlier pictures", "New pictures")


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1440])
async def test_menus_and_dialogs_are_for_everybody(visit: Visit, book: Book, width: int) -> None:
    visitor = await visit(book.user_id, reduced_motion="reduce", viewport={"width": width, "height": 844})
    page = await visitor.open(f"/read/{book.id}?page=1")
    menu = page.locator(".menu[open] .menu-list")
    found: set[str] = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for name in DIALOGS:
            await page.locator(".menu summary", has_text="Change").click()
            box = await menu.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
            await page.evaluate(_TWO_FRAMES)
            found |= await findings(page)
            await page.get_by_role("button", name=name, exact=True).click()
            dialog = page.get_by_role("dialog")
            await expect(dialog).to_be_visible()
            await page.evaluate(_TWO_FRAMES)
            found |= await findings(page)
            await page.keyboard.press("Escape")
            await expect(dialog).to_have_count(0)
    assert found == set()
