"""Reloads, sleep and lost networks: the page is right again at once, and only hears what it missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from playwright.async_api import Page, Request, WebSocket, expect

from tests.browser.conftest import Studio, Visit, closed
from tests.faults.proxy import Place, Proxy

SHOWN = ".picture.shown"


@dataclass
class Line:
    """A page in front of a story of its own, by way of a proxy; and what went over the line."""

    studio: Studio
    page: Page
    proxy: Proxy
    user_id: Any
    story_id: str
    wholes: int = 0
    frames: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        if urlsplit(request.url).path == f"/api/v1/stories/{self.story_id}":
            self.wholes += 1

    def note_socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(orjson.loads(frame)))
        socket.on("framesent", lambda frame: self.asked.append(orjson.loads(frame)))

    @property
    def snapshots(self) -> int:
        return sum(frame.get("mode") == "snapshot" for frame in self.frames)

    @property
    def resumed_from(self) -> list[int | None]:
        return [said.get("since") for said in self.asked if said["type"] == "subscribe"]

    async def told(self, event: str) -> None:
        """Wait until the story's own log has an event."""
        await self.studio.told(self.user_id, self.story_id, [event])


@asynccontextmanager
async def open_line(visit: Visit, studio: Studio, *, clock: bool = False) -> AsyncIterator[Line]:
    proxy = Proxy(Place.of(studio.url))
    await proxy.start()
    try:
        visitor = await visit()
        page = visitor.page
        if clock:
            await page.clock.install()
        line = Line(studio, page, proxy, visitor.user_id, await studio.make_story(visitor.user_id))
        page.on("request", line.note_request)
        page.on("websocket", line.note_socket)
        await page.goto(f"{proxy.url(studio.url)}/#/stories/{line.story_id}")
        await expect(page.locator(".mode")).to_have_text("Live")
        yield line
        await page.close()
    finally:
        await proxy.stop()


async def leave_and_come_back(
    line: Line, leave: Callable[[Line], Awaitable[None]], back: Callable[[Line], Awaitable[None]]
) -> None:
    """The words are written in a first absence, the book is finished in a second."""
    async with closed(line.studio.providers.pictures):
        await leave(line)
        line.studio.providers.words.open()
        await line.told("content.ready")
        await back(line)
        await expect(line.page.get_by_role("heading", level=1)).to_have_text("Maya Walks")
        await expect(line.page.locator(".mode")).to_have_text("Live")
        await leave(line)
    await line.told("story.ready")
    await back(line)
    await expect(line.page.locator(SHOWN)).to_have_count(3)
    await expect(line.page.locator(".mode")).to_have_text("Finished")


async def lose_the_network(line: Line) -> None:
    """What is on its way never arrives, and nobody says that the line is dead."""
    line.proxy.freeze()
    await line.page.context.set_offline(True)


async def find_another_network(line: Line) -> None:
    line.proxy.cut()
    line.proxy.thaw()
    await line.page.context.set_offline(False)


async def fall_asleep(line: Line) -> None:
    """The page stands still, and its socket is cut without a word."""
    await _set_lifecycle(line, "frozen")
    line.proxy.freeze()


async def wake_up_an_hour_later(line: Line) -> None:
    line.proxy.cut()
    line.proxy.thaw()
    await _set_lifecycle(line, "active")
    await line.page.clock.fast_forward("01:00:00")


async def _set_lifecycle(line: Line, state: str) -> None:
    session = await line.page.context.new_cdp_session(line.page)
    await session.send("Page.setWebLifecycleState", {"state": state})
    await session.detach()


async def test_after_a_reload_and_lost_networks_only_what_was_missed_is_heard(
    visit: Visit, studio: Studio
) -> None:
    async with closed(studio.providers.words), open_line(visit, studio) as line:
        words = line.page.locator(".live-scene .words").nth(1)
        await expect(words).to_have_text("Maya took step 2 today.")
        await line.page.reload()
        await expect(words).to_have_text("Maya took step 2 today.")
        assert line.wholes == 2  # one for each load
        await leave_and_come_back(line, lose_the_network, find_another_network)
        assert (line.wholes, line.snapshots) == (2, 0)
        assert None not in line.resumed_from
        assert len(line.resumed_from) >= 4


async def test_after_an_hours_sleep_only_what_was_missed_is_heard(visit: Visit, studio: Studio) -> None:
    async with closed(studio.providers.words), open_line(visit, studio, clock=True) as line:
        await leave_and_come_back(line, fall_asleep, wake_up_an_hour_later)
        assert (line.wholes, line.snapshots) == (1, 0)
        assert len(line.resumed_from) >= 3


async def test_a_line_that_is_dead_without_a_word_is_noticed(visit: Visit, studio: Studio) -> None:
    async with (
        closed(studio.providers.words, studio.providers.pictures),
        open_line(visit, studio, clock=True) as line,
    ):
        line.proxy.freeze()
        studio.providers.words.open()
        await line.told("content.ready")
        await line.page.clock.fast_forward("00:01:00")
        await asyncio.gather(
            line.page.wait_for_event("websocket"), expect(line.page.locator(".mode")).not_to_have_text("Live")
        )
        line.proxy.thaw()
        await expect(line.page.get_by_role("heading", level=1)).to_have_text("Maya Walks")
        await expect(line.page.locator(".mode")).to_have_text("Live")
        assert (line.wholes, line.snapshots) == (1, 0)
