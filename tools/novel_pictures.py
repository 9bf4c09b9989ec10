"""``python -m tools.novel_pictures docs/pictures``: the pictures of Genesis and of novels in the documents.

It runs a service of its own on the offline planner, leads a session to its end, and takes pictures of the
studio in Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from service.cli.serving import standalone
from service.client.api import Client, connect
from service.devstack.temporary import temporary_folder
from service.settings import Settings

SPARK = "A girl who sets the type for the tide tables finds that one tide a year is left out on purpose."
STAGES = ("concept", "theme", "character", "world", "plot")
_SIZE = {"width": 1280, "height": 860}
_QUALITY = 62
_SECONDS = 0.2


async def make(folder: Path) -> None:
    """Write the pictures into a folder."""
    with temporary_folder() as data:
        settings = Settings(log_level="warning", offline_latency=0.0)
        async with (
            standalone(settings, 0, data) as running,
            connect(running.url, running.token) as client,
            _studio(running.token) as page,
        ):
            await _session(client, page, running.url, folder)


@asynccontextmanager
async def _studio(token: str) -> AsyncIterator[Page]:
    """A page of the studio, signed in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(viewport=_SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
        page = await context.new_page()
        await page.add_init_script(f"sessionStorage['storytroupe.token'] = {token!r}")
        yield page
        await browser.close()


async def _session(client: Client, page: Page, url: str, folder: Path) -> None:
    """Lead a session to a novel, and take a picture at each of its stations."""
    done = await _send(client, None, "START_GENESIS", inspiration=SPARK, chapters=24, seed=7)
    session = str(done.session_id)
    for stage in STAGES:
        state = await _at_rest(client, session)
        if stage == "concept":
            await page.goto(f"{url}/#/novels/{session}")
            await expect(page.locator(".proposal[data-status=open]")).to_have_count(3)
            await _take(page, folder / "genesis-concepts.webp")
        chosen = next(iter(state.stages[stage].proposals))
        await _send(client, session, "SELECT_PROPOSAL", proposal_ids=[chosen])
        if stage == "plot":
            await page.goto(f"{url}/#/novels/{session}?view=board")
            await expect(page.locator(".scene-card").first).to_be_visible()
            await _take(page, folder / "genesis-board.webp", dark=True)
        await _send(client, session, "CONFIRM_STAGE", stage=stage)
    await _at_rest(client, session)
    novel = (await _send(client, session, "FINISH_GENESIS")).result["novel_id"]
    await client.draft_chapter(novel, 1)
    await page.goto(f"{url}/#/novel/{novel}?chapter=1")
    await expect(page.locator(".manuscript > .prose p").last).to_be_visible()
    await expect(page.locator(".goingon")).to_be_hidden()
    await _take(page, folder / "novel-text.webp")
    await page.goto(f"{url}/#/novel/{novel}?view=plan")
    await page.get_by_role("link", name="Relations").click()
    await _take(page, folder / "novel-relations.webp")


async def _send(client: Client, session: str | None, type_: str, **payload: Any) -> Any:
    return await client.send_command(type_, payload, session_id=session)


async def _at_rest(client: Client, session: str) -> Any:
    """The state as soon as no proposals are being written."""
    while (state := await client.read_session(session)).is_pending:  # noqa: ASYNC110
        await asyncio.sleep(_SECONDS)
    return state


async def _take(page: Page, path: Path, *, dark: bool = False) -> None:
    """Save what the window shows as a small picture."""
    await page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    await page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(await page.screenshot()))
    picture.convert("RGB").save(path, "WEBP", quality=_QUALITY, method=6)


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.novel_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    asyncio.run(make(parser.parse_args().folder))


if __name__ == "__main__":
    main()
