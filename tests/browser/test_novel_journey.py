"""From a finished session to three chapters and a picture book, with reloads and a kill in the middle."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from service.client.api import Client, connect
from service.devstack.ports import choose_port
from service.devstack.temporary import temporary_folder
from tests.browser.genesis_plan import SPARK, STEPS
from tests.integration.test_up import Up, running_up
from tests.servers import copy_folder

#: A share of the times of real providers: slow enough to be killed in the middle of a chapter.
LATENCY = "0.25"


@pytest.fixture
def data(pristine_folder: Path) -> Iterator[Path]:
    with temporary_folder() as folder:
        copy_folder(pristine_folder, made := folder / "data")
        yield made


async def a_confirmed_plan(client: Client) -> str:
    """The id of a session whose five steps are confirmed."""
    started = await client.send_command("START_GENESIS", {"inspiration": SPARK, "chapters": 3, "seed": 7})
    session = str(started.session_id)
    for stage in STEPS:
        while (state := await client.read_session(session)).is_pending:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        chosen = next(iter(state.stages[stage].proposals))
        await client.send_command("SELECT_PROPOSAL", {"proposal_ids": [chosen]}, session_id=session)
        await client.send_command("CONFIRM_STAGE", {"stage": stage}, session_id=session)
    return session


def words(page: Page) -> Any:
    return page.locator(".manuscript > .prose p .said")


async def write(page: Page, number: int) -> None:
    """Ask for a chapter, and wait for its first words."""
    await page.locator(".chapter-list a").nth(number - 1).click()
    await page.get_by_role("button", name="Sum up this chapter").click()
    await expect(words(page).first).to_contain_text("Synopsis")


async def written(page: Page, of: int) -> None:
    await expect(page.locator(".eyebrow").first).to_have_text(f"A novel · {of} of 3 chapters with text")
    await expect(page.get_by_role("button", name="Stop the writing")).to_be_hidden()


async def finished(page: Page, up: Up) -> None:
    """Sign in, and finish a plan by hand."""
    async with connect(up.url, (up.data / "token").read_text().strip()) as client:
        session = await a_confirmed_plan(client)
    await page.goto(f"{up.url}/#key={up.key}")
    await expect(page.get_by_role("link", name="Library", exact=True)).to_be_visible()
    await page.goto(f"{up.url}/#/novels/{session}")
    await page.get_by_role("button", name="Finish the plan").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish it").click()
    await page.wait_for_url("**/#/novel/*")


@pytest.mark.long
async def test_a_plan_becomes_chapters_and_a_picture_book(browser: Browser, data: Path) -> None:
    port = str(choose_port(None))
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    async with running_up(data, "--port", port, STORYTROUPE_OFFLINE_LATENCY=LATENCY) as up:
        await finished(page, up)
        await write(page, 1)
        await page.reload()
        await written(page, 1)
        await write(page, 2)
        await up.stop(signal.SIGKILL)
        await expect(page.get_by_text("The troupe goes on without you.")).to_be_visible()
    async with running_up(data, "--port", port, STORYTROUPE_OFFLINE_LATENCY=LATENCY):
        # The page finds its way back by itself, and the chapter is finished.
        await expect(page.locator(".eyebrow").first).to_have_text(
            "A novel · 2 of 3 chapters with text", timeout=180_000
        )
        await page.reload()
        await expect(page.locator(".chapter-list [aria-current=page] i")).to_have_text("2")
        await write(page, 3)
        await written(page, 3)
        await page.get_by_label("More", exact=True).click()
        await page.get_by_role("button", name="Make a picture book").click()
        await expect(page.locator(".book-request")).to_contain_text("The words of the book")
        await page.get_by_role("button", name="Make the book").click()
        await page.wait_for_url("**/#/stories/*")
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    await context.close()
