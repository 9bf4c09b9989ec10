"""The page of a novel: chapters are written live, changed and brought back; a picture book is made of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Studio, Visit, closed
from tests.browser.finished import Made, a_novel, with_a_model
from tests.browser.test_accessibility import findings, nothing_is_cut_off


@pytest.fixture
async def novel(studio: Studio) -> Made:
    return await a_novel(studio)


def prose(page: Page) -> Locator:
    return page.locator(".manuscript > .prose p .said")


async def opened(visit: Visit, novel: Made, query: str = "", **options: Any) -> Page:
    """The novel's page, of a studio with a language model."""
    visitor = await visit(novel.user_id, **options)
    await with_a_model(visitor.page)
    page = await visitor.open(f"/novel/{novel.id}{query}")
    await expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    return page


async def written(page: Page, button: str = "Write this chapter") -> None:
    await page.get_by_role("button", name=button).click()
    await expect(prose(page).last).to_contain_text("ends.")
    await expect(page.get_by_role("button", name="Stop the writing")).to_be_hidden()


async def test_a_chapter_is_written_live_and_a_reload_shows_it_again(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel)
    await expect(page.get_by_role("button", name="Write this chapter, about $0.03")).to_be_visible()
    async with closed(novel.studio.providers.chapters):
        await page.get_by_text("With a wish, or a limit").click()
        await page.get_by_label("A wish for this text").fill("More sea.")
        await page.get_by_role("button", name="Write this chapter").click()
        for _ in range(2):
            # The words so far are there after a reload, too.
            await expect(prose(page).last).to_have_text("Scene 2 begins. (More sea.)")
            await expect(page.locator(".goingon")).to_contain_text("Writing scene 2 of")
            await expect(page.locator(".scene-plan[aria-current=step]")).to_contain_text("Scene 2")
            await page.reload()
    await expect(prose(page).last).to_contain_text("ends.")
    await expect(page.locator(".eyebrow").first).to_have_text("A novel · 1 of 4 chapters with text")
    await page.get_by_role("link", name="Next: 2.").click()
    await expect(page.get_by_role("heading", level=2, name="Nothing")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".chapter-list [aria-current=page] i")).to_have_text("2")


async def test_a_chapter_is_stopped_and_its_text_stays(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel, "?chapter=1")
    await written(page)
    async with closed(novel.studio.providers.chapters):
        await page.get_by_role("button", name="Write the whole chapter again").click()
        await expect(page.get_by_text("The text as it stands (version 1)")).to_be_visible()
        await page.get_by_role("button", name="Stop the writing").click()
        await expect(page.locator(".goingon")).to_be_hidden()
    await expect(prose(page).first).to_have_text("Scene 1 begins.")


async def test_own_words_are_kept_compared_and_brought_back(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel, "?chapter=1")
    await written(page)
    text = (await novel.ask("GET", "/chapters/1"))["text"]
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_label("The text of chapter 1").fill(f"Nine days. Ten past four.\n\n{text}")
    await page.reload()
    # What was written and not kept is there after a reload.
    await expect(page.get_by_text("You wrote this and had not kept it yet.")).to_be_visible()
    await page.get_by_label("The text of chapter 1").press("Control+Enter")
    await expect(page.locator(".prose .mine .said")).to_have_text("Nine days. Ten past four.")
    await page.get_by_role("button", name="Versions (2)").click()
    await page.get_by_role("button", name="Show: Version 1").click()
    await expect(page.locator(".old-text ins")).to_have_text("Nine days. Ten past four.")
    await page.get_by_role("button", name="Bring back: Version 1").click()
    await expect(page.locator(".prose .mine")).to_have_count(0)
    assert (await novel.ask("GET", "/chapters/1"))["version"] == 3


async def test_two_windows_that_change_a_chapter_lose_no_word(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel, "?chapter=1")
    await page.get_by_role("button", name="Write it myself").click()
    area = page.get_by_label("The text of chapter 1")
    await area.fill("The first window.")
    await novel.ask("PATCH", "/chapters/1", {"text": "The second window."})
    await page.get_by_role("button", name="Keep it").click()
    both = page.get_by_role("alert").filter(has_text="Changed in another window")
    await expect(both.locator(".theirs")).to_have_text("The second window.")
    await both.get_by_role("button", name="Keep mine as the newest").click()
    await expect(prose(page)).to_have_text(["The first window."])
    assert (await novel.ask("GET", "/chapters/1/versions/1"))["text"] == "The second window."


