"""A settlement of a story with hundreds of runs behind it.

Real PostgreSQL, one connection; each settlement marks a picture in a transaction of its own. The bar: a
median under 10 ms after 300 runs.
"""

from __future__ import annotations

import time
from statistics import median
from uuid import UUID, uuid4

from actors.registry import REGISTRY
from service.db.migrate import migrate
from service.db.pool import Database
from service.db.sql import load
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder
from service.domain.assets import plan_build
from service.domain.story import Character, StoryBrief
from service.jobs.jobs import Move
from service.runtime.job_rows import load_jobs
from service.runtime.kinds import kinds_of
from service.runtime.settlement import settle
from service.stories.insert import NewStory, create_story
from service.stories.kind import StoryKind

RUNS = (0, 5, 300, 1_000)
TIMES = 100
BAR_MS, BAR_RUNS = 10.0, 300
#: Runs of two pictures each, all made.
_FILL = """
WITH run AS (
  INSERT INTO runs (id, aggregate_id, user_id, kind, created_at)
  SELECT gen_random_uuid(), $1, $2, 'regenerate', now() + n * interval '1 second'
  FROM generate_series(1, $3::integer) AS n RETURNING id, created_at)
INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, created_at, started_at, completed_at,
                  ended_at)
SELECT $1, $2, run.id, 'scene', name, 'ready', created_at, created_at, created_at, created_at
FROM run, unnest(ARRAY['scene_1', 'scene_2']) AS name
"""
_PICTURE = """
SELECT id FROM jobs WHERE aggregate_id = $1 AND name = 'scene_1' AND status = 'ready'
ORDER BY created_at DESC LIMIT 1
"""


async def run() -> None:
    """Settle stories with more and more runs, and say what it took."""
    with temporary_folder() as folder:
        async with Stack(folder) as stack:
            await migrate(stack.database_url)
            database = await Database.connect(stack.database_url, size=2)
            try:
                for runs in RUNS:
                    _report(runs, *await _measure(database, runs))
            finally:
                await database.close()


async def _measure(database: Database, runs: int) -> tuple[int, list[float]]:
    """How many jobs are loaded, and what each settlement took in milliseconds."""
    kinds, took = kinds_of(StoryKind()), list[float]()
    story, picture = await _story(database, runs)
    for number in range(TIMES):
        begun = time.perf_counter()
        async with database.as_owner() as connection:
            move = Move(picture, None, result={"stale": number % 2 == 0})
            await settle(connection, kinds, [move])
        took.append(1e3 * (time.perf_counter() - begun))
    async with database.as_owner() as connection:
        loaded = len((await load_jobs(connection, [story]))[story])
    return loaded, took


async def _story(database: Database, runs: int) -> tuple[UUID, UUID]:
    """A story with so many runs after its first, and the picture that stands."""
    story, user = uuid4(), uuid4()
    brief = StoryBrief(characters=(Character(name="Maya", age=6),), scene_count=4)
    names = list(REGISTRY.groups)
    async with database.as_owner() as connection:
        unset = [None] * len(names)
        await connection.execute(load("dispatch")["ensure_groups"], names, names, unset, unset)
        await connection.execute(load("users")["ensure_user"], user, "unlimited")
        library = await connection.fetchval(load("libraries")["default_library"], user)
        plan = plan_build(4, character_sheet=True)
        await create_story(connection, NewStory(story, user, library, brief, plan))
        await connection.execute(_FILL, story, user, max(1, runs))
        picture: UUID = await connection.fetchval(_PICTURE, story)
    await database.pool.execute("ANALYZE")
    return story, picture


def _report(runs: int, loaded: int, took: list[float]) -> None:
    middle = median(took)
    bar = f" ({'within' if middle < BAR_MS else 'OVER'} {BAR_MS:.0f} ms)" if runs == BAR_RUNS else ""
    print(f"{runs:5} runs: {loaded} jobs loaded, median {middle:.1f} ms{bar}, fastest {min(took):.1f} ms")
