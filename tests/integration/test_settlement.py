"""The one settlement: its fast ways write what the slow one does, and a long history costs it nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from actors.registry import REGISTRY
from service.db.pool import Connection
from service.domain.assets import all_assets, plan_build
from service.domain.lineage import stale_names
from service.domain.projection import run_of, story_state
from service.domain.story import StoryBrief
from service.jobs.events import NewEvent
from service.jobs.jobs import Job, Move, Priority, Step, latest_by_name, unfinished
from service.jobs.states import JobStatus
from service.runtime.job_rows import load_jobs
from service.runtime.kinds import Projected, kinds_of
from service.runtime.ledger import Answer, Cost, Ledger, Work
from service.runtime.operations import redrive
from service.runtime.settlement import Change, lock_aggregate, settle_locked
from service.stories.insert import NewStory, create_story, planned_jobs
from service.stories.kind import StoryKind
from tests.factories import a_brief
from tests.http_service import Caller, HttpService

READY = JobStatus.READY
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
SCENES = 3

#: All that a first build writes, but for ids, times and the event.
_WRITTEN = {
    "jobs": """SELECT name, grp, scope, position, status, needs_left, rank, priority, input, attempt, result
        FROM jobs WHERE aggregate_id = $1 ORDER BY position""",
    "needs": """SELECT j.name AS job, o.name AS need, n.hard FROM job_needs n JOIN jobs j ON j.id = n.job_id
        JOIN jobs o ON o.id = n.need_id WHERE j.aggregate_id = $1 ORDER BY 1, 2""",
    "runs": "SELECT kind, request_id FROM runs WHERE aggregate_id = $1",
    "tasks": """SELECT status, current_step, retry_attempts, last_error, progress, pictures_status,
        pictures_progress, pictures_error, completed_at, started_at = created_at AS just_begun
        FROM story_generation_tasks WHERE story_id = $1""",
    "stories": """SELECT status, asset_generation_status, brief, scene_count, title,
        asset_generation_started_at IS NOT NULL AS begun FROM stories WHERE id = $1""",
    "tags": """SELECT f.grp, f.tag FROM fair_tags f JOIN aggregates a USING (user_id)
        WHERE a.id = $1 ORDER BY f.grp""",
    "aggregates": "SELECT kind, budget_usd, spent_usd FROM aggregates WHERE id = $1",
}


async def written(connection: Connection, story_id: UUID) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [dict(row) for row in await connection.fetch(query, story_id)]
        for name, query in _WRITTEN.items()
    }


async def a_user(http_service: HttpService) -> UUID:
    user = http_service.somebody()
    await http_service.set_tier(user, "unlimited")
    return user.user_id


async def a_bare_story(connection: Connection, user: UUID, brief: StoryBrief) -> UUID:
    """The rows of a story that has no job."""
    story = uuid4()
    budget = None if brief.budget_usd is None else Decimal(str(brief.budget_usd))
    await connection.execute(
        "INSERT INTO aggregates (id, kind, user_id, budget_usd) VALUES ($1, 'story', $2, $3)",
        story,
        user,
        budget,
    )
    await connection.execute(
        "INSERT INTO stories (id, library_id, creator_user_id, brief, scene_count)"
        " SELECT $1, id, $2, $3, $4 FROM libraries WHERE user_id = $2",
        story,
        user,
        brief.model_dump(mode="json", exclude={"budget_usd"}),
        brief.scene_count,
    )
    return story


@pytest.mark.parametrize("priority", ["normal", "high"])
@pytest.mark.parametrize("budget_usd", [None, 2.5])
@pytest.mark.parametrize(
    ("scenes", "sheet", "assets"), [(1, False, True), (4, True, True), (12, True, False)]
)
async def test_a_new_story_is_inserted_as_the_settlement_writes_it(
    http_service: HttpService,
    priority: Priority,
    budget_usd: float | None,
    scenes: int,
    sheet: bool,
    assets: bool,
) -> None:
    brief = a_brief(scene_count=scenes, budget_usd=budget_usd)
    plan = plan_build(scenes, character_sheet=sheet, assets=assets)
    one, other = await a_user(http_service), await a_user(http_service)
    async with http_service.database.as_owner() as connection:
        fast = NewStory(uuid4(), one, None, brief, plan, priority, request_id="asked")
        await create_story(connection, fast)
        slow = await a_bare_story(connection, other, brief)
        locked = await lock_aggregate(connection, slow)
        assert locked is not None
        jobs = planned_jobs(plan, slow, other, uuid4(), request_id="asked", priority=priority)
        settled = await settle_locked(connection, REGISTRY.kinds, [locked], Change(opened=jobs))
        assert settled.queued == {"content"}
        assert await written(connection, fast.id) == await written(connection, slow)


async def test_the_end_of_a_call_is_what_the_settlement_would_publish(
    http_service: HttpService, maya: Caller
) -> None:
    ids = [await maya.make_story(generateAssets=False) for _ in range(2)]
    fast, slow = [await http_service.begin(story, "content") for story in ids]
    ledger, work = (
        Ledger(http_service.database, kinds=REGISTRY.kinds),
        Work("content", "a-model", "x", provider="somebody"),
    )
    before = await news(http_service, fast), await news(http_service, slow)
    for cost in ("0.25", "0.125"):
        made = replace(work, input=cost)
        number = await ledger.begin(fast, made)
        assert isinstance(number, int)
        await ledger.keep(fast, made, number, Answer({"text": "x"}), Cost(cost_usd=Decimal(cost)))
    async with http_service.database.as_owner() as connection:
        for spent in (0.25, 0.375):
            locked = await lock_aggregate(connection, slow.aggregate_id)
            assert locked is not None
            event = NewEvent("spend.changed", {"spend": {"cost_usd": spent}})
            settled = await settle_locked(
                connection, REGISTRY.kinds, [locked], Change(events={slow.aggregate_id: [event]})
            )
            assert settled.published
    after = await news(http_service, fast), await news(http_service, slow)
    assert before[0] == before[1]
    assert after[0] == after[1] != before[0]


async def news(http_service: HttpService, job: Job) -> list[Any]:
    """The events of a job's story, with their versions, and what is to be told of them."""
    pool, story = http_service.database.pool, job.aggregate_id
    queries = (
        "SELECT version, aggregate_type, type, data FROM domain_events WHERE aggregate_id = $1"
        " AND type LIKE 'spend.%' ORDER BY version",
        "SELECT from_version, to_version, status FROM event_outbox WHERE aggregate_id = $1 ORDER BY id",
        "SELECT version FROM aggregates WHERE id = $1",
    )
    return [[dict(row) for row in await pool.fetch(query, story)] for query in queries]


