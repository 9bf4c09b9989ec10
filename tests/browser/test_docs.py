"""The page on requests and answers, as somebody reads it who has never called this API."""

from __future__ import annotations

import json
import shlex
from uuid import uuid4

from playwright.async_api import expect

from tests.browser.conftest import Studio, Visit


async def test_call_is_shown_as_a_command_that_works(visit: Visit, studio: Studio) -> None:
    page = (await visit()).page
    await page.goto(f"{studio.url}/docs#post_api_v1_stories_estimate")
    named = page.locator("#post_api_v1_stories_estimate")
    await expect(named).to_have_attribute("open", "")
    command = await named.locator("pre code").first.inner_text()
    words = shlex.split(command.replace("\\\n", ""))
    assert words[:4] == ["curl", "-X", "POST", f"{studio.url}/api/v1/stories/estimate"]
    headers = {words[at + 1] for at, word in enumerate(words) if word == "-H"}
    assert headers == {"Authorization: Bearer $TOKEN", "Content-Type: application/json"}
    body = json.loads(words[words.index("-d") + 1])
    assert "lines" in await studio.request(uuid4(), "POST", "/api/v1/stories/estimate", body)


async def test_pages_to_be_read_load_nothing_that_is_not_there(visit: Visit, studio: Studio) -> None:
    page = (await visit()).page
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    for path in ("/docs", "/docs/live"):
        await page.goto(f"{studio.url}{path}")
        await expect(page.locator("details, section, article").first).to_be_attached()
        icon = await page.locator("link[rel=icon]").get_attribute("href")
        assert (await page.request.get(f"{studio.url}{icon}")).ok
    assert missing == []


async def test_shape_that_is_named_is_shown(visit: Visit, studio: Studio) -> None:
    page = (await visit()).page
    await page.goto(f"{studio.url}/docs")
    await page.locator("#post_api_v1_stories > summary").click()
    await page.locator("#post_api_v1_stories").get_by_role("link", name="StoryRequest").click()
    await expect(page.locator("#shape-StoryRequest")).to_have_attribute("open", "")