async def test_a_selected_passage_is_written_again(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel, "?chapter=1")
    await novel.ask(
        "PATCH", "/chapters/1", {"text": "The lamp 🪔 went out.\n\nA boat came.\n\nNobody rowed."}
    )
    await expect(prose(page)).to_have_count(3)
    await prose(page).nth(1).click(click_count=3)
    await page.get_by_role("button", name="Write this passage again").click()
    await page.get_by_label("What is to change").fill("Louder.")
    async with closed(novel.studio.providers.chapters):
        await page.get_by_role("button", name="Write it again, about $0.01").click()
        await expect(prose(page)).to_have_text(["The lamp 🪔 went out.", "Once more:", "Nobody rowed."])
        await page.reload()
        await expect(prose(page)).to_have_text(["The lamp 🪔 went out.", "Once more:", "Nobody rowed."])
    await expect(prose(page).nth(1)).to_have_text("Once more: A BOAT CAME. (Louder.)")
    # Without a mouse: a passage is picked by its paragraphs.
    await page.get_by_role("button", name="Write a passage again").press("Enter")
    await page.get_by_label("From paragraph").select_option("2")
    await expect(page.locator(".passage-quote")).to_have_text("Nobody rowed.")
    await page.keyboard.press("Escape")


async def test_a_picture_book_is_shown_before_it_is_made(visit: Visit, novel: Made) -> None:
    page = await opened(visit, novel)
    await page.get_by_label("More", exact=True).click()
    await page.get_by_role("button", name="Make a picture book").click()
    dialog = page.get_by_role("dialog")
    request = dialog.locator(".book-request")
    await expect(request.get_by_text("The words of the book")).to_be_visible()
    await dialog.get_by_text("Only these").click()
    await dialog.get_by_label("1. ").check()
    await request.get_by_text("For programs: the request as JSON").click()
    await expect(request.locator("pre")).to_contain_text('"scene_count"')
    await dialog.get_by_role("button", name="Make the book").click()
    await page.wait_for_url("**/#/stories/*")
    await expect(page.get_by_role("heading", level=1)).not_to_be_empty()


async def test_without_a_model_a_chapter_is_summed_up_and_no_wish_is_offered(
    visit: Visit, novel: Made
) -> None:
    page = await (await visit(novel.user_id)).open(f"/novel/{novel.id}")
    await page.get_by_role("button", name="Sum up this chapter, free").click()
    await expect(page.get_by_role("button", name="Sum up the chapter again, free")).to_be_visible()
    await expect(page.get_by_text("With a wish, or a limit")).to_be_hidden()


async def test_files_are_saved_and_the_novel_is_deleted(visit: Visit, novel: Made, tmp_path: Path) -> None:
    page = await opened(visit, novel)
    for name, ending in (("All data, for programs", ".json"), ("a file for each chapter", ".zip")):
        await page.get_by_label("Export this novel").click()
        async with page.expect_download() as started:
            await page.get_by_role("link", name=name).click()
        saved = await started.value
        assert saved.suggested_filename.endswith(ending)
        await saved.save_as(tmp_path / f"novel{ending}")
    assert json.loads((tmp_path / "novel.json").read_text())["id"] == novel.id
    assert zipfile.is_zipfile(tmp_path / "novel.zip")
    await page.get_by_label("More", exact=True).click()
    await page.get_by_role("button", name="Delete this novel").click()
    await page.get_by_role("button", name="Delete the novel").click()
    await expect(page.get_by_role("heading", name="Novels in the making")).to_be_visible()
    await expect(page.locator("[data-novel]")).to_have_count(0)
    await page.goto(f"{novel.studio.url}/#/novel/{novel.id}")
    await expect(page.get_by_role("heading", name="This novel does not exist")).to_be_visible()


async def _text(page: Page, novel: Made) -> None:
    await novel.ask("PATCH", "/chapters/1", {"text": "The lamp went out.\n\nA boat came."})
    await expect(prose(page)).to_have_count(2)
    await page.get_by_role("button", name="Versions (1)").click()


async def _editor(page: Page, novel: Made) -> None:
    await page.get_by_role("button", name="Write it myself").click()


async def _plan(page: Page, novel: Made) -> None:
    await page.get_by_role("link", name="Plan", exact=True).click()
    await expect(page.get_by_role("img", name="Who is bound to whom")).to_be_visible()


async def _findings(page: Page, novel: Made) -> None:
    await page.get_by_role("link", name="Findings").click()
    await expect(page.get_by_role("heading", name="What to look at")).to_be_visible()


async def _board(page: Page, novel: Made) -> None:
    await page.get_by_role("link", name="Board", exact=True).click()
    await page.locator(".scene-card").first.click()
    await expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("Chapter 1, scene 1")


async def _print(page: Page, novel: Made) -> None:
    await page.get_by_role("link", name="To print").click()
    await expect(page.locator(".paper-chapter")).to_have_count(4)
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation", name="Studio")).to_be_hidden()
    await page.emulate_media(media="screen")


@pytest.mark.parametrize("lead", [_text, _editor, _plan, _findings, _board, _print])
async def test_the_pages_are_for_everybody(visit: Visit, novel: Made, lead: Any) -> None:
    page = await opened(visit, novel, "?chapter=1", reduced_motion="reduce")
    await lead(page, novel)
    found: set[str] = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found |= await findings(page)
    assert found == set()
    await nothing_is_cut_off(page)
