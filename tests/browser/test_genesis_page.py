"""The pages of Genesis: a novel is planned step by step, and no word is lost between tabs or on the way."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.genesis_plan import SPARK, STEPS, Plan, field, write
from tests.browser.test_accessibility import findings, nothing_is_cut_off


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
    await page.get_by_role("link", name="Open the plan").click()
    await expect(page.get_by_text("This plan is finished.")).to_be_visible()
    await expect(page.get_by_role("link", name="Open the novel")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    # The novel stands once, in the library and behind “Novels”. There another plan begins.
    for at in ("/", "/novels"):
        await visitor.open(at)
        await expect(page.locator(".made-novels li")).to_have_text(re.compile("0 of 4 chapters with text"))
        await expect(page.locator(".novels li")).to_have_count(0)
    await page.get_by_role("link", name="Plan a novel").click()
    await expect(page.get_by_label("Your spark")).to_be_visible()
    await expect(page.locator("[data-route=novels]")).to_have_attribute("aria-current", "true")


async def test_a_novel_is_planned_in_any_order_with_a_reload_at_each_step(visit: Visit) -> None:
    page = await (await visit()).open("/novels/new")
    await page.get_by_label("Your spark").fill(SPARK)
    await page.get_by_label("Chapters").fill("4")
    await page.get_by_role("radio", name="In any order").check()
    await page.get_by_role("button", name="Begin with an empty plan").first.click()
    for stage in ("theme", "concept", "world", "character", "plot"):
        await page.locator(f".stages [data-stage={stage}]").click()
        await page.reload()
        await page.get_by_role("button", name="Ask for proposals").click()
        await expect(page.locator(".proposal[data-status=open]").first).to_be_visible()
        await page.reload()
        await page.get_by_role("button", name="Choose this one").first.click()
        confirm = page.get_by_role("button", name=f"Confirm the {STEPS[stage]}")
        await expect(confirm).to_be_visible()
        await page.reload()
        await confirm.click()
        await expect(page.locator(f".stages [data-stage={stage}]")).to_have_attribute("data-is", "done")
    await page.get_by_role("button", name="Finish the plan").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish it").click()
    await page.wait_for_url("**/#/novel/*")


async def test_of_two_windows_that_save_a_field_in_the_same_moment_the_later_one_decides(
    visit: Visit, plan: Plan
) -> None:
    await plan.choose_and_confirm("concept")
    first = await (await visit(plan.user_id)).open(f"/novels/{plan.id}?step=concept")
    second = (await visit(plan.user_id)).page
    await second.goto(first.url)
    windows = {"The Tide on the Left": first, "The Tide on the Right": second}
    # Both have begun from the same words before either saves.
    for window in windows.values():
        await field(window, "concept.title").get_by_role("button", name="Edit").click()
    for title, window in windows.items():
        await field(window, "concept.title").locator("textarea").fill(title)
    done = [
        field(window, "concept.title").get_by_role("button", name="Done").click()
        for window in windows.values()
    ]
    await asyncio.gather(*done)
    saved = await plan.comes_to("concept.title", *windows)
    (later,) = windows.keys() - {saved}
    both = field(windows[later], "concept.title").get_by_role("alert")
    await expect(both.locator(".theirs")).to_have_text(saved)
    await expect(both.locator(".mine")).to_contain_text(later.split()[-1])
    await both.get_by_role("button", name="Keep both").click()
    for window in windows.values():
        await expect(field(window, "concept.title").locator(".words")).to_have_text(f"{saved} / {later}")


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
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    await page.context.set_offline(True)
    await write(page, "concept.title", "Written in a tunnel")
    await expect(page.get_by_text("Kept in this browser until the connection is back")).to_be_visible()
    await plan.send("LOCK_FIELDS", paths=["concept.genre"])
    await page.context.set_offline(False)
    await expect(field(page, "concept.title").get_by_text("Saved")).to_be_visible()
    await expect(field(page, "concept.genre").get_by_text("locked")).to_be_visible()
    assert await plan.value("concept.title") == "Written in a tunnel"
    visitor.complaints.clear()


async def test_words_that_somebody_has_looked_at_stay_as_they_are(visit: Visit, plan: Plan) -> None:
    await plan.choose_and_confirm("concept", "theme")
    change = [{"op": "set", "path": "concept.logline", "value": "Another girl finds another tide."}]
    await plan.send("EDIT_STAGE", stage="concept", changes=change)
    before = await plan.value("theme.question")
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}?step=theme")
    await page.get_by_role("button", name="They are fine as they are").click()
    await expect(page.get_by_text("were drawn from words")).to_be_hidden()
    state = await plan.state()
    assert state["stages"]["theme"]["stale"] == {}
    record = state["stages"]["theme"]["fields"]["question"]
    assert (record["value"], record["by"]) == (before, "ai")


async def test_an_earlier_round_is_shown_again_and_one_of_its_proposals_is_chosen(
    visit: Visit, plan: Plan
) -> None:
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}")
    cards = page.locator(".proposal[data-status=open]")
    await expect(cards).to_have_count(3)
    # What all proposals say is said once.
    await expect(page.locator(".shared")).to_contain_text("Chapters")
    await expect(cards.first.get_by_text("Chapters", exact=True)).to_have_count(0)
    wanted = await cards.first.locator(".name").inner_text()
    await page.locator("#say").fill("Less sadness.")
    await page.get_by_role("button", name="Again with this in mind").click()
    newest = page.get_by_role("heading", name="Round 2: 3 proposals")
    await expect(newest).to_be_focused()
    await page.get_by_role("button", name="See round 1").click()
    await expect(page.get_by_role("heading", name="Round 1: 3 proposals, as they were")).to_be_focused()
    await page.get_by_role("button", name="Choose this one: " + wanted).click()
    await expect(field(page, "concept.title").locator(".words")).to_have_text(wanted)
    # The step has its words; its newest proposals can still be chosen.
    await page.get_by_text("The proposals again").click()
    await expect(newest).to_be_visible()


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
