"""The pages of Genesis: a novel is planned step by step, and no word is lost between tabs or on the way."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Studio, Visit
from tests.browser.test_accessibility import findings, nothing_is_cut_off

SPARK = "A girl who sets the type for the tide tables finds that one tide a year is left out on purpose."
STEPS = {"concept": "concept", "theme": "theme", "character": "people", "world": "world", "plot": "plot"}
BASE = "/api/v1/genesis"


@dataclass
class Plan:
    """A session of a user, led by the API beside the page."""

    studio: Studio
    user_id: UUID
    id: str = ""

    async def send(self, type_: str, **payload: Any) -> Any:
        """Send a command to the session, or start it."""
        body = {"command_id": str(uuid4()), "command_type": type_, "payload": payload}
        of = {"session_id": self.id} if self.id else {}
        done = await self.studio.request(self.user_id, "POST", f"{BASE}/commands", body | of)
        self.id = done["session_id"]
        return done

    async def state(self) -> Any:
        return await self.studio.request(self.user_id, "GET", f"{BASE}/{self.id}/state")

    async def at_rest(self) -> Any:
        """The state as soon as no proposals are being written."""
        while (state := await self.state())["is_pending"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return state

    async def value(self, path: str) -> Any:
        stage, _, name = path.partition(".")
        return (await self.state())["stages"][stage]["fields"][name]["value"]

    async def choose_and_confirm(self, *stages: str) -> None:
        for stage in stages:
            proposals = (await self.at_rest())["stages"][stage]["proposals"]
            await self.send("SELECT_PROPOSAL", proposal_ids=[next(iter(proposals))])
            await self.send("CONFIRM_STAGE", stage=stage)
        await self.at_rest()


@pytest.fixture
async def plan(studio: Studio) -> Plan:
    """A guided session whose concepts wait for a choice."""
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", inspiration=SPARK, chapters=4, seed=7)
    await plan.at_rest()
    return plan


def field(page: Page, path: str) -> Locator:
    return page.locator(f'.value[data-value="{path}"]')


async def write(page: Page, path: str, words: str) -> None:
    """Open a field and write in it; it is saved by itself."""
    if not await field(page, path).locator("textarea").count():
        await field(page, path).get_by_role("button", name="Edit").click()
    await field(page, path).locator("textarea").fill(words)


async def test_a_novel_is_planned_step_by_step_with_a_reload_at_each_step(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.open("/novels/new")
    await page.get_by_label("Your spark").fill(SPARK)
    await page.get_by_label("Chapters").fill("4")
    await page.reload()
    await expect(page.get_by_label("Your spark")).to_have_value(SPARK)
    await page.get_by_role("button", name="Begin with three concepts").first.click()
    for stage, name in STEPS.items():
        await expect(page.locator(f".stages [data-stage={stage}]")).to_have_attribute("aria-current", "step")
        await page.reload()
        await page.get_by_role("button", name="Choose this one").first.click()
        confirm = page.get_by_role("button", name=f"Confirm the {name}")
        await expect(confirm).to_be_visible()
        await page.reload()
        await expect(page.locator("#words-title")).to_have_text(name.capitalize())
        await confirm.click()
    await page.get_by_role("button", name="Finish the plan").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish it").click()
    await page.wait_for_url("**/#/novel/*")
    await page.get_by_label("More", exact=True).click()
    await page.get_by_role("link", name="The plan’s session").click()
    await expect(page.get_by_text("This plan is finished.")).to_be_visible()
    await expect(page.get_by_role("link", name="Open the novel")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    await visitor.open("/")
    await expect(page.locator(".novels li")).to_have_text(re.compile("Finished · this minute"))


async def test_two_windows_that_write_at_once_lose_no_word(visit: Visit, plan: Plan) -> None:
    await plan.choose_and_confirm("concept")
    visitor = await visit(plan.user_id)
    first = await visitor.open(f"/novels/{plan.id}?step=concept")
    second = (await visit(plan.user_id)).page
    await second.goto(first.url)
    title, logline = "concept.title", "concept.logline"
    # Other fields: neither window notices.
    await write(first, title, "The Unprinted Tide")
    await write(second, logline, "Nell finds the missing tide.")
    await expect(field(first, logline).locator(".words")).to_have_text("Nell finds the missing tide.")
    await expect(field(second, title).locator(".words")).to_have_text("The Unprinted Tide")
    # The same field: both versions stand until the person decides, through a reload, too.
    await first.context.set_offline(True)
    await write(first, title, "The Tide in the First Window")
    await expect(field(first, title).get_by_text("Kept in this browser")).to_be_visible()
    await write(second, title, "The Tide in the Second Window")
    await expect(field(second, title).get_by_text("Saved")).to_be_visible()
    await first.context.set_offline(False)
    both = field(first, title).get_by_role("alert")
    await expect(both).to_contain_text("Changed in another window")
    await first.reload()
    await expect(both.locator(".theirs")).to_have_text("The Tide in the Second Window")
    await both.get_by_role("button", name="Keep both").click()
    await expect(field(second, title).locator(".words")).to_contain_text("First Window")
    assert await plan.value(title) == "The Tide in the Second Window / The Tide in the First Window"
    visitor.complaints.clear()


async def test_what_is_written_without_a_network_is_saved_when_it_is_back(visit: Visit, plan: Plan) -> None:
    await plan.choose_and_confirm("concept")
    visitor = await visit(plan.user_id)
    page = await visitor.open(f"/novels/{plan.id}?step=concept")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.context.set_offline(True)
    await write(page, "concept.title", "Written in a tunnel")
    await expect(page.get_by_text("Kept in this browser until the connection is back")).to_be_visible()
    await plan.send("LOCK_FIELDS", paths=["concept.genre"])
    await page.context.set_offline(False)
    await expect(field(page, "concept.title").get_by_text("Saved")).to_be_visible()
    await expect(field(page, "concept.genre").get_by_text("locked")).to_be_visible()
    assert await plan.value("concept.title") == "Written in a tunnel"
    visitor.complaints.clear()


async def _choosing(page: Page, plan: Plan) -> None:
    await page.get_by_label("Blend proposal 1").check()
    await page.get_by_label("Blend proposal 2").check()
    await expect(page.get_by_role("button", name="Blend these two")).to_be_visible()


async def _words(page: Page, plan: Plan) -> None:
    await plan.choose_and_confirm("concept", "theme")
    changes = [{"op": "set", "path": "concept.logline", "value": "Another girl finds another tide."}]
    await plan.send("EDIT_STAGE", stage="concept", changes=changes)
    await plan.send("LOCK_FIELDS", paths=["theme.statement"])
    await page.locator(".stages [data-stage=theme]").click()
    await expect(page.get_by_text("were drawn from words")).to_be_visible()
    await field(page, "theme.question").get_by_role("button", name="History").click()
    await expect(page.locator(".past li").first).to_be_visible()
    await field(page, "theme.question").get_by_role("button", name="Edit").click()


async def _history(page: Page, plan: Plan) -> None:
    await page.get_by_role("link", name="History", exact=True).click()
    await expect(page.locator(".decisions li").first).to_be_visible()


async def _findings(page: Page, plan: Plan) -> None:
    people = ({"name": "Nell", "age": 13, "summary": "Nell is 40."}, {"name": "Nela", "age": 13})
    changes = [{"op": "add", "path": "character.people", "value": one} for one in people]
    await plan.send("SWITCH_MODE", mode="free_form")
    await plan.send("EDIT_STAGE", stage="character", changes=changes)
    await page.get_by_role("link", name="Findings").click()
    finding = page.locator(".finding").first
    await expect(finding.locator("blockquote")).to_have_count(2)
    await finding.get_by_role("button", name="This is on purpose").click()
    await page.get_by_label("Reason").fill("They are twins.")
    await page.get_by_role("button", name="Set it aside").click()
    await expect(page.get_by_text("“They are twins.”")).to_be_visible()


@pytest.mark.parametrize("lead", [None, _choosing, _words, _history, _findings])
async def test_the_pages_are_for_everybody(visit: Visit, plan: Plan, lead: Any) -> None:
    visitor = await visit(plan.user_id, reduced_motion="reduce")
    page = await visitor.open(f"/novels/{plan.id}" if lead else "/novels/new")
    await expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    if lead:
        await expect(page.locator(".proposal[data-status=open]")).to_have_count(3)
        await lead(page, plan)
    found: set[str] = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found |= await findings(page)
    assert found == set()
    await nothing_is_cut_off(page)
