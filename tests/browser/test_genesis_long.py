"""Long forms of the pages of Genesis: a service killed under five tabs, and a keystroke in a long plan."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from service.access.users import LOCAL_USER
from service.devstack.ports import choose_port
from service.devstack.temporary import temporary_folder
from tests.browser.conftest import Studio, Visit
from tests.browser.genesis_plan import SPARK, Plan, field, write
from tests.integration.test_up import running_up

pytestmark = pytest.mark.long

FIELDS = ("title", "logline", "premise", "genre", "point_of_view")
CHAPTERS = 60
#: What the main thread may need for one key, in milliseconds: one frame.
FRAME_MS = 16
#: How long a tab may take to hear of all that the others have saved: it tries every way to hear again.
PATIENCE_MS = 120_000


@dataclass
class Running:
    """A service by its URL and a token, as ``Plan`` asks it."""

    url: str
    token: str

    async def request(self, _user_id: UUID, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, self.url + path, json=body, headers=headers) as answer,
        ):
            return (await answer.json())["data"]


async def test_five_tabs_end_right_after_the_service_was_killed_under_them(browser: Browser) -> None:
    port = ("--port", str(choose_port(0)))
    with temporary_folder() as folder:
        context = await browser.new_context()
        context.set_default_timeout(60_000)
        async with running_up(folder / "data", *port) as up:
            tabs = [await context.new_page() for _ in FIELDS]
            await tabs[0].goto(up.lines[1].split(" ")[-1])
            await expect(tabs[0].get_by_role("heading", level=1)).to_be_visible()
            token = await tabs[0].evaluate("sessionStorage['storytroupe.token']")
            plan = Plan(Running(up.url, token), LOCAL_USER)
            await plan.send("START_GENESIS", inspiration=SPARK, chapters=4, seed=7)
            await plan.choose_and_confirm("concept")
            for tab in tabs:
                await tab.goto(f"{up.url}/#/novels/{plan.id}?step=concept")
                await expect(tab.get_by_text("Connected", exact=True)).to_be_visible()
            # Some words are saved, some are on their way, and a round is being written.
            for tab, name in zip(tabs, FIELDS, strict=True):
                await write(tab, f"concept.{name}", f"As the tab of {name} has it")
            await plan.send("GENERATE_INSPIRATION", stage="theme")
            await up.stop(signal.SIGKILL)
        for tab in tabs:
            await expect(tab.get_by_text("No connection", exact=True).first).to_be_visible()
        await write(tabs[0], "concept.tense", "Written while the service was away")
        async with running_up(folder / "data", *port):
            await asyncio.gather(*(_ends_right(tab) for tab in tabs))
            assert await plan.value("concept.tense") == "Written while the service was away"
            state = await plan.at_rest()
            assert len(state["stages"]["theme"]["proposals"]) == 3
        await context.close()


async def _ends_right(tab: Page) -> None:
    """Every tab shows what each of them has written, without a reload."""
    for name in FIELDS:
        shown = field(tab, f"concept.{name}").locator(".words")
        await expect(shown).to_have_text(f"As the tab of {name} has it", timeout=PATIENCE_MS)
    await expect(field(tab, "concept.tense").locator(".words")).to_have_text(
        "Written while the service was away"
    )
    await expect(tab.get_by_text("Kept in this browser")).to_have_count(0)


async def test_a_keystroke_in_a_plan_of_sixty_chapters_takes_no_longer_than_a_frame(
    visit: Visit, studio: Studio
) -> None:
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", inspiration=SPARK, chapters=CHAPTERS, seed=7)
    await plan.choose_and_confirm("concept", "theme", "character", "world")
    proposals = (await plan.at_rest())["stages"]["plot"]["proposals"]
    await plan.send("SELECT_PROPOSAL", proposal_ids=[next(iter(proposals))])
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}?step=plot")
    chapters = page.locator('[data-value="plot.chapters"] > .elements > details')
    await expect(chapters).to_have_count(CHAPTERS)
    # All of it is open: more is never shown.
    for summary in await chapters.locator("> summary").all():
        await summary.click()
    goal = chapters.nth(30).locator('.value[data-value$=".goal"]')
    await goal.get_by_role("button", name="Edit").click()
    costs = [await _cost_of_a_key(page, key) for key in "the tide was never printed in any book." + "x"]
    tenths = quantiles(costs, n=10)
    assert tenths[8] < FRAME_MS, [round(cost, 1) for cost in costs]
    await expect(goal.get_by_text("Saved")).to_be_visible()


async def _cost_of_a_key(page: Page, key: str) -> float:
    """What script, style and layout took for one key, in milliseconds."""
    session = await page.context.new_cdp_session(page)
    # The time of the thread: a machine that is busy with other things does not count.
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def spent() -> float:
        found = {
            one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]
        }
        return float(found["ScriptDuration"] + found["LayoutDuration"] + found["RecalcStyleDuration"])

    before = await spent()
    await page.keyboard.press(key)
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    after = await spent()
    await session.detach()
    return (after - before) * 1000
