"""Comparing versions, futures and proposals; keys; and the choice of somebody who has no account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.genesis_plan import Plan
from tests.browser.test_accessibility import findings, nothing_is_cut_off


def row(page: Page, label: str) -> Locator:
    """The right side of what differs."""
    return page.locator(f'.side.tD:has(button[aria-label$=": {label}"])')


async def test_a_field_of_an_earlier_version_is_brought_over(visit: Visit, plan: Plan) -> None:
    await plan.choose_and_confirm("concept")
    before = await plan.state()
    title, version = before["title"], before["version"]
    change = [{"op": "set", "path": "concept.title", "value": "The Unprinted Tide"}]
    await plan.send("EDIT_STAGE", stage="concept", changes=change)
    await plan.send("LOCK_FIELDS", paths=["concept.logline"])
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}?view=history")
    await expect(page.locator(".decisions b")).to_contain_text(["Locked", "Changed the words of the concept"])
    # The newest of them changed no words.
    await page.get_by_role("link", name="Compare with now").first.click()
    await expect(page.get_by_text("Nothing differs.")).to_be_visible()
    await page.goto(f"{page.url.split('?')[0]}?view=compare&left=now&right=v{version}")
    await expect(page.locator(".futures .path")).to_have_text(["Title"])
    await row(page, "Title").get_by_role("button", name="Bring over").click()
    await expect(page.locator(".tray")).to_contain_text("1 change to this plan")
    await page.get_by_role("button", name="Bring it over").click()
    await expect(page.get_by_text("Nothing differs.")).to_be_visible()
    assert await plan.value("concept.title") == title


async def test_people_of_another_future_are_brought_over_with_all_that_they_are(
    visit: Visit, plan: Plan
) -> None:
    await plan.choose_and_confirm("concept", "theme")
    other = replace(plan, id="")
    at = {"session_id": plan.id, "version": (await plan.at_rest())["version"]}
    await other.send("START_GENESIS", mode="free_form", **{"from": at})
    page = await (await visit(plan.user_id)).open(f"/novels/{other.id}?step=concept")
    await expect(page.locator(".sheet.person")).to_be_visible()
    await expect(page.get_by_text("Nothing is written here yet.")).to_have_count(0)
    motif = {"name": "salt", "meaning": "what the tide leaves"}
    change = [
        {"op": "add", "path": "theme.motifs", "value": motif},
        {"op": "set", "path": "theme.statement", "value": "A kind lie is a debt."},
    ]
    await other.send("EDIT_STAGE", stage="theme", changes=change)
    await page.goto(f"{page.url.split('/novels/')[0]}/novels/{plan.id}?view=compare")
    # The other future of this plan is what is compared where nothing is asked for.
    await expect(row(page, "salt")).to_contain_text("what the tide leaves")
    await expect(row(page, "Statement")).to_contain_text("A kind lie is a debt.")
    await row(page, "salt").get_by_role("button").click()
    await row(page, "Statement").get_by_role("button").press("ArrowLeft")
    await page.get_by_role("button", name="Bring 2 over").click()
    await expect(page.get_by_text("2 changes brought over.")).to_be_visible()
    assert await plan.value("theme.statement") == "A kind lie is a debt."
    stage = (await plan.state())["stages"]["theme"]
    names = [stage["fields"][f"motifs.{id_}.name"]["value"] for id_ in stage["order"]["motifs"]]
    assert names.count("salt") == 1


async def test_two_proposals_stand_beside_one_another_at_every_width(visit: Visit, plan: Plan) -> None:
    page = await (await visit(plan.user_id, reduced_motion="reduce")).open(f"/novels/{plan.id}")
    await page.get_by_role("link", name="Side by side").click()
    await expect(page.locator(".futures .head")).to_contain_text(
        ["Concept, proposal 1", "Concept, proposal 2"]
    )
    await expect(page.locator(".futures .path").first).to_be_visible()
    await expect(page.get_by_role("button", name="Bring over")).to_have_count(0)
    await page.reload()
    await page.get_by_label("The other").select_option(label="This plan, as it stands")
    await expect(page.locator(".futures .side.none").first).to_be_attached()
    found: set[str] = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found |= await findings(page)
    assert found == set()
    await nothing_is_cut_off(page)


async def test_keys_of_one_letter_lead_through_a_plan_and_can_be_switched_off(
    visit: Visit, plan: Plan
) -> None:
    await plan.choose_and_confirm("concept")
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}?step=theme")
    await expect(page.locator(".proposal[data-status=open]")).to_have_count(3)
    await page.keyboard.press("2")
    await page.keyboard.press("b")
    await expect(page.get_by_label("Blend proposal 2")).to_be_checked()
    await page.keyboard.press("g")
    await page.keyboard.press("h")
    await expect(page.locator(".decisions li")).not_to_have_count(0)
    await page.keyboard.press("j")
    await page.keyboard.press("c")
    await expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    await page.keyboard.press("?")
    await page.get_by_label("Use keys of one letter").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("p")
    await expect(page.get_by_role("heading", name="Side by side")).to_be_visible()


async def test_somebody_without_an_account_chooses_by_a_link(visit: Visit, plan: Plan) -> None:
    page = await (await visit(plan.user_id)).open(f"/novels/{plan.id}")
    await page.get_by_role("button", name="Let somebody else choose").click()
    link = await page.get_by_label("The link").input_value()
    await page.get_by_role("button", name="Close").click()
    other = (await visit(known=False, reduced_motion="reduce")).page
    await other.goto(link)
    await expect(other.locator(".proposal")).to_have_count(3)
    await expect(other.get_by_role("link", name="Library")).to_have_count(0)
    assert await findings(other) == set()
    await nothing_is_cut_off(other)
    await other.get_by_label("Then go on to the next step").check()
    await other.get_by_role("button", name="Choose this one").nth(1).click()
    await expect(other.get_by_role("heading", name="Thank you.")).to_be_focused()
    await expect(page.locator(".stages [data-stage=theme]")).to_have_attribute("aria-current", "step")
    await other.reload()
    await expect(other.get_by_role("heading", name="This has been decided already.")).to_be_visible()
    await page.get_by_role("link", name="History").click()
    decided = page.locator(".decisions b", has_text="Somebody with a link decided about the concept")
    await expect(decided).to_be_visible()


@pytest.mark.parametrize("width", [360, 390])
async def test_every_page_of_the_menu_is_there_on_a_phone(visit: Visit, width: int) -> None:
    visitor = await visit(viewport={"width": width, "height": 800})
    page = await visitor.open("/")
    for name in ("Library", "Heroes", "Novels", "New story"):
        await expect(page.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
    await page.get_by_role("link", name="Novels").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Novels")
