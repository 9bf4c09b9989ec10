"""The reader: turning pages, and the light on the word that is spoken."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from playwright.async_api import Page, expect

from tests.browser.conftest import Book, Studio, Visit, Visitor

#: Records of each frame, when the page has done its part, the audio's clock and the word that is lit.
WATCH = """() => {
  window.seen = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!window.audio) {
      window.audio = this;
      const look = () => {
        const lit = document.querySelector(".leaf:not([hidden]) .word.lit");
        if (!this.paused) window.seen.push([this.currentTime, lit ? Number(lit.dataset.word) : -1]);
        requestAnimationFrame(look);
      };
      this.addEventListener("playing", () => requestAnimationFrame(look), { once: true });
    }
    return play.call(this);
  };
}"""


async def read(visit: Visit, book: Book, **options: Any) -> Visitor:
    visitor = await visit(book.user_id, **options)
    await visitor.page.add_init_script(f"({WATCH})()")
    await visitor.open(f"/read/{book.id}")
    await expect(visitor.page.locator(".leaf.cover")).to_be_visible()
    return visitor


async def test_pages_turn_by_keyboard_alone(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".leaf.title-page")).to_contain_text("A story for Maya")
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("region", name="Page 1 of 2")).to_contain_text("step 1")
    await page.keyboard.press("End")
    await expect(page.get_by_role("region", name="How this book was made")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("region", name="How this book was made")).to_be_visible()
    await page.keyboard.press("Home")
    await expect(page.locator(".leaf.cover")).to_be_visible()


async def test_pictures_have_the_words_of_those_who_cannot_see_them(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    await expect(page.get_by_role("img", name="Maya waves from the gate.")).to_be_visible()
    await page.get_by_role("button", name="Next page").click(click_count=2)
    picture = page.get_by_role("img", name="Maya walks on, step 1.")
    await expect(picture).to_have_class("picture shown")
    assert await picture.evaluate("(image) => image.naturalWidth") == 256


async def test_a_swipe_turns_the_page_on_a_phone(visit: Visit, book: Book) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = (await read(visit, book, **phone)).page
    await swipe(page, from_x=320, to_x=80)
    await expect(page.locator(".leaf.title-page")).to_be_visible()
    await swipe(page, from_x=80, to_x=320)
    await expect(page.locator(".leaf.cover")).to_be_visible()


async def swipe(page: Page, *, from_x: int, to_x: int) -> None:
    """A finger over the book, as the browser's own input."""
    session = await page.context.new_cdp_session(page)
    steps = [from_x + (to_x - from_x) * step // 4 for step in range(5)]
    for number, x in enumerate(steps):
        kind = "touchStart" if number == 0 else "touchMove"
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 300}]})
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await session.detach()


