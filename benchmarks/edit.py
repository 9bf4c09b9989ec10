"""An edited sentence's rebuild against the first build of its book of four scenes.

The offline cast in one process on the embedded servers, as `storytroupe up` runs it, and at the
source document's times divided by ten. The bar: under half of the first build's time. Both are measured in
one run, one after the other, so that their ratio holds on a machine that does other things too.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from service.cli.serving import standalone
from service.client.api import Client, connect
from service.client.following import follow_story
from service.client.view import StoryView
from service.devstack.temporary import temporary_folder
from service.settings import Settings

BOOKS = 3
BAR = 0.5
PACES = {"as fast as it can": 0.0, "the document's times / 10": 0.1}
REQUEST = json.loads((Path(__file__).parents[1] / "examples" / "adventure.json").read_text("utf-8"))


async def run() -> None:
    """Some books at each pace, each with one edit."""
    for name, latency in PACES.items():
        print(name)
        with temporary_folder() as data:
            settings = Settings(log_level="warning", offline_latency=latency)
            async with (
                standalone(settings, 0, data) as running,
                connect(running.url, running.token) as client,
            ):
                await _book(client, 0)  # what is loaded once is neither's time
                for number in range(1, BOOKS + 1):
                    _report(number, *await _book(client, number))


async def _book(client: Client, seed: int) -> tuple[float, float]:
    """Seconds of the first build, and of the rebuild after one sentence was added to its second page."""
    begun = time.perf_counter()
    story_id = str((await client.create_story(REQUEST | {"seed": seed})).id)
    await _end(client, story_id)
    built = time.perf_counter() - begun
    content = (await client.read_story(story_id)).content or {}
    text = content["beats"][1]["text"]
    begun = time.perf_counter()
    await _edit(client, story_id, {"index": 2, "text": f"{text} Then it began to rain."})
    await _end(client, story_id)
    return built, time.perf_counter() - begun


async def _edit(client: Client, story_id: str, beat: dict[str, Any]) -> None:
    run = await client.edit(story_id, {"beats": [beat], "rebuild": True})
    if run.task_id is None:
        raise SystemExit(f"The edit made nothing again: {run}")


async def _end(client: Client, story_id: str) -> None:
    view: StoryView = await follow_story(client, story_id, lambda _: None).until_the_end()
    if view.overall != "ready":
        raise SystemExit(f"A book came out {view.overall}.")


def _report(number: int, built: float, rebuilt: float) -> None:
    ratio = rebuilt / built
    verdict = "within" if ratio < BAR else "OVER"
    print(
        f"book {number}: first build {built:5.2f} s, edit {rebuilt:5.2f} s = {ratio:.2f} × ({verdict} {BAR})"
    )
