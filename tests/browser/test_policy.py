"""The content policy in a browser: the pages do with it, and what is slipped into them does nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Book, Studio, Visit

#: Each tries to do something that no page of ours does, and says by the title that it did.
SLIPPED_IN = {
    "a script": """() => { const s = document.createElement('script');
        s.textContent = 'document.title = "in"'; document.body.append(s); }""",
    "a handler": """() => { const b = document.createElement('button');
        b.setAttribute('onclick', 'document.title = "in"'); document.body.append(b); b.click(); }""",
    "a script from elsewhere": """() => new Promise((done) => { const s = document.createElement('script');
        s.src = 'data:text/javascript,document.title = "in"'; s.onload = s.onerror = done;
        document.body.append(s); })""",
    "a frame": """() => new Promise((done) => { const f = document.createElement('iframe');
        f.srcdoc = '<script>parent.document.title = "in"</script>'; f.onload = done; setTimeout(done, 300);
        document.body.append(f); })""",
    "a call elsewhere": """() => fetch('http://127.0.0.2:9/').then(
        () => (document.title = 'in'), (fault) => String(fault))""",
    "a picture from elsewhere": """() => new Promise((done) => { const i = new Image();
        i.onload = () => done(document.title = 'in'); i.onerror = done;
        i.src = 'http://127.0.0.2:9/x.png'; })""",
    "a plugin": """() => { const o = document.createElement('object'); o.data = '/web/art/mark.svg';
        document.body.append(o); }""",
    "another base": """() => { const b = document.createElement('base'); b.href = 'http://127.0.0.2:9/';
        document.head.append(b); if (document.baseURI.includes('127.0.0.2')) document.title = 'in'; }""",
}  # fmt: skip


async def test_what_is_slipped_into_a_page_does_nothing(visit: Visit) -> None:
    visitor = await visit()
    page = await visitor.open("/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    for kind, attempt in SLIPPED_IN.items():
        async with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            await page.evaluate(attempt)
        assert await page.title() != "in", kind
    visitor.complaints.clear()


@pytest.mark.parametrize("path", ["/docs", "/docs/live"])
async def test_pages_to_be_read_do_with_the_policy(visit: Visit, studio: Studio, path: str) -> None:
    """The visit itself fails on a complaint of the browser."""
    page = (await visit()).page
    await page.goto(f"{studio.url}{path}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.locator("section, details, article, li").first).to_be_attached()


async def test_files_are_loaded_by_addresses_that_hold_no_token(visit: Visit, book: Book) -> None:
    visitor = await visit(book.user_id)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    page = await visitor.open(f"/read/{book.id}")
    await expect(page.locator("img.shown").first).to_be_visible()
    files = [url for url in asked if "/assets/" in url]
    assert files
    for url in files:
        assert "sig=" in url
        assert visitor.studio.token(book.user_id).split(".")[0] not in url