async def test_the_spoken_word_is_lit_within_100_ms_over_a_whole_book(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    await page.get_by_role("button", name="Read to me").click()
    seen = await page.evaluate("new Promise((over) => (window.audio.onended = () => over(window.seen)))")
    words = book.story["audio_words"]
    lit = [word for _, word in seen if word >= 0]
    assert lit
    assert lit == sorted(lit)
    # Between two frames nobody can change the light: a machine that shows few shows it so much later.
    times = [0.0, *(time for time, _ in seen)]
    late = [
        distance(words, time, word) - (time - before)
        for before, (time, word) in zip(times, seen, strict=False)
    ]
    assert max(late) < 0.1
    for number in set(range(len(words))) - set(lit):
        spoken = words[number]
        assert sum(spoken["start"] <= time <= spoken["end"] for time in times) <= 1, number


def distance(words: list[dict[str, Any]], time: float, word: int) -> float:
    """How far the audio's clock is from the time of the word that is lit, in seconds; of no word
    lit, how far it is within one."""
    if word >= 0:
        spoken = words[word]
        # A light may linger until the next word, so that it does not flicker.
        until = words[word + 1]["start"] if word + 1 < len(words) else spoken["end"] + 0.3
        return float(max(spoken["start"] - time, time - min(until, spoken["end"] + 0.3), 0.0))
    inside = [one for one in words if one["start"] <= time <= one["end"]]
    return float(min(inside[0]["end"] - time, time - inside[0]["start"])) if inside else 0.0


#: Waits until a voice has read something, and rests.
HEARD = """new Promise((done) => {
  const look = () => (window.audio?.paused && window.seen.length > 0 ? done() : requestAnimationFrame(look));
  look();
})"""


async def test_a_word_is_heard_alone_and_the_page_follows_the_voice_from_there(
    visit: Visit, book: Book
) -> None:
    page = (await read(visit, book)).page
    await page.keyboard.press("End")
    for _ in range(4):
        await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("region", name="Page 1 of 2")).to_be_visible()
    await page.get_by_text("“Onwards,”").locator("visible=true").click()
    # A condition that Playwright repeats by itself is evaluated in the page, which its policy forbids.
    await page.evaluate(HEARD)
    word = page.locator(".word.lit")
    await expect(word).to_have_text("“Onwards,”")
    number = int(await word.get_attribute("data-word") or "-1")
    heard = await page.evaluate("window.seen.map(([time]) => time)")
    assert max(heard) < book.story["audio_words"][number + 1]["end"]
    await page.get_by_role("button", name="Read to me").click()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(page.get_by_role("region", name="Page 2 of 2")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Read to me")).to_be_visible()


async def test_voice_begins_on_the_page_that_is_open_and_ends_on_the_end(visit: Visit, book: Book) -> None:
    visitor = await read(visit, book)
    page = await visitor.open(f"/read/{book.id}?page=2")
    await expect(page.get_by_role("region", name="Page 2 of 2")).to_be_visible()
    await page.get_by_role("button", name="Read to me").click()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(page.get_by_role("region", name="The end")).to_be_visible()
    words = book.story["audio_words"]
    half = len(book.story["content"]["beats"][0]["text"].split())
    heard = await page.evaluate("window.seen.map(([time]) => time)")
    assert min(heard) >= words[half]["start"] - 0.1


async def test_speed_changes_how_fast_the_voice_is(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    await page.get_by_label("Speed of the voice").select_option("1.25")
    await page.get_by_role("button", name="Read to me").click()
    assert await page.evaluate("window.audio.playbackRate") == 1.25


async def test_answers_are_shown_when_they_are_asked_for(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowLeft")
    talk = page.get_by_role("region", name="Talk about it")
    await expect(talk.get_by_text("Who walked?")).to_be_visible()
    answer = talk.locator(".reveal p")
    await expect(answer).to_be_hidden()
    await talk.get_by_text("Show the answer").press("Enter")
    await expect(answer).to_have_text("The hero")
    await talk.get_by_role("button", name="A fox").click()
    await expect(talk.get_by_role("status")).to_have_text("Not this one. Try another.")
    await talk.get_by_role("button", name="The hero").click()
    await expect(talk.get_by_role("status")).to_have_text("Yes! The hero.")


async def test_the_pdf_is_saved_under_the_books_title(visit: Visit, book: Book) -> None:
    page = (await read(visit, book)).page
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="PDF").click()
    download = await waiting.value
    assert download.suggested_filename == "Maya Walks.pdf"
    assert (await download.path()).read_bytes().startswith(b"%PDF-")


async def test_every_book_that_was_made_is_offered_by_its_name(visit: Visit, studio: Studio) -> None:
    user_id = uuid4()
    story_id = await studio.make_story(user_id, extras=["colouring_page"])
    assert await studio.end_of(user_id, story_id) == "story.ready"
    story = await studio.request(user_id, "GET", f"/api/v1/stories/{story_id}")
    page = (await read(visit, Book(user_id, story_id, story))).page
    await page.get_by_text("Print", exact=True).click()
    await expect(page.get_by_role("button", name="Make the files for a printer")).to_be_visible()
    await page.get_by_text("Print", exact=True).click()
    for name in ("PDF", "EPUB"):
        await expect(page.get_by_role("button", name=name)).to_be_visible()
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Colouring page").click()
    assert (await waiting.value).suggested_filename == "Maya Walks - colouring pages.pdf"
