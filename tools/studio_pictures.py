"""``python -m tools.studio_pictures FOLDER``: every page and state of the studio's books, to be looked at.

It runs a service of its own on the offline providers, makes a book, and takes a picture of each page at three
widths, by day and by night: ``FOLDER/NAME-390-light.webp``. ``--only`` takes the pages whose names contain a
word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from service.cli.serving import standalone
from service.client.api import Client, connect
from service.devstack.temporary import temporary_folder
from service.settings import Settings
from tools.chromium import SCHEMES, open_chromium, open_page, picture_of

WIDTHS = {390: 844, 820: 1180, 1440: 900}
#: Keys from the cover to each leaf of the reader.
LEAVES = {
    "cover": [],
    "title": ["ArrowRight"],
    "page": ["ArrowRight"] * 3,
    "end": ["End", "ArrowLeft", "ArrowLeft"],
    "questions": ["End", "ArrowLeft"],
    "colophon": ["End"],
}
_QUALITY = 60
_MAYA = {
    "name": "Maya", "age": 6, "traits": [{"id": "manual_wheelchair"}, {"id": "glasses"}],
    "looks": {"skin_tone": "deep brown", "hair": "black curls", "outfit": "yellow raincoat"},
}  # fmt: skip
_TITLE = "[data-page] h1:visible, .leaf:not([hidden])"
#: What is done with a page.
Step = Callable[[Page], Awaitable[Any]]


@dataclass(frozen=True)
class State:
    """A page in a state: where it is, what is done there, and what is done before it is opened."""

    route: str
    steps: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()


async def make(folder: Path, only: str) -> None:
    """Write the pictures into a folder."""
    with temporary_folder() as data:
        settings = Settings(log_level="warning", offline_latency=0.0)
        async with (
            standalone(settings, 0, data) as running,
            connect(running.url, running.token) as client,
            open_chromium() as browser,
        ):
            await _empty(browser, running.url, running.token, folder, only)
            story = await _made(client)
            for name, state in _states(story).items():
                if only in name:
                    await _pages(browser, running.url, running.token, folder / name, state)


def _states(story: str) -> dict[str, State]:
    """Each page and state, by name."""
    live = f"/stories/{story}"
    page = f"/read/{story}?page=2"
    leaves = {
        f"reader-{leaf}": State(f"/read/{story}?page=cover", (_keys(keys),)) for leaf, keys in LEAVES.items()
    }
    return leaves | {
        "library": State("/"),
        "library-none": State("/", (_search,)),
        "library-undo": State("/", (_delete,)),
        "form": State("/new"),
        "form-example": State("/new?example=lighthouse", (_unfold,)),
        "form-fault": State("/new", (_send,)),
        "form-away": State("/new", (_cut,)),
        "live-ready": State(live),
        "live-writing": State(live, before=(_lie(story, "generating", "content"),)),
        "live-failed": State(live, before=(_lie(story, "failed", "content"),)),
        "live-partial": State(live, before=(_lie(story, "partial", "scene_2"),)),
        "live-stopped": State(live, before=(_lie(story, "cancelled", "scene_2"),)),
        "reader-menu": State(page, (_menu,)),
        "reader-edit": State(page, (_menu, _press("Change this page"))),
        "reader-redraw": State(page, (_menu, _press("Draw this picture again"))),
        "reader-versions": State(page, (_menu, _press("Earlier pictures"))),
        "report": State(f"/report/{story}"),
        "heroes": State("/heroes"),
        "lost": State("/nowhere"),
    }


async def _made(client: Client) -> str:
    """The id of a finished book; a hero is kept beside it."""
    await client.create_character(_MAYA)
    for title in ("The Lost Kite", "Owl at Noon", "A Bear for Tea"):
        await client.create_story({"characters": [_MAYA], "title": title, "generate_assets": False})
    story = await client.create_story({"characters": [_MAYA], "scene_count": 3, "seed": 7})
    while (await client.read_story(story.id)).status == "generating":  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return str(story.id)


async def _empty(browser: Browser, url: str, token: str, folder: Path, only: str) -> None:
    """The library before there is a book, and the page of those whom nobody knows."""
    if only in "library-empty":
        await _pages(browser, url, token, folder / "library-empty", State("/"))
    if only in "sign-in":
        await _pages(browser, url, "", folder / "sign-in", State("/"))


async def _pages(browser: Browser, url: str, token: str, path: Path, state: State) -> None:
    """One page at every width, by day and by night."""
    for width, height in WIDTHS.items():
        page = await open_page(browser, width, height, token)
        for step in state.before:
            await step(page)
        await page.goto(f"{url}/#{state.route}")
        await expect(page.locator(_TITLE).first).to_be_visible()
        for step in state.steps:
            await step(page)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.evaluate("document.fonts.ready")
            await page.wait_for_timeout(250)
            picture = await picture_of(page, whole=not await page.locator("dialog, .reader").count())
            picture.save(path.parent / f"{path.name}-{width}-{scheme}.webp", "WEBP", quality=_QUALITY)
        await page.context.close()


def _keys(keys: list[str]) -> Step:
    async def press(page: Page) -> None:
        for key in keys:
            await page.keyboard.press(key)

    return press


def _press(name: str) -> Step:
    async def press(page: Page) -> None:
        await page.get_by_role("button", name=name, exact=True).click()

    return press


async def _menu(page: Page) -> None:
    await page.locator(".menu summary", has_text="Change").click()


async def _search(page: Page) -> None:
    await page.get_by_label("Search by title").fill("nothing like it")
    await expect(page.get_by_text("No book is like that.")).to_be_visible()


async def _delete(page: Page) -> None:
    # A book that is deleted goes for good when the page is left; this one is needed again.
    await page.route("**/api/v1/stories/*", lambda route: route.abort())
    await page.locator(".bin").last.click()


async def _unfold(page: Page) -> None:
    for folded in await page.locator("summary").all():
        await folded.click()


async def _send(page: Page) -> None:
    await page.get_by_role("button", name="Make the book").click()


async def _cut(page: Page) -> None:
    await page.route(re.compile("/healthz|/api/"), lambda route: route.abort())
    await page.get_by_label("Name", exact=True).fill("Ines")
    await page.get_by_label("Age", exact=True).fill("6")
    await expect(page.locator(".away")).not_to_be_empty()


def _lie(story: str, overall: str, part: str) -> Step:
    """Let the page see the book in another state, as if a part had failed."""

    async def lie(page: Page) -> None:
        async def answer(route: Route) -> None:
            whole = await (await route.fetch()).json()
            _spoil(whole["data"], overall, part)
            await route.fulfill(body=json.dumps(whole), content_type="application/json")

        await page.route(re.compile(f"/api/v1/stories/{story}$"), answer)
        await page.route(re.compile("/events|/status"), lambda route: route.abort())
        await page.route_web_socket(re.compile("/api/v1/ws"), lambda _socket: None)

    return lie


def _spoil(story: dict[str, Any], overall: str, part: str) -> None:
    """Set a story's state so that all from a part on has not come."""
    state = story["asset_generation_status"]
    state["overall"] = overall
    names = list(state["assets"])
    for name in names[names.index(part) :] if overall != "partial" else [part]:
        asset = state["assets"][name]
        for key in ("url", "data", "hash"):
            asset.pop(key, None)
        now = {"generating": "pending", "failed": "skipped", "partial": "failed", "cancelled": "cancelled"}
        asset |= {"status": now[overall], "progress": 0}
    if overall in ("failed", "partial"):
        why = {"error_code": "PROVIDER_TIMEOUT", "error": "The provider did not answer within 60 s."}
        state["assets"][part] |= {"status": "failed", **why}
    if part == "content":
        story |= {"content": None, "title": "Untitled Story"}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tools.studio_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", default="", help="a word in the names of the pages to take")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(make(args.folder, args.only))


if __name__ == "__main__":
    main()
