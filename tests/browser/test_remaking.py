"""Changing a finished book in the studio: a sentence, all pictures, and which picture stands."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Studio, Visit, Visitor, closed


async def open_book(visit: Visit, studio: Studio) -> tuple[Visitor, str]:
    """A visitor in front of a finished book of their own."""
    visitor = await visit()
    story_id = await studio.make_story(visitor.user_id)
    assert await studio.end_of(visitor.user_id, story_id) == "story.ready"
    await visitor.open(f"/read/{story_id}")
    await expect(visitor.page.locator(".leaf.cover")).to_be_visible()
    return visitor, story_id


async def choose(page: Page, name: str) -> Any:
    """Open the menu of changes, choose, and give the dialog."""
    await page.locator(".menu summary", has_text="Change").click()
    await page.get_by_role("button", name=name, exact=True).click()
    return page.get_by_role("dialog")


async def to_page(page: Page, number: int) -> None:
    """From the cover to a page."""
    await expect(page.locator(".leaf.cover")).to_be_visible()
    for _ in range(number + 1):
        await page.keyboard.press("ArrowRight")
    await expect(page.locator(".where").last).to_contain_text(f"{number} / ")


async def test_a_changed_sentence_is_made_again_and_read_in_the_book(visit: Visit, studio: Studio) -> None:
    visitor, story_id = await open_book(visit, studio)
    page = visitor.page
    await to_page(page, 2)
    dialog = await choose(page, "Change this page")
    await expect(dialog).to_contain_text("Every other picture and page stays as it is.")
    await dialog.get_by_label("The words of this page").fill("Maya sat down by the river.")
    async with closed(studio.providers.pictures):
        await dialog.get_by_role("button", name="Save and make again").click()
        # The reader stays where it was, with the new words, while the rest is made.
        words = page.locator(".leaf:not([hidden]) .words")
        await expect(words).to_have_text("Maya sat down by the river.")
        working = page.locator(".working")
        await expect(working).to_contain_text("Being made: the picture of page 2")
    await expect(working).to_contain_text("the questions")
    await expect(page.locator(".toast", has_text="Everything is ready.")).to_be_visible()
    await page.get_by_role("button", name="Make them again").click()
    await expect(working).to_contain_text("Being made")
    await expect(working).to_be_hidden()
    await expect(page.locator(".where").last).to_contain_text("2 / ")
    await expect(words).to_have_text("Maya sat down by the river.")
    story = await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story_id}")
    assert not [asset for asset in story["asset_generation_status"]["assets"].values() if asset.get("stale")]


async def test_words_that_are_only_saved_are_shown_at_once_and_refusals_keep_what_was_typed(
    visit: Visit, studio: Studio
) -> None:
    visitor, story_id = await open_book(visit, studio)
    page = visitor.page
    await to_page(page, 1)
    dialog = await choose(page, "Change this page")
    await dialog.get_by_label("The words of this page").fill("Maya lay down.")
    elsewhere = {"title": "Another Title"}
    await studio.request(visitor.user_id, "PATCH", f"/api/v1/stories/{story_id}/content", elsewhere)
    await dialog.get_by_role("button", name="Only save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("changed elsewhere")
    await expect(dialog.get_by_label("The words of this page")).to_have_value("Maya lay down.")
    await dialog.get_by_role("button", name="Only save").click()
    await expect(page.locator(".leaf:not([hidden]) .words")).to_have_text("Maya lay down.")
    await expect(page.locator(".reader-title")).to_have_text("Another Title")


async def test_new_pictures_are_asked_for_cleared_when_stuck_and_the_old_brought_back(
    visit: Visit, studio: Studio
) -> None:
    visitor, story_id = await open_book(visit, studio)
    page = visitor.page
    assets = f"/api/v1/stories/{story_id}/assets/cover/versions"
    (first,) = (await studio.request(visitor.user_id, "GET", assets))["items"]
    async with closed(studio.providers.pictures):
        dialog = await choose(page, "New pictures")
        await dialog.get_by_label("Style").fill("pixel art")
        await dialog.get_by_role("button", name="Make new pictures").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("names neither gouache")
        await dialog.get_by_role("button", name="Make new pictures").click()
        await expect(page.locator(".live-cover")).to_have_attribute("data-state", "generating")
        await page.get_by_role("button", name="New pictures").click()
        await page.get_by_label("Style").fill("stained glass")
        await page.get_by_role("dialog").get_by_role("button", name="Make new pictures").click()
        await expect(page.get_by_role("alert")).to_contain_text("names neither gouache")
        await page.get_by_role("dialog").get_by_role("button", name="Make new pictures").click()
        stuck = page.get_by_role("dialog", name="Pictures are already being made")
        await expect(stuck).to_contain_text("ago, and is at")
        await stuck.get_by_role("button", name="Let it continue").click()
        form = page.get_by_role("dialog", name="Make new pictures")
        await expect(form.get_by_role("alert")).to_contain_text("have been in progress")
        await form.get_by_role("button", name="Make new pictures").click()
        await stuck.get_by_role("button", name="Stop it and start again").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("[data-overall='ready']")).to_be_visible()
    await expect(page.locator(".mode")).to_have_text("Finished")
    now = await studio.request(visitor.user_id, "GET", assets)
    assert [one["current"] for one in now["items"]] == [True, False]
    assert now["items"][0]["hash"] != first["hash"]
    await page.get_by_role("link", name="Read the book").click()
    dialog = await choose(page, "Earlier pictures")
    await expect(dialog.locator("figure")).to_have_count(2)
    await expect(dialog.locator("img.shown")).to_have_count(2)
    await expect(dialog.locator("figcaption").first).to_contain_text("“stained glass”")
    await dialog.get_by_role("button", name="Restore").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".leaf.cover")).to_be_visible()
    story = await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story_id}")
    shown = story["asset_generation_status"]["assets"]
    assert shown["cover"]["hash"] == first["hash"]
    assert shown["pdf"]["stale"] is True


async def test_new_pictures_that_are_stopped_leave_the_book_and_say_so(visit: Visit, studio: Studio) -> None:
    visitor, story_id = await open_book(visit, studio)
    page = await visitor.open(f"/stories/{story_id}")
    await expect(page.locator(".message")).to_have_text("Your book is ready!")
    async with closed(studio.providers.pictures):
        await page.get_by_role("button", name="New pictures").click()
        await page.get_by_role("dialog").get_by_role("button", name="Make new pictures").click()
        await page.get_by_role("button", name="Stop", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
        await expect(page.locator(".message")).to_contain_text("The last change was stopped")
    await page.reload()
    await expect(page.locator(".message")).to_contain_text("The last change was stopped")
    await expect(page.get_by_role("link", name="Read the book")).to_be_visible()


async def test_pictures_of_a_first_build_are_cleared_and_made_anew_and_the_voice_stays(
    visit: Visit, studio: Studio
) -> None:
    visitor = await visit()
    async with closed(studio.providers.pictures):
        story_id = await studio.make_story(visitor.user_id)
        page = await visitor.open(f"/stories/{story_id}")
        await page.get_by_role("button", name="New pictures").click()
        await page.get_by_role("dialog").get_by_role("button", name="Make new pictures").click()
        stuck = page.get_by_role("dialog", name="Pictures are already being made")
        await stuck.get_by_role("button", name="Stop it and start again").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.locator('[data-role="audio"] .doing')).to_have_text("The book is read aloud")
    await expect(page.locator("[data-overall='ready']")).to_be_visible()
    await expect(page.locator(".message")).to_have_text("Your book is ready!")
    story = await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story_id}")
    states = {name: asset["status"] for name, asset in story["asset_generation_status"]["assets"].items()}
    assert set(states.values()) == {"ready"}
    assert story["asset_generation_status"]["overall"] == "ready"
