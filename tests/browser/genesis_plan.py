"""A session of Genesis that tests lead by the API beside a page, and the fields of its page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from playwright.async_api import Locator, Page

SPARK = "A girl who sets the type for the tide tables finds that one tide a year is left out on purpose."
STEPS = {"concept": "concept", "theme": "theme", "character": "people", "world": "world", "plot": "plot"}
BASE = "/api/v1/genesis"


class Service(Protocol):
    """What answers requests of a user."""

    async def request(self, user_id: UUID, method: str, path: str, body: Any = None) -> Any: ...


@dataclass
class Plan:
    """A session of a user, led by the API beside the page."""

    studio: Service
    user_id: UUID
    id: str = ""

    async def send(self, type_: str, **payload: Any) -> Any:
        """Send a command to the session, or start it."""
        body = {"command_id": str(uuid4()), "command_type": type_, "payload": payload}
        of = {"session_id": self.id} if self.id else {}
        done = await self.studio.request(self.user_id, "POST", f"{BASE}/commands", body | of)
        self.id = done["session_id"]
        return done

    async def state(self) -> Any:
        return await self.studio.request(self.user_id, "GET", f"{BASE}/{self.id}/state")

    async def at_rest(self) -> Any:
        """The state as soon as no proposals are being written."""
        while (state := await self.state())["is_pending"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return state

    async def value(self, path: str) -> Any:
        stage, _, name = path.partition(".")
        return (await self.state())["stages"][stage]["fields"][name]["value"]

    async def comes_to(self, path: str, *values: Any) -> Any:
        """The value of a field as soon as it is one of these."""
        while (value := await self.value(path)) not in values:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return value

    async def choose_and_confirm(self, *stages: str) -> None:
        for stage in stages:
            proposals = (await self.at_rest())["stages"][stage]["proposals"]
            await self.send("SELECT_PROPOSAL", proposal_ids=[next(iter(proposals))])
            await self.send("CONFIRM_STAGE", stage=stage)
        await self.at_rest()


def field(page: Page, path: str) -> Locator:
    return page.locator(f'.value[data-value="{path}"]')


async def write(page: Page, path: str, words: str) -> None:
    """Open a field and write in it; it is saved by itself."""
    if not await field(page, path).locator("textarea").count():
        await field(page, path).get_by_role("button", name="Edit").click()
    await field(page, path).locator("textarea").fill(words)
