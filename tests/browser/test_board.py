"""The board of a session: scenes are moved by keys and by the pointer; a move shows what it touches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import Studio, Visit
from tests.browser.finished import a_large_plot, a_plot
from tests.browser.genesis_plan import Plan
from tests.browser.test_accessibility import findings, nothing_is_cut_off


@pytest.fixture
async def plot(studio: Studio) -> Plan:
    return await a_plot(studio)


async def opened(visit: Visit, plan: Plan, **options: Any) -> Page:
    visitor = await visit(plan.user_id, **options)
    page = await visitor.open(f"/novels/{plan.id}?view=board")
    await expect(page.locator(".board-row[data-chapter]")).to_have_count(4)
    return page


def cards(page: Page, chapter: int) -> Locator:
    """The cards of a chapter."""
    return page.locator(".board-row[data-chapter]").nth(chapter - 1).locator(".scene-card")


async def scenes(plan: Plan, chapter: int) -> list[str]:
    """The summaries of a chapter's scenes, in order."""
    stage = (await plan.state())["stages"]["plot"]
    id_ = stage["order"]["chapters"][chapter - 1]
    of = f"chapters.{id_}.scenes"
    return [stage["fields"][f"{of}.{scene}.summary"]["value"] for scene in stage["order"].get(of, [])]


