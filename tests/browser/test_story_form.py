"""The form for a new story: by keyboard alone, and with every fault told at its field."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Studio, Visit


async def test_a_story_is_asked_for_by_keyboard_alone(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    page = await visitor.open("/new")
    await tab_to(page, "Name")
    await page.keyboard.type("Ines")
    await tab_to(page, "Age")
    await page.keyboard.type("5")
    await tab_to(page, "Child")
    await page.keyboard.press("ArrowRight")
    await tab_to(page, "Adventure")
    await page.keyboard.press("ArrowRight")
    await tab_to(page, "kindness")
    await page.keyboard.press("Space")
    await tab_to(page, "Make the book")
    await page.keyboard.press("Enter")
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ines")
    (story,) = (await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]
    brief = (await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story['id']}"))["brief"]
    hero = brief["characters"][0]
    assert (hero["name"], hero["age"], hero["kind"]) == ("Ines", 5, "adult")
    assert (brief["story_type"], brief["themes"]) == ("bedtime", ["kindness"])


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control with this label."""
    label = "(e) => e.labels?.[0]?.textContent.trim() || e.textContent.trim()"
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"({label})(document.activeElement)") == name:
            return
    raise AssertionError(f"Tab never comes to {name}.")


async def test_faults_are_told_at_their_fields(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    await page.get_by_label("Age", exact=True).fill("300")
    await page.get_by_role("button", name="Make the book").click()
    summary = page.get_by_role("alert")
    await expect(summary).to_contain_text("Name: Every hero needs a name.")
    await expect(summary).to_be_focused()
    name = page.get_by_label("Name", exact=True)
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Age", exact=True)).to_have_accessible_description(
        "This must be at most 120."
    )
    await summary.get_by_role("link", name="Name: Every hero needs a name.").click()
    await expect(name).to_be_focused()


async def test_a_fault_of_the_second_hero_is_told_at_the_second_hero(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    await page.get_by_label("Name", exact=True).fill("Ines")
    await page.get_by_role("button", name="Add another hero").click()
    second = page.locator("[data-hero]").nth(1)
    await expect(second.get_by_label("Name", exact=True)).to_be_focused()
    await page.get_by_role("button", name="Make the book").click()
    await expect(second.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    await page.get_by_role("button", name="Remove hero 2").click()
    await expect(page.locator("[data-hero]")).to_have_count(1)


async def test_traits_are_searched_and_said_in_ones_own_words(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    page = await visitor.open("/new")
    await page.get_by_label("Name", exact=True).fill("Ines")
    await page.get_by_text("Traits that make them who they are").click()
    await page.get_by_label("Search the traits").fill("birth")
    await expect(page.get_by_role("checkbox", name="glasses")).to_be_hidden()
    await page.get_by_role("checkbox", name="birthmark").check()
    await page.get_by_label("birthmark: Where?").fill("left cheek")
    await page.get_by_label("birthmark: your word for it").fill("my island")
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ines")
    (story,) = (await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]
    brief = (await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story['id']}"))["brief"]
    assert brief["characters"][0]["traits"] == [{"id": "birthmark", "detail": "left cheek"}]
    assert brief["characters"][0]["preferred_words"] == {"birthmark": "my island"}


async def test_an_animal_has_a_species_and_no_skin(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    await page.get_by_text("How they look").click()
    await expect(page.get_by_label("What kind of animal?")).to_be_hidden()
    await expect(page.get_by_label("Skin", exact=True)).to_be_visible()
    await page.get_by_role("radio", name="Animal").check()
    await expect(page.get_by_label("What kind of animal?")).to_be_visible()
    await expect(page.get_by_label("Skin", exact=True)).to_be_hidden()


async def test_sending_again_after_a_cut_makes_one_story(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    page = await visitor.open("/new")
    await page.get_by_label("Name", exact=True).fill("Ines")
    cuts = 0

    async def cut_once(route: Any) -> None:
        nonlocal cuts
        cuts += 1
        if cuts == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/v1/stories", cut_once)
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.get_by_role("alert")).to_contain_text("Your entries are still here")
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ines")
    assert len((await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]) == 1


async def test_what_will_not_be_honoured_is_told_before_the_book_is_made(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    unmet = page.locator(".unmet")
    await page.get_by_label("Name", exact=True).fill("Ines")
    await expect(unmet).to_be_hidden()
    await page.get_by_label("Title").fill("The Algorithm")
    await page.get_by_text("More choices").click()
    await page.get_by_label("How should the pictures be painted?").fill("pixel art")
    await expect(unmet.get_by_role("listitem")).to_have_count(2)
    await expect(unmet).to_contain_text("has no place in its story")
    await page.get_by_label("Title").fill("")
    await expect(unmet.get_by_role("listitem")).to_have_count(1)
    await expect(unmet).to_contain_text("names neither gouache")


async def test_the_estimate_grows_with_the_scenes(visit: Visit) -> None:
    page = await (await visit()).open("/new")
    await expect(page.locator(".estimate")).to_contain_text("4 scenes and a cover, about 270 words")
    await page.get_by_label("Scenes").fill("12")
    await expect(page.locator(".estimate")).to_contain_text("12 scenes and a cover, about 690 words")
    await expect(page.locator("label", has_text="Scenes")).to_have_text("Scenes: 12")


async def test_a_story_of_ones_own_becomes_a_book(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    page = await visitor.open("/new")
    await page.get_by_label("Name", exact=True).fill("Ines")
    await page.get_by_text("I have written the story myself").click()
    await page.get_by_label("Your story").fill(
        "Ines saw a boat.\n\nIt was red.\n\nShe waved.\n\nIt waved back."
    )
    await page.get_by_role("button", name="Make the book").click()
    await expect(page.locator(".eyebrow")).to_have_text("A story for Ines")
    (story,) = (await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]
    brief = (await studio.request(visitor.user_id, "GET", f"/api/v1/stories/{story['id']}"))["brief"]
    pages = ["Ines saw a boat.", "It was red.", "She waved.", "It waved back."]
    assert brief["text"] == {"mode": "faithful", "pages": pages}