class Growing(StoryKind):
    """A story whose text, once it is there, opens one job more."""

    def project(
        self, state: Any, jobs: Sequence[Job], steps: Sequence[Step], now: datetime, *, opened: Sequence[Job]
    ) -> Projected:
        made = super().project(state, jobs, steps, now, opened=opened)
        if not any(step.after.status is READY for step in steps):
            return made
        text = jobs[0]
        more = Job(
            uuid4(), text.aggregate_id, text.user_id, uuid4(), "audio", "audio", JobStatus.QUEUED, "more"
        )
        return Projected(made.events, made.row, (more,))


async def test_a_projection_opens_jobs_in_a_run_of_their_own(http_service: HttpService, maya: Caller) -> None:
    story = await maya.make_story(generateAssets=False)
    job = await http_service.begin(story, "content")
    async with http_service.database.as_owner() as connection:
        locked = await lock_aggregate(connection, UUID(story))
        assert locked is not None
        done = Change([Move(job.id, READY, attempt=job.attempt, result={})])
        settled = await settle_locked(connection, kinds_of(Growing()), [locked], done)
    assert settled.queued == {"audio"}
    row = await http_service.database.pool.fetchrow(
        "SELECT j.status, j.rank IS NOT NULL AS in_line, r.kind FROM jobs j JOIN runs r ON r.id = j.run_id"
        " WHERE j.aggregate_id = $1 AND j.name = 'audio'",
        UUID(story),
    )
    assert row is not None
    assert dict(row) == {"status": "queued", "in_line": True, "kind": "more"}


