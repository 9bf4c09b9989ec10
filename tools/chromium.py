"""Chromium for the tools that take pictures of the studio."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

#: By day and by night.
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    """Start the Chromium of this machine. The end of the block closes it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


async def open_page(browser: Browser, width: int, height: int, token: str) -> Page:
    """Open a page of this size, in pixels, without animations. It is signed in with the token, if there is
    one. Its own context lasts until it is closed."""
    context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = await context.new_page()
    if token:
        await page.add_init_script(f"sessionStorage['storytroupe.token'] = {token!r}")
    return page


async def picture_of(page: Page, *, whole: bool = False) -> Image.Image:
    """Take a picture of what the window shows, or of the whole page."""
    return Image.open(io.BytesIO(await page.screenshot(full_page=whole))).convert("RGB")
