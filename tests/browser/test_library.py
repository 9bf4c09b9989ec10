"""The library: who is let in, what the library shows, and what to begin with."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from playwright.async_api import expect

from service.access.users import LOCAL_USER
from tests.browser.conftest import Book, Studio, Visit, closed
from tests.browser.genesis_plan import Plan

HOSTILE = '<img src=x onerror="document.title=1"> {{7*7}} #eval(1+1) \u202eright to left'


HEADING = "Every child can be the hero of a book"


async def test_whoever_opens_the_studios_url_comes_in_and_stays(visit: Visit, studio: Studio) -> None:
    story_id = await studio.make_story(LOCAL_USER, generateAssets=False, scene_count=1)
    visitor = await visit(known=False)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    page = await visitor.open(f"key={studio.key.text}")
    await expect(page.locator(f'[data-story="{story_id}"]')).to_be_visible()
    assert studio.key.text not in page.url
    assert not any(studio.key.text in url for url in asked)
    await page.evaluate("sessionStorage.clear()")
    await page.reload()
    await expect(page.locator(f'[data-story="{story_id}"]')).to_be_visible()
    other = await page.context.new_page()
    await other.goto(f"{studio.url}/#/new")
    await expect(other.get_by_label("Name", exact=True)).to_be_visible()


async def test_without_the_key_nobody_comes_in_and_the_page_says_how(visit: Visit, studio: Studio) -> None:
    page = await (await visit(known=False)).open("/")
    await expect(page.get_by_text("storytroupe studio-url")).to_be_visible()
    await expect(page.get_by_label("Your token")).to_be_visible()
    # The address is pasted over that of the very page: only its fragment is another.
    await page.goto(f"{studio.url}/#key={studio.key.text}")
    await expect(page.get_by_label("Your token")).to_have_count(0)
    assert studio.key.text not in page.url


async def test_a_key_of_an_earlier_run_is_told_to_have_ended(visit: Visit, studio: Studio) -> None:
    page = await (await visit(known=False)).open("key=of-an-earlier-run")
    await expect(page.get_by_text("since Storytroupe was restarted")).to_be_visible()
    assert await page.evaluate("localStorage.length") == 0
    await page.goto(f"{studio.url}/#key={studio.key.text}")
    await expect(page.get_by_label("Your token")).to_have_count(0)


async def test_a_shared_studio_asks_for_a_token_and_keeps_it_in_the_tab(visit: Visit, studio: Studio) -> None:
    page = await (await visit(known=False)).open("/")
    await page.get_by_label("Your token").fill("no token at all")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Your token")).to_be_empty()
    await page.get_by_label("Your token").fill(studio.token(uuid4()))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text(HEADING)


async def test_an_empty_library_offers_three_books_to_begin_with(visit: Visit) -> None:
    page = await (await visit()).open("/")
    await expect(page.locator(".example")).to_have_count(3)
    await page.get_by_role("link", name="Maya and the dark lighthouse").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Maya")
    await page.get_by_text("Traits that make them who they are (2)").click()
    await expect(page.get_by_role("checkbox", name="manual wheelchair")).to_be_checked()
    await expect(page.get_by_role("checkbox", name="glasses")).to_be_checked()
    await expect(page.get_by_role("radio", name="Adventure")).to_be_checked()


async def test_a_book_is_in_the_library_with_its_cover(visit: Visit, book: Book) -> None:
    page = await (await visit(book.user_id)).open("/")
    card = page.locator(f'[data-story="{book.id}"]')
    await expect(card.locator(".picture.shown")).to_be_visible()
    await expect(card.locator(".badge")).to_have_text("Ready")
    await card.get_by_role("link", name="Maya Walks").click()
    await expect(page.locator(".leaf.cover h1")).to_have_text("Maya Walks")


async def test_a_deleted_book_can_be_taken_back_until_it_is_gone(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    story_id = await studio.make_story(visitor.user_id, title="Gone Soon", generateAssets=False)
    page = await visitor.open("/")
    bin_ = page.get_by_role("button", name="Delete “Gone Soon”")
    card = page.locator(f'[data-story="{story_id}"]')
    await bin_.click()
    await expect(card).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(card).to_be_visible()
    await expect(bin_).to_be_focused()
    assert len((await studio.request(visitor.user_id, "GET", "/api/v1/stories"))["items"]) == 1
    await bin_.click()
    await expect(page.locator(".example")).to_have_count(3)
    # It is gone for good when the page is left, or after some seconds.
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await page.goto(f"{studio.url}/#/heroes")
    stories = await studio.request(visitor.user_id, "GET", "/api/v1/stories")
    assert stories["items"] == []


async def test_books_are_sought_sorted_and_renamed(visit: Visit, studio: Studio) -> None:
    for title in ("Another", "Quagga at Noon", "A Quagga for Tea", "The Lost Quagga"):
        story_id = await studio.make_story(LOCAL_USER, title=title, generateAssets=False, scene_count=1)
        await studio.end_of(LOCAL_USER, story_id)
    page = await (await visit(LOCAL_USER)).open("/")
    titles = page.locator(".story-grid .card-title")
    await page.get_by_label("Search by title").fill("quagga")
    await expect(titles).to_have_text(["The Lost Quagga", "A Quagga for Tea", "Quagga at Noon"])
    await page.get_by_label("Order").select_option("By title")
    await expect(titles).to_have_text(["A Quagga for Tea", "Quagga at Noon", "The Lost Quagga"])
    await page.get_by_label("Search by title").fill("no such quagga")
    await expect(page.get_by_text("No book is like that.")).to_be_visible()
    await page.get_by_label("Search by title").fill("quagga at noon")
    await page.get_by_role("button", name="Rename “Quagga at Noon”").click()
    await page.get_by_role("dialog").get_by_label("Title").fill("Quagga at Night")
    await page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    await expect(titles).to_have_text(["Quagga at Night"])


async def test_more_books_come_when_they_are_asked_for(visit: Visit, studio: Studio) -> None:
    visitor = await visit(LOCAL_USER)
    await asyncio.gather(
        *(studio.make_story(LOCAL_USER, generateAssets=False, scene_count=1) for _ in range(26))
    )
    page = await visitor.open("/")
    await expect(page.locator(".story-grid > li")).to_have_count(24)
    await page.get_by_role("button", name="Show more").click()
    await expect(page.locator(".story-grid > li")).not_to_have_count(24)
    await expect(page.locator(".story-grid > li").nth(24).locator("a")).to_be_focused()


async def test_library_is_live_without_asking_again(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    asked: list[str] = []
    visitor.page.on("request", lambda one: asked.append(one.url) if "/stories?" in one.url else None)
    async with closed(studio.providers.pictures):
        first = await studio.make_story(visitor.user_id, title="First")
        page = await visitor.open("/")
        await expect(page.locator(".badge")).to_contain_text("Being made")
        second = await studio.make_story(visitor.user_id, title="Second", generateAssets=False)
        await expect(page.locator(".story-grid > li")).to_have_count(2)
        await expect(page.locator(".story-grid > li").first).to_have_attribute("data-story", second)
    await expect(page.locator(f'[data-story="{first}"] .badge')).to_have_text("Ready")
    await expect(page.locator(f'[data-story="{first}"] .picture.shown')).to_be_visible()
    await studio.request(visitor.user_id, "DELETE", f"/api/v1/stories/{first}")
    await expect(page.locator(".story-grid > li")).to_have_count(1)
    assert len(asked) == 1


async def test_library_polls_where_nothing_better_can_be_had(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    await visitor.page.route_web_socket("**/api/v1/ws", lambda socket: socket.close(code=1011))
    await visitor.page.route("**/events", lambda route: route.abort())
    async with closed(studio.providers.pictures):
        await studio.make_story(visitor.user_id, title="First")
        page = await visitor.open("/")
        await expect(page.locator(".badge")).to_contain_text("Being made")
    await expect(page.locator(".badge")).to_have_text("Ready")


async def test_hostile_names_are_plain_text_everywhere(visit: Visit, studio: Studio) -> None:
    visitor = await visit()
    hero = {"name": HOSTILE, "kind": "animal", "species": "<b>fox</b>"}
    story_id = await studio.make_story(visitor.user_id, characters=[hero], title=HOSTILE, scene_count=1)
    assert await studio.end_of(visitor.user_id, story_id) == "story.ready"
    page = await visitor.open("/")
    await expect(page.locator(".card-title")).to_have_text(HOSTILE)
    await page.goto(f"{studio.url}/#/stories/{story_id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    await expect(page.locator(".live-scene .words")).to_contain_text("<img src=x onerror=")
    await page.goto(f"{studio.url}/#/read/{story_id}")
    await expect(page.locator(".leaf.cover h1")).to_have_text(HOSTILE)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".text-page:visible .words")).to_contain_text("<img src=x onerror=")
    assert await page.locator("img[src=x]").count() == 0
    assert await page.title() == f"{HOSTILE} · Storytroupe"


async def test_a_server_that_is_gone_is_told_with_a_next_step(visit: Visit) -> None:
    visitor = await visit()
    await visitor.page.route("**/api/v1/stories?*", lambda route: route.abort())
    page = await visitor.open("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")
    await visitor.page.unroute("**/api/v1/stories?*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".example")).to_have_count(3)


async def test_older_plans_are_shown_page_by_page(visit: Visit, studio: Studio) -> None:
    user_id = uuid4()
    for _ in range(52):
        await Plan(studio, user_id).send("START_GENESIS", mode="free_form")
    page = await (await visit(user_id)).open("/novels")
    await expect(page.locator(".novels li")).to_have_count(50)
    await page.get_by_role("button", name="Show more").click()
    await expect(page.locator(".novels li")).to_have_count(52)
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    # The first of those that have come has the focus, and what is heard of the newest keeps the others.
    await expect(page.locator(".novels li a:focus")).to_have_count(1)
    await Plan(studio, user_id).send("START_GENESIS", mode="free_form")
    await expect(page.locator(".novels li")).to_have_count(53)
