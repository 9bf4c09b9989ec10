"""``python -m tools.novel_pictures docs/pictures``: the pictures of Genesis and of novels in the documents.

It runs a service of its own on the offline planner, leads a session to its end, and takes pictures of the
studio in Chromium. With ``--every``, it takes a picture of every state of these pages, in three widths, by
day and by night, and prints what axe finds serious and what is wider than the window. Look at them after each
change of these pages. ``--only WORDS`` takes those states alone whose names begin so.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Page, expect

import tools.more_states  # noqa: F401  it adds its states
from service.cli.serving import standalone
from service.client.api import Client, connect
from service.devstack.temporary import temporary_folder
from service.providers.offline.pace import Pace
from service.settings import Settings
from tools.chromium import SCHEMES, open_chromium, open_page, picture_of
from tools.every_state import SPARK, STAGES, STATES, Gate, Screen

_SIZE = {"width": 1280, "height": 860}
_QUALITY = 62
_SECONDS = 0.2
#: A phone, a tablet and a screen.
_WIDTHS = (390, 820, 1440)
_HIGH, _HIGHEST, _GAP = 900, 2400, 24
_TIMEOUT = 20_000
#: What does not fit into its box, and is not shown whole.
_CUT = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.scrollWidth > one.clientWidth + 2 && one.checkVisibility()
    && ["hidden", "clip"].includes(getComputedStyle(one).overflowX) && !one.closest(".unseen"))
  .map((one) => `${one.tagName}.${one.className}`)"""


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
    async with open_chromium() as browser:
        yield await open_page(browser, _SIZE["width"], _SIZE["height"], token)


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


async def every(folder: Path, only: str) -> None:
    """Write a sheet of pictures for each state, and print what is wrong with it."""
    gate = Gate()
    Pace.wait = gate.waits()  # type: ignore[method-assign, assignment]
    with temporary_folder() as data:
        settings = Settings(log_level="error", offline_latency=0.0, max_attempts=1)
        async with (
            standalone(settings, 0, data) as running,
            connect(running.url, running.token) as client,
            _studio(running.token) as page,
        ):
            page.set_default_timeout(_TIMEOUT)
            expect.set_options(timeout=_TIMEOUT)
            screen = Screen(page, client, running.url, gate)
            for name, lead in STATES.items():
                await page.set_viewport_size(_SIZE)  # type: ignore[arg-type]
                try:
                    await lead(screen)
                except Exception as fault:  # The other states are looked at all the same.
                    print(f"{name}: NOT REACHED: {str(fault)[:300]}", flush=True)
                    gate.reset()
                    await page.context.set_offline(False)
                    await page.screenshot(path=folder / f"{name}-not-reached.png")
                    continue
                if re.match(only, name):
                    await _sheets(page, folder, name)


async def _sheets(page: Page, folder: Path, name: str) -> None:
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shots = []
        for width in _WIDTHS:
            await page.set_viewport_size({"width": width, "height": _HIGH})
            await page.evaluate("document.fonts.ready")
            await page.evaluate("window.scrollTo(0, 0)")
            await page.wait_for_timeout(100)
            shots.append(await picture_of(page, whole=True))
            for fault in await _faults(page, width, scheme):
                print(f"{name} {scheme} {width}: {fault}", flush=True)
        _side_by_side(shots).save(folder / f"{name}-{scheme}.png")


async def _faults(page: Page, width: int, scheme: str) -> list[str]:
    """What axe finds serious, what is wider than the window, and what is cut off. By night the page is the
    same in other colours."""
    found: list[Any] = []
    if (width, scheme) in ((_WIDTHS[0], "light"), (_WIDTHS[-1], "light"), (_WIDTHS[-1], "dark")):
        found = (await Axe().run(page, options={"resultTypes": ["violations"]})).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    faults = [f"axe: {one['id']}: {node['html'][:160]}" for one in serious for node in one["nodes"]]
    wide = await page.evaluate("document.documentElement.scrollWidth")
    faults += [f"wide: {wide}"] if wide > width else []
    return faults + [f"cut off: {one}" for one in dict.fromkeys(await page.evaluate(_CUT))]


def _side_by_side(shots: list[Image.Image]) -> Image.Image:
    high = min(_HIGHEST, max(shot.height for shot in shots))
    wide = sum(shot.width + _GAP for shot in shots)
    sheet = Image.new("RGB", (wide, high), "#888")
    left = 0
    for shot in shots:
        sheet.paste(shot, (left, 0))
        left += shot.width + _GAP
    return sheet


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
    (await picture_of(page)).save(path, "WEBP", quality=_QUALITY, method=6)


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.novel_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument(
        "--every", action="store_true", help="every state, in three widths, by day and by night"
    )
    parser.add_argument("--only", default="", help="a regular expression for the beginning of names")
    wanted = parser.parse_args()
    asyncio.run(every(wanted.folder, wanted.only) if wanted.every else make(wanted.folder))


if __name__ == "__main__":
    main()
