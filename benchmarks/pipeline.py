"""A book's wall time against its graph's critical path, and fifty books against the work of their pictures.

The whole service in one process, as an operator starts it; real clients over real sockets to stub
providers in another, which take the source document's times divided by ten; real PostgreSQL and Valkey.
Pictures are small, so that it is the orchestration that is measured. What is done here (the PDF) counts as
measured.

The bars: one book within 1.05 of its critical path; fifty books with 16 image slots within 1.05 of
the larger of critical path and image work over slots. No picture can begin before the first text is
written, which that bound leaves out: it is printed with and without. A slot is one picture being drawn,
as the provider sees it; a picture's verdict is a part of its work by the source document, but of no slot.

What other programs do on the machine counts as ours. The slots' idle time between the first picture and
the last, by the provider's own clock, and the processor's time for each book tell how much of it is.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias
from uuid import UUID

import aiohttp
import asyncpg

from benchmarks._providers import open_providers
from benchmarks._serving import environment, new_bearer, open_process
from service.db.migrate import migrate
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.settings import ROLES

FACTOR = 0.1
STORIES = 50
SLOTS = 16
SCENES = 4
BAR = 1.05
_POLL_SECONDS = 0.05
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

#: The source document's times for one book, in seconds.
CONTENT, PALETTE, ANALYSIS, PICTURE, AUDIO, ACTIVITIES, PDF = 45.0, 2.4, 2.4, 38.0, 67.0, 15.0, 20.0
#: The steps of writing that the source document does not have: outline, critique and revision.
STEPS = 10.0 + 12.0 + 20.0
#: Its pictures are made one after the other, its readings too, and so is all the rest.
SERIAL = STEPS + CONTENT + PALETTE + (SCENES + 1) * (ANALYSIS + PICTURE) + AUDIO + ACTIVITIES + PDF
#: Text, the heroes' sheet (beside which the direction is quick), the cover, and the scenes at once.
CRITICAL = (STEPS + CONTENT + 3 * PICTURE) * FACTOR
#: A sheet, a cover and the scenes.
PICTURES = SCENES + 2

#: As an operator would set them for so many books at once.
_BOUNDS = {
    # Sixteen are drawn at once; some more are ready to be.
    "STORYTROUPE_IMAGE_CONCURRENCY": str(SLOTS * 3 // 2),
    "STORYTROUPE_IMAGE_CONCURRENCY_PER_PROCESS": str(SLOTS),
    "STORYTROUPE_CONCURRENCY_PER_PROCESS": str(STORIES),
    # The words and the voice of fifty books are not hurried: pictures are what takes the time.
    "STORYTROUPE_TEXT_CONCURRENCY": "64",
    "STORYTROUPE_VOICE_CONCURRENCY": "32",
}
BODY = {
    "characters": [{"name": "Maya", "age": 6, "traits": ["manual_wheelchair"]}],
    "themes": ["courage"],
    "scene_count": SCENES,
}


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from the request to the end of one book, and of its PDF."""

    whole: float
    pdf: float


async def run() -> None:
    """One book, then fifty."""
    with temporary_folder() as folder:
        async with Stack(folder) as stack, open_providers(FACTOR) as providers:
            variables = environment(stack, folder, providers) | _BOUNDS
            await migrate(stack.database_url)
            headers = {"Authorization": await new_bearer(variables)}
            async with (
                asyncpg.create_pool(stack.database_url, min_size=1, max_size=2) as pool,
                open_process(",".join(ROLES), variables) as service,
                aiohttp.ClientSession(service.url, headers=headers) as client,
            ):
                await _books(pool, client, 1)  # what is loaded once is not a book's time
                (one,) = await _books(pool, client, 1)
                began, busy = time.monotonic(), service.processor_seconds
                many = await _books(pool, client, STORIES)
                busy = service.processor_seconds - busy
                drawn = await providers.pictures_since(began)
    _report(one, many)
    _report_slots(drawn)
    print(f"  processor time of the orchestrating process, a book     {busy / STORIES:6.2f} s")


async def _books(pool: Pool, client: aiohttp.ClientSession, count: int) -> list[Timing]:
    ids = await asyncio.gather(*(_ask(client) for _ in range(count)))
    while await pool.fetchval(_UNFINISHED, ids):  # noqa: ASYNC110 - rows tell nobody when they change
        await asyncio.sleep(_POLL_SECONDS)
    rows = await pool.fetch(_TIMES, ids)
    if unready := [row["overall"] for row in rows if row["overall"] != "ready"]:
        raise SystemExit(f"{len(unready)} books did not come out ready: {set(unready)}")
    first = min(row["began"] for row in rows)
    return [Timing((row["ended"] - first).total_seconds(), row["pdf"].total_seconds()) for row in rows]


async def _ask(client: aiohttp.ClientSession) -> UUID:
    while True:
        async with client.post("/api/v1/stories", json=BODY) as answer:
            body: dict[str, Any] = await answer.json()
            if answer.status != 503:
                assert answer.status == 201, body
                return UUID(body["data"]["id"])
        # It says that it was not made, and may be asked for again.
        await asyncio.sleep(1)


_UNFINISHED = "SELECT count(*) FROM stories WHERE id = ANY($1::uuid[]) AND status = 'generating'"
_TIMES = """
SELECT s.asset_generation_started_at AS began, s.asset_generation_completed_at AS ended,
       s.asset_generation_status ->> 'overall' AS overall, j.completed_at - j.started_at AS pdf
FROM stories s JOIN jobs j ON j.aggregate_id = s.id AND j.name = 'pdf' WHERE s.id = ANY($1::uuid[])
"""


def _report(one: Timing, many: list[Timing]) -> None:
    critical = CRITICAL + one.pdf
    serial = SERIAL * FACTOR
    print(f"one after the other, as the source document adds it up    {serial:6.1f} s")
    print(f"one book's critical path ({one.pdf:.2f} s of it the PDF)         {critical:6.2f} s")
    print(f"one book                                                  {one.whole:6.2f} s", end="")
    _ratio(one.whole, critical)
    wall = max(timing.whole for timing in many)
    work = len(many) * PICTURES * PICTURE * FACTOR / SLOTS
    bound = max(critical, work)
    print(f"{len(many)} books, image work over {SLOTS} slots                      {bound:6.1f} s")
    print(f"{len(many)} books                                                 {wall:6.1f} s", end="")
    _ratio(wall, bound)
    ramp = bound + (STEPS + CONTENT) * FACTOR
    print(f"  with the text before the first picture                  {ramp:6.1f} s", end="")
    _ratio(wall, ramp)


def _report_slots(drawn: list[tuple[float, float]]) -> None:
    first, last = min(began for began, _ in drawn), max(ended for _, ended in drawn)
    work = sum(ended - began for began, ended in drawn)
    idle = 1 - work / SLOTS / (last - first)
    print(f"  slots idle from the first picture to the last           {idle:6.1%}")
    print(f"  pictures at once, of {SLOTS}                                  {_most_at_once(drawn):4}")


def _most_at_once(spans: list[tuple[float, float]]) -> int:
    """Ends come before beginnings of the same moment."""
    steps = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    return max(accumulate(step for _, step in steps))


def _ratio(wall: float, bound: float) -> None:
    ratio = wall / bound
    print(f"  = {ratio:.3f} × ({'within' if ratio <= BAR else 'over'} {BAR})")