async def test_a_checkpoint_brings_the_aggregate_a_patch(http_service: HttpService, maya: Caller) -> None:
    story = await maya.make_story(generateAssets=False)
    job = await http_service.begin(story, "content")
    milestone = Move(job.id, None, attempt=job.attempt, progress=40, patch={"title": "Maya Walks"})
    assert await http_service.services.settler.settle(milestone, job.worker_id)
    row = await http_service.database.pool.fetchrow(
        "SELECT s.title, j.status, j.progress FROM stories s JOIN jobs j ON j.aggregate_id = s.id"
        " WHERE s.id = $1",
        UUID(story),
    )
    assert row is not None
    assert tuple(row) == ("Maya Walks", "generating", 40)


async def test_a_redrive_takes_what_was_skipped_in_its_own_run_alone(http_service: HttpService) -> None:
    user = await a_user(http_service)
    async with http_service.database.as_owner() as connection:
        story = await a_bare_story(connection, user, a_brief(scene_count=SCENES))
        failed = [await _a_run_that_failed(connection, story, user) for _ in range(2)]
    assert (await redrive(http_service.database, REGISTRY.kinds, failed[:1])).steps
    assert await _statuses(http_service, failed[0]) == {"audio": "queued", "epub": "pending"}
    assert await _statuses(http_service, failed[1]) == {"audio": "failed", "epub": "skipped"}


async def _statuses(http_service: HttpService, job: UUID) -> dict[str, str]:
    """The statuses of the jobs of a job's run, by name."""
    rows = await http_service.database.pool.fetch(
        "SELECT name, status FROM jobs WHERE run_id = (SELECT run_id FROM jobs WHERE id = $1)", job
    )
    return {row["name"]: row["status"] for row in rows}


async def _a_run_that_failed(connection: Connection, story: UUID, user: UUID) -> UUID:
    """A narration that failed, and a book that was skipped for want of it. Returns the narration's id."""
    run, audio, epub = uuid4(), uuid4(), uuid4()
    insert = (
        "INSERT INTO jobs (id, aggregate_id, user_id, run_id, grp, name, status, ended_at, error, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6, now(), $7, clock_timestamp())"
    )
    await connection.execute(
        "INSERT INTO runs (id, aggregate_id, user_id, kind) VALUES ($1, $2, $3, 'build')", run, story, user
    )
    error = {"code": "X", "message": "No."}
    await connection.execute(insert, audio, story, user, run, "audio", "failed", error)
    await connection.execute(insert, epub, story, user, run, "epub", "skipped", None)
    await connection.execute(
        "INSERT INTO job_needs (job_id, need_id, hard) VALUES ($1, $2, true)", epub, audio
    )
    return audio


# -- a long history


async def a_history(connection: Connection, user: UUID, chance: Random, runs: int) -> UUID:
    """A story of many runs in any states, as some past may have left it."""
    story = await a_bare_story(connection, user, a_brief(scene_count=SCENES))
    names = all_assets(SCENES)
    for number in range(runs):
        made = names if number == 0 else chance.sample(names, chance.randint(1, 3))
        await connection.execute(
            "INSERT INTO runs (id, aggregate_id, user_id, kind) VALUES ($1, $2, $3, 'build')",
            run := uuid4(),
            story,
            user,
        )
        for position, name in enumerate(made):
            await connection.execute(_JOB, *_columns(chance, story, user, run, name, number, position))
    rows = await connection.fetch("SELECT id FROM jobs WHERE aggregate_id = $1", story)
    ids = [row["id"] for row in rows]
    pairs = {(chance.choice(ids), chance.choice(ids)) for _ in range(3 * runs)}
    await connection.executemany(
        "INSERT INTO job_needs (job_id, need_id, hard) VALUES ($1, $2, $3)",
        [(job, need, chance.random() < 0.5) for job, need in pairs if job != need],
    )
    return story