async def test_the_board_is_led_by_keys_alone(visit: Visit, plot: Plan) -> None:
    page = await opened(visit, plot)
    before = [await scenes(plot, number) for number in (1, 2)]
    # One stop of the Tab key, from what is before the board.
    await page.get_by_role("button", name="Chapter", exact=True).focus()
    await page.keyboard.press("Tab")
    first = cards(page, 1).first
    await expect(first).to_be_focused()
    moved = before[0][0]
    await page.keyboard.press("m")
    drop = page.locator(".drop")
    await expect(drop).to_contain_text("It stands here now")
    while "Chapter 2" not in await drop.inner_text():
        await page.keyboard.press("ArrowDown")
    await expect(drop).to_contain_text("Touches")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Moved to Chapter 2")).to_be_visible()
    await expect(cards(page, 2).filter(has_text=moved)).to_be_focused()
    assert moved in await scenes(plot, 2)
    assert moved not in await scenes(plot, 1)
    await page.keyboard.press("Control+z")
    await expect(page.get_by_text("The move is undone.")).to_be_visible()
    await expect(cards(page, 1).filter(has_text=moved)).to_have_count(1)
    assert [await scenes(plot, number) for number in (1, 2)] == before
    # Put back: nothing was sent.
    version = (await plot.state())["version"]
    await cards(page, 1).first.focus()
    for key in ("m", "ArrowRight", "ArrowDown", "Escape"):
        await page.keyboard.press(key)
    await expect(cards(page, 1).first).to_be_focused()
    assert (await plot.state())["version"] == version
    # Opened, changed, closed: the focus is where it was.
    await page.keyboard.press("Enter")
    card = page.get_by_role("complementary").filter(has_text="Chapter 1, scene 1")
    await card.get_by_role("button", name="Edit").first.click()
    await card.get_by_role("textbox").fill("Nell counts the lines.")
    await page.keyboard.press("Control+Enter")
    await expect(card.get_by_text("Saved")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(cards(page, 1).first).to_be_focused()
    await expect(cards(page, 1).first).to_contain_text("Nell counts the lines.")


async def test_a_scene_is_carried_by_the_pointer_and_moved_from_its_card(visit: Visit, plot: Plan) -> None:
    page = await opened(visit, plot, viewport={"width": 1280, "height": 2000})
    moved = (await scenes(plot, 1))[0]
    card, target = (
        cards(page, 1).first,
        page.locator(".board-row[data-chapter]").nth(1).get_by_role("gridcell").first,
    )
    await card.hover()
    await page.mouse.down()
    for _ in range(2):
        # Rows make room for what is carried over them.
        box = await target.bounding_box()
        assert box
        await page.mouse.move(box["x"] + 30, box["y"] + 12, steps=6)
    await expect(page.locator(".drop")).to_contain_text("Chapter 2")
    await page.mouse.up()
    await expect(page.get_by_text("Moved to Chapter 2")).to_be_visible()
    assert (await scenes(plot, 2))[0] == moved
    await expect(page.get_by_role("complementary").filter(has_text="scene")).to_be_hidden()
    # The same without carrying.
    await cards(page, 2).filter(has_text=moved).click()
    form = page.locator(".move-form")
    await form.get_by_label("Chapter", exact=True).select_option(index=2)
    await form.get_by_label("Place").select_option("0")
    await expect(form.get_by_role("status")).to_contain_text("Touches")
    await form.get_by_role("button", name="Move it").click()
    await expect(page.get_by_text("Moved to Chapter 3")).to_be_visible()
    assert (await scenes(plot, 3))[0] == moved


async def test_a_finger_that_rests_on_a_card_carries_it(visit: Visit, plot: Plan) -> None:
    page = await opened(visit, plot, viewport={"width": 390, "height": 800}, has_touch=True)
    moved = (await scenes(plot, 1))[-1]
    finger = await page.context.new_cdp_session(page)

    async def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await cards(page, 1).last.evaluate("card => card.scrollIntoView({ block: 'center' })")
    box = await cards(page, 1).filter(has_text=moved).bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + 12
    await touch("touchStart", x, y)
    await expect(page.locator(".scene-card.ghost")).to_be_visible()
    await touch("touchMove", x, y + 20)
    for _ in range(2):
        # Rows make room for what is carried over them.
        below = await cards(page, 2).first.bounding_box()
        assert below
        await touch("touchMove", x, below["y"] + 12)
    await expect(page.locator(".drop")).to_contain_text("Chapter 2")
    await touch("touchEnd")
    await expect(page.get_by_text("Moved to Chapter 2")).to_be_attached()
    assert moved in await scenes(plot, 2)
    await expect(page.get_by_role("complementary").filter(has_text="scene")).to_be_hidden()


async def test_a_locked_scene_stays_and_a_new_one_is_added(visit: Visit, plot: Plan) -> None:
    page = await opened(visit, plot)
    await cards(page, 1).first.focus()
    await page.keyboard.press("l")
    await expect(cards(page, 1).first).to_contain_text("locked")
    await page.keyboard.press("m")
    await expect(page.get_by_text("This scene is locked.")).to_be_visible()
    await page.keyboard.press("n")
    await page.get_by_role("dialog").get_by_role("textbox").fill("A boat without a light.")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(cards(page, 1).filter(has_text="A boat without a light.")).to_be_focused()
    assert "A boat without a light." in await scenes(plot, 1)


@pytest.mark.parametrize("view", ["board", "print"])
async def test_the_board_and_what_is_printed_are_for_everybody(visit: Visit, plot: Plan, view: str) -> None:
    page = await opened(visit, plot, reduced_motion="reduce")
    if view == "board":
        await cards(page, 1).first.click()
    else:
        await page.get_by_role("link", name="To print").click()
        await expect(page.locator(".chapters > .read-item")).to_have_count(4)
    found: set[str] = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found |= await findings(page)
    assert found == set()
    await nothing_is_cut_off(page)


def longest(trace: bytes) -> float:
    """Milliseconds of processor time of the longest task of a page, in a trace of Chromium."""
    events = json.loads(trace)["traceEvents"]
    pages = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [one["tdur"] / 1000 for one in events if (one["pid"], one["tid"]) in pages and "tdur" in one]
    return float(max(tasks))


@pytest.mark.long
async def test_sixty_chapters_scroll_and_move_without_a_long_task(
    visit: Visit, studio: Studio, browser: Browser
) -> None:
    plan = await a_large_plot(studio, chapters=60, threads=8)
    visitor = await visit(plan.user_id)
    page = visitor.page
    await visitor.open("/")
    await browser.start_tracing(page=page, categories=["toplevel"])
    await visitor.open(f"/novels/{plan.id}?view=board")
    while await page.evaluate("document.querySelectorAll('.board-row[data-chapter]').length") < 60:
        await page.wait_for_timeout(100)
    made = longest(await browser.stop_tracing())
    await browser.start_tracing(page=page, categories=["toplevel"])
    await page.locator(".boardwrap").hover()
    for _ in range(40):
        await page.mouse.wheel(0, 400)
        await page.evaluate("new Promise(requestAnimationFrame)")
    scrolled = longest(await browser.stop_tracing())
    await browser.start_tracing(page=page, categories=["toplevel"])
    # What the test asks the page must be no work for it.
    await page.evaluate("[...document.querySelectorAll('.scene-card')].at(-1).focus()")
    await page.keyboard.press("m")
    for _ in range(30):
        await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    while not await page.evaluate("document.querySelector('.note').textContent.startsWith('Moved')"):
        await page.wait_for_timeout(100)
    await page.wait_for_timeout(500)
    moved = longest(await browser.stop_tracing())
    # A long task is one of more than 50 ms. Once, as the page is made, there may be one of twice as long.
    assert max(made / 2, scrolled, moved) < 50, {"made": made, "scrolled": scrolled, "moved": moved}
