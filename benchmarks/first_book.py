"""From a request to a finished offline book of four scenes, watched on the websocket.

Everything in one process on the embedded servers, as `storytroupe up` runs it. The bars: first
words within 1 s, ``story.ready`` within 20 s, on 2 cores.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from service.cli.serving import standalone
from service.client.api import Client, connect
from service.client.following import follow_story
from service.client.view import StoryView
from service.devstack.temporary import temporary_folder
from service.settings import Settings

BOOKS = 3
WORDS_BAR, BOOK_BAR = 1.0, 20.0
REQUEST = json.loads((Path(__file__).parents[1] / "examples" / "adventure.json").read_text("utf-8"))


async def run() -> None:
    """Start, start again, and make some books one after the other."""
    with temporary_folder() as data:
        for start in ("first", "second"):
            begun = time.perf_counter()
            async with standalone(Settings(log_level="warning"), 0, data) as running:
                print(f"{start} start: ready after {time.perf_counter() - begun:.1f} s")
                if start == "first":
                    continue
                async with connect(running.url, running.token) as client:
                    for number in range(1, BOOKS + 1):
                        await _one(client, number)


async def _one(client: Client, number: int) -> None:
    begun = time.perf_counter()
    words: list[float] = []
    story = await client.create_story(REQUEST | {"seed": number})

    def changed(view: StoryView) -> None:
        if not words and (view.words or view.assets.get("content", {}).get("status") == "ready"):
            words.append(time.perf_counter() - begun)

    await follow_story(client, str(story.id), changed).until_the_end()
    whole = time.perf_counter() - begun
    status = (await client.read_story(story.id)).asset_generation_status["overall"]
    verdict = "within" if words[0] < WORDS_BAR and whole < BOOK_BAR and status == "ready" else "OVER"
    print(f"book {number}: first words {words[0]:.2f} s, {status} {whole:.1f} s: {verdict} the bars")
