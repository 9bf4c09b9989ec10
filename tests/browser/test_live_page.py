"""The live page: words before pictures, whatever way the news can take."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import Book, Studio, Visit, closed

SHOWN = ".picture.shown"


async def show(visit: Visit, studio: Studio, **changes: object) -> tuple[Page, str]:
    """A visitor in front of a new story of theirs."""
    visitor = await visit()
    story_id = await studio.make_story(visitor.user_id, **changes)
    return await visitor.open(f"/stories/{story_id}"), story_id


async def test_words_appear_as_they_are_written_then_pictures_in_their_places(
    visit: Visit, studio: Studio
) -> None:
    async with closed(studio.providers.pictures):
        async with closed(studio.providers.words):
            page, _ = await show(visit, studio)
            first, second = (page.locator(".live-scene .words").nth(place) for place in (0, 1))
            await expect(first).to_contain_text("“Onwards,” said Maya.")
            await expect(second).to_have_text("Maya took step 2 today.")
            await expect(page.get_by_role("heading", level=1)).to_have_text("A new story")
        await expect(second).to_contain_text("“Onwards,” said Maya.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Maya Walks")
        await expect(page.locator(".live-cover .state")).to_contain_text("painting, 40%")
        await expect(page.locator(".live-cover .note")).not_to_be_empty()
        await expect(page.locator(SHOWN)).to_have_count(0)
        place = await page.locator(".live-cover .frame").bounding_box()
    await expect(page.locator(SHOWN)).to_have_count(3)
    await expect(page.locator("#announcer")).to_contain_text("Your book is ready!")
    assert await page.locator(".live-cover .frame").bounding_box() == place
    await page.get_by_role("link", name="Read the book").click()
    await expect(page.locator(".leaf.cover")).to_be_visible()


async def test_a_voice_that_is_still_reading_is_waited_for(visit: Visit, studio: Studio) -> None:
    async with closed(studio.providers.voice):
        page, story_id = await show(visit, studio)
        await expect(
            page.get_by_text("The words and pictures are ready. The voice is reading.")
        ).to_be_visible()
        await page.goto(f"{studio.url}/#/read/{story_id}")
        await expect(page.get_by_text("The voice is still reading")).to_be_visible()


async def test_a_reload_in_the_middle_shows_what_there_is(visit: Visit, studio: Studio) -> None:
    async with closed(studio.providers.words):
        page, _ = await show(visit, studio)
        words = page.locator(".live-scene .words").nth(1)
        await expect(words).to_have_text("Maya took step 2 today.")
        await page.reload()
        await expect(words).to_have_text("Maya took step 2 today.")
        await expect(page.locator(".mode")).to_have_text("Live")
    await expect(page.locator(SHOWN)).to_have_count(3)


async def test_without_websockets_the_stream_brings_the_news(visit: Visit, studio: Studio) -> None:
    async with closed(studio.providers.words, studio.providers.pictures):
        visitor = await visit()
        await visitor.page.route_web_socket("**/api/v1/ws", lambda socket: socket.close(code=1011))
        story_id = await studio.make_story(visitor.user_id)
        page = await visitor.open(f"/stories/{story_id}")
        await expect(page.locator(".mode")).to_have_text("Live, over a one-way connection")
        await expect(page.locator(".live-scene .words").nth(1)).to_have_text("Maya took step 2 today.")
    await expect(page.locator(SHOWN)).to_have_count(3)
    await expect(page.locator(".mode")).to_have_text("Finished")


async def test_without_streams_the_page_asks_every_two_seconds_and_stops_at_the_end(
    visit: Visit, studio: Studio
) -> None:
    visitor = await visit()
    await visitor.page.route_web_socket("**/api/v1/ws", lambda socket: socket.close(code=1011))
    await visitor.page.route("**/events", lambda route: route.abort())
    asked: list[str] = []
    visitor.page.on("response", lambda answer: asked.append(answer.url) if is_status(answer.url) else None)
    async with closed(studio.providers.pictures):
        story_id = await studio.make_story(visitor.user_id)
        page = await visitor.open(f"/stories/{story_id}")
        await expect(page.locator(".mode")).to_have_text("Checking every two seconds")
        await expect(page.locator(".live-scene .words").nth(1)).to_contain_text("“Onwards,” said Maya.")
        await expect(page.locator(".message")).to_have_text("Drawing the heroes and the cover.")
    await expect(page.locator(SHOWN)).to_have_count(3)
    await expect(page.locator(".mode")).to_have_text("Finished")
    at_the_end = len(asked)
    await page.clock.install()
    await page.clock.run_for(10_000)
    assert len(asked) == at_the_end


def is_status(url: str) -> bool:
    return url.endswith("/status")


async def test_what_is_stopped_is_kept_and_can_go_on(visit: Visit, studio: Studio) -> None:
    async with closed(studio.providers.pictures):
        page, _ = await show(visit, studio)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Maya Walks")
        await page.get_by_role("button", name="Stop").click()
        await page.get_by_role("dialog").get_by_role("button", name="Stop").click()
        await expect(page.locator(".message")).to_contain_text("The work was stopped.")
        await expect(page.locator(".live-scene .words").first).to_contain_text("step 1")
    await page.get_by_role("button", name="Continue making it").click()
    await expect(page.locator(SHOWN)).to_have_count(3)
    await expect(page.get_by_role("link", name="Read the book")).to_be_visible()


async def test_a_story_of_somebody_else_is_not_there(visit: Visit, book: Book) -> None:
    page = await (await visit()).open(f"/stories/{book.id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("This story does not exist")