_JOB = """
INSERT INTO jobs (id, aggregate_id, user_id, run_id, grp, name, scope, input, position, status, created_at,
                  started_at, completed_at, ended_at, error, result)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
        jsonb_build_object('hash', $1::uuid))
"""


def _columns(
    chance: Random, story: UUID, user: UUID, run: UUID, name: str, number: int, position: int
) -> list[Any]:
    weights = {"ready": 5, "failed": 2, "cancelled": 2, "skipped": 1, "pending": 0.3}
    status = chance.choices(list(weights), list(weights.values()))[0]
    scenes = sorted(chance.sample(range(1, SCENES + 1), 1)) if name == "direction" and number else None
    created = BEGIN + timedelta(hours=number)
    started = created + timedelta(minutes=chance.randint(0, 200))
    ended = started + timedelta(minutes=chance.randint(1, 100))
    group = "scene" if name.startswith("scene_") else name
    error = {"code": "X", "message": "No."} if status == "failed" else None
    return [
        uuid4(),
        story,
        user,
        run,
        group,
        name,
        str(scenes) if scenes else "",
        {"scenes": scenes} if scenes else {},
        position,
        status,
        created,
        started if status == "ready" else None,
        ended if status == "ready" else None,
        None if status == "pending" else ended,
        error,
    ]


def said(jobs: Sequence[Job]) -> dict[str, Any]:
    """All that is said of a story's jobs."""
    return {
        "standing": {name: (job.id, job.kept) for name, job in latest_by_name(jobs).items()},
        "unfinished": {job.id for job in unfinished(jobs)},
        "stale": stale_names(jobs, SCENES),
        "state": json.dumps(story_state(jobs, SCENES), default=str),
    }


@pytest.mark.parametrize("seed", range(12))
async def test_the_jobs_that_count_say_what_all_of_them_say(http_service: HttpService, seed: int) -> None:
    chance, user = Random(seed), await a_user(http_service)
    async with http_service.database.as_owner() as connection:
        for runs in (1, 2, 5, 12, 30):
            story = await a_history(connection, user, chance, runs)
            every = [
                row["id"]
                for row in await connection.fetch("SELECT id FROM jobs WHERE aggregate_id = $1", story)
            ]
            whole = (await load_jobs(connection, [story], few=len(every)))[story]
            assert len(whole) == len(every)
            counting = (await load_jobs(connection, [story], few=0))[story]
            assert len((await load_jobs(connection, [story], every, few=0))[story]) == len(every)
            assert said(counting) == said(whole)
            # The runs that a move may touch are whole, and what may wait has all that it waits for.
            seen = {job.id for job in counting}
            touched = {job.run_id for job in counting if not job.status.final}
            touched |= {job.run_id for job in latest_by_name(whole).values()}
            for run in touched:
                ours, theirs = ([job for job in jobs if job.run_id == run] for jobs in (counting, whole))
                assert run_of(run, ours) == run_of(run, theirs)
            assert all(need in seen for job in counting if job.run_id in touched for need, _ in job.needs)


async def test_no_more_jobs_are_loaded_after_hundreds_of_runs(
    http_service: HttpService, maya: Caller
) -> None:
    story = UUID(await maya.make_story(scene_count=2))
    many = """
        WITH run AS (
          INSERT INTO runs (id, aggregate_id, user_id, kind, created_at)
          SELECT gen_random_uuid(), $1, $2, 'regenerate', now() + n * interval '1 minute'
          FROM generate_series(1, $3::integer) AS n RETURNING id, created_at)
        INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, created_at, started_at,
                          completed_at, ended_at)
        SELECT $1, $2, id, 'scene', 'scene_1', 'ready', created_at, created_at, created_at, created_at
        FROM run"""
    counts = []
    async with http_service.database.as_owner() as connection:
        for more in (5, 295):
            await connection.execute(many, story, maya.user_id, more)
            counts.append(len((await load_jobs(connection, [story], few=0))[story]))
        assert len((await load_jobs(connection, [story]))[story]) == counts[1]
    assert counts[0] == counts[1] < 20
