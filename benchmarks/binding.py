"""From the last picture to PDF and EPUB: with plates that were made as the pictures arrived, and without.

The offline cast in one process on the embedded servers, books of four and of twelve scenes. The illustrator
draws each place once, and the voice speaks each page once, for all books. A book with early plates and one
without are made in turn, so that what else the machine does counts for both; of each the middle one of some
is told. Without: the plates are there, and nobody finds them, as it was before there were any.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from uuid import UUID

import aiohttp
from aiohttp.test_utils import TestServer

from benchmarks._serving import bare, new_bearer
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.errors import NotFound
from service.process.start import Process, open_process
from service.providers.cpu import CpuPool
from service.providers.factory import offline_providers
from service.providers.protocols import Image, Narration, Picture, PictureAsk, Providers, Speech, SpeechAsk
from service.providers.replies import Reply
from service.settings import Settings
from service.storage.files import FileStore
from service.telemetry.logging import configure_logging

BOOKS = 7
SCENES = (4, 12)
REQUEST = json.loads((Path(__file__).parents[1] / "examples" / "adventure.json").read_text("utf-8"))
_POLL_SECONDS = 0.05
_UNFINISHED = "SELECT status = 'generating' FROM stories WHERE id = $1"
#: From the end of the last picture; the EPUB waits for the voice as well.
_SINCE_THE_LAST = """
SELECT extract(epoch FROM b.completed_at - (SELECT max(p.completed_at) FROM jobs p WHERE p.aggregate_id = $1
  AND (p.name = 'cover' OR p.name LIKE 'scene%' OR (p.name, b.name) = ('audio', 'epub'))))::float
FROM jobs b WHERE b.aggregate_id = $1 AND b.name = $2
"""


class Shortsighted(FileStore):
    """A store in which plates may be out of sight."""

    sees_plates = True

    async def get(self, key: str) -> bytes:
        if ".plates/" in key and not self.sees_plates:
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND")
        return await super().get(key)


class RememberingImage:
    """An illustrator that draws each place of a book once."""

    def __init__(self, image: Image) -> None:
        self._image = image
        self._drawn: dict[tuple[str, int], Reply[Picture]] = {}
        self.provider, self.model = image.provider, image.model

    async def draw(self, ask: PictureAsk, references: Sequence[bytes]) -> Reply[Picture]:
        place = ask.subject, ask.index
        if place not in self._drawn:
            self._drawn[place] = await self._image.draw(ask, references)
        return self._drawn[place]


class RememberingSpeech:
    """A voice that speaks each page once."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._spoken: dict[str, Reply[Narration]] = {}
        self.provider, self.model = speech.provider, speech.model

    async def speak(self, ask: SpeechAsk) -> Reply[Narration]:
        if ask.text not in self._spoken:
            self._spoken[ask.text] = await self._speech.speak(ask)
        return self._spoken[ask.text]


def cast(settings: Settings, cpu: CpuPool) -> Providers:
    """The offline cast with these two."""
    providers = offline_providers(settings, cpu)
    image, speech = RememberingImage(providers.image), RememberingSpeech(providers.speech)
    return replace(providers, image=image, speech=speech)


async def run() -> None:
    """Books in turn, after those that warm all up."""
    configure_logging("warning")
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            variables = bare(stack)
            headers = {"Authorization": await new_bearer(variables)}
            settings = Settings.model_validate(
                {
                    "database_url": variables["DATABASE_URL"],
                    "database_http_url": variables["DATABASE_HTTP_URL"],
                    "redis_url": variables["REDIS_URL"],
                    "jwt_secret": variables["STORYTROUPE_JWT_SECRET"],
                    "rate_per_second": 0,
                    "log_level": "warning",
                }
            )
            store = Shortsighted(folder / "files")
            async with open_process(settings, store=store, providers=cast) as process:
                assert process.app is not None
                async with (
                    TestServer(process.app) as server,
                    aiohttp.ClientSession(server.make_url("/"), headers=headers) as client,
                ):
                    for scenes in SCENES:
                        await _book(process, client, scenes)
                        await _compare(process, client, store, scenes)


async def _compare(process: Process, client: aiohttp.ClientSession, store: Shortsighted, scenes: int) -> None:
    times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for number in range(BOOKS):
        for early in (True, False) if number % 2 else (False, True):
            store.sees_plates = early
            times[early].append(await _book(process, client, scenes))
    for place, name in enumerate(("PDF", "EPUB")):
        with_them, without = (sorted(one[place] for one in times[early]) for early in (True, False))
        print(
            f"{scenes:2} scenes, last picture to {name:4}: without {_told(without)}, with {_told(with_them)}"
            f" = {median(with_them) / median(without):.2f} ×"
        )


def _told(times: list[float]) -> str:
    return f"{median(times):5.2f} s ({times[0]:.2f} to {times[-1]:.2f})"


async def _book(process: Process, client: aiohttp.ClientSession, scenes: int) -> tuple[float, float]:
    """Seconds from the last picture's end to those of the PDF and of the EPUB."""
    body = REQUEST | {"scene_count": scenes, "seed": 7}
    async with client.post("/api/v1/stories", json=body) as answer:
        assert answer.status == 201, await answer.text()
        story = UUID((await answer.json())["data"]["id"])
    pool = process.core.database.pool
    while await pool.fetchval(_UNFINISHED, story):  # noqa: ASYNC110 - rows tell nobody when they change
        await asyncio.sleep(_POLL_SECONDS)
    pdf, epub = [await pool.fetchval(_SINCE_THE_LAST, story, name) for name in ("pdf", "epub")]
    if pdf is None or epub is None:
        raise SystemExit("A book came out without its PDF or its EPUB.")
    return pdf, epub
