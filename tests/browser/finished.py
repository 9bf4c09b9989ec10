"""Finished plans for the pages of novels: led through the API, beside the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from playwright.async_api import Page

from tests.browser.conftest import Studio
from tests.browser.genesis_plan import SPARK, STEPS, Plan

BASE = "/api/v1/novels"


@dataclass(frozen=True)
class Made:
    """A novel of a user, and the session that made it."""

    studio: Studio
    user_id: UUID
    session_id: str
    id: str

    async def ask(self, method: str, path: str = "", body: Any = None) -> Any:
        """What the service answers about the novel."""
        return await self.studio.request(self.user_id, method, f"{BASE}/{self.id}{path}", body)


async def a_plot(studio: Studio, chapters: int = 4) -> Plan:
    """A session whose plot is chosen and not confirmed."""
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", inspiration=SPARK, chapters=chapters, seed=7)
    await plan.choose_and_confirm("concept", "theme", "character", "world")
    proposals = (await plan.at_rest())["stages"]["plot"]["proposals"]
    await plan.send("SELECT_PROPOSAL", proposal_ids=[next(iter(proposals))])
    return plan


async def a_large_plot(studio: Studio, chapters: int, threads: int) -> Plan:
    """A session in any order, with three scenes in each chapter and nothing else."""
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", mode="free_form", inspiration=SPARK, chapters=chapters)

    async def add(*elements: tuple[str, dict[str, Any]]) -> list[str]:
        changes = [{"op": "add", "path": path, "value": value} for path, value in elements]
        done = await plan.send("EDIT_STAGE", stage="plot", changes=changes)
        return [path.split(".")[-1] for path in done["result"]["added"]]

    ids = await add(*[("plot.threads", {"name": f"Thread {one + 1}"}) for one in range(threads)])
    rows = [
        {"title": f"Chapter of {one + 1} tides", "act": 1 + one * 3 // chapters} for one in range(chapters)
    ]
    for at, chapter in enumerate(await add(*[("plot.chapters", row) for row in rows])):
        of = [[ids[(at * 3 + one) % threads], ids[(at + one) % threads]] for one in range(3)]
        said = [f"Scene {one + 1} of chapter {at + 1}: somebody counts the lines again." for one in range(3)]
        scenes = [
            {"summary": words, "threads": list(dict.fromkeys(own)), "words": 600}
            for words, own in zip(said, of, strict=True)
        ]
        await add(*[(f"plot.chapters.{chapter}.scenes", scene) for scene in scenes])
    return plan


async def a_novel(studio: Studio) -> Made:
    """A novel of four chapters."""
    plan = Plan(studio, uuid4())
    await plan.send("START_GENESIS", inspiration=SPARK, chapters=4, seed=7)
    await plan.choose_and_confirm(*STEPS)
    done = await plan.send("FINISH_GENESIS")
    return Made(studio, plan.user_id, plan.id, done["result"]["novel_id"])


async def with_a_model(page: Page) -> None:
    """The page is told that a language model writes, for three cents a chapter of three calls."""
    told = {"model": "gpt-5.2", "calls": 3, "usd": 0.03, "seconds": None}
    answer = json.dumps({"success": True, "data": told})
    await page.route(
        "**/chapters/*/estimate", lambda route: route.fulfill(body=answer, content_type="application/json")
    )
