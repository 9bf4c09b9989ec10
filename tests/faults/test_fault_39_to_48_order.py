"""Wrong clocks, repeated and reordered messages, races, floods, and two versions side by side."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from uuid import UUID, uuid4

import aiohttp
import pytest

from actors.registry import REGISTRY
from service.background.settler import Settler
from service.domain.assets import PlannedJob
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.streams.jobs import JobStreams
from tests.factories import USER
from tests.faults.config import Failpoint
from tests.faults.environment import CALM, LEASE, FaultEnvironment, outage
from tests.faults.http_child import headers, start_http_child

Figure = Callable[[str], None]


CONTENT_ALONE = (PlannedJob("content", "content", ()),)


@pytest.fixture
def stories(long: bool) -> int:
    return 20 if long else 3


@pytest.mark.long
async def test_fault_39_clocks_that_are_an_hour_off(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    """One process is an hour ahead and one behind; leases, retries and times are the database's."""
    fast = await environment.child(clock_offset=3600.0)
    slow = await environment.child(clock_offset=-3600.0)
    environment.stub.refuse("cover", (429, "1"), (500, ""))
    ids = await environment.create(stories)
    seconds = await environment.finished(ids, 25.0)
    await environment.check(ids)
    assert await environment.value("SELECT count(*) FROM workers WHERE buried_at IS NOT NULL") == 0
    wrong = await environment.value(
        "SELECT count(*) FROM jobs WHERE abs(extract(epoch FROM clock_timestamp() - ended_at)) > 300"
        " OR completed_at < started_at OR updated_at < created_at"
    )
    assert wrong == 0, f"{wrong} jobs bear the time of a wrong clock"
    by = {call.by for call in environment.stub.calls}
    assert by == {fast.name, slow.name}
    figure(f"{len(ids)} stories in {seconds:.1f} s, a retry on time, nobody expired, no wrong time written")


@pytest.mark.long
async def test_fault_42_deliveries_that_are_repeated_and_out_of_order(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    """Every job's entry arrives five times, shuffled, while it waits, while it runs and when it is over."""
    for _ in range(2):
        await environment.child()
    streams = JobStreams(environment.redis, environment.namespace)
    ids = await environment.create(stories)
    sent = 0
    with environment.stub.gate("direction") as gate:
        await gate.arrived(1)
        sent += await flood(environment, streams)
    sent += await flood(environment, streams)
    await environment.finished(ids)
    sent += await flood(environment, streams)
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    assert await environment.value("SELECT max(attempt) FROM jobs") == 1
    figure(f"{sent} false deliveries; every job had one attempt")


async def flood(environment: FaultEnvironment, streams: JobStreams) -> int:
    rows = list(await environment.database.pool.fetch("SELECT id, grp FROM jobs")) * 5
    environment.history.chance.shuffle(rows)
    for row in rows:
        await streams.add(row["grp"], [row["id"]])
    return len(rows)


async def test_fault_43_siblings_that_finish_together(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    for _ in range(3 if long else 2):
        await environment.child(lease_seconds=CALM, image_concurrency=24, image_concurrency_per_process=12)
    with environment.stub.gate("scene") as gate:
        ids = await environment.create(2, scenes=12)
        await gate.arrived(24)
    await environment.check(ids)
    released = await environment.value(
        "SELECT count(*) FROM audit WHERE name = 'pdf' AND status = 'queued' AND aggregate_id = ANY($1)", ids
    )
    assert released == len(ids)
    assert await environment.value("SELECT max(attempt) FROM jobs") == 1, (
        "settlements of one story got into each other's way"
    )
    figure(f"24 scenes ended at once in {len(environment.children)} processes; each PDF was queued once")


@pytest.mark.long
async def test_fault_44_a_cancel_races_the_end(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    for _ in range(2):
        await environment.child()
    environment.stub.default_latency = 0.03
    settler = Settler(environment.database, REGISTRY.kinds, environment.nudges)
    ids = await environment.create(60 if long else 12)
    for id_ in ids:
        await outage(environment.history.chance.uniform(0, 0.08))
        await cancel(environment, settler, id_)
    await environment.check(ids)
    ends = await environment.database.pool.fetch("SELECT status, count(*) FROM stories GROUP BY 1")
    assert await environment.extra_calls() == 0
    figure(", ".join(f"{row['count']} {row['status']}" for row in ends))


async def test_fault_44_a_cancel_reaches_the_process_that_works(
    environment: FaultEnvironment, figure: Figure
) -> None:
    child = await environment.child(lease_seconds=CALM)
    with environment.stub.gate("direction") as gate:
        ids = await environment.create(1)
        await gate.arrived(1)
        await cancel(environment, Settler(environment.database, REGISTRY.kinds, environment.nudges), ids[0])

        async def idle() -> bool:
            return bool((await child.stats())["running"] == 0)

        seconds = await environment.until(idle, "the attempts are stopped")
    await environment.check(ids)
    figure(f"stopped in another process after {seconds * 1000:.0f} ms")


async def cancel(environment: FaultEnvironment, settler: Settler, story_id: UUID) -> None:
    rows = await environment.database.pool.fetch(
        "SELECT id FROM jobs WHERE aggregate_id = $1 AND ended_at IS NULL", story_id
    )
    if rows:
        await settler.settle_all([Move(row["id"], JobStatus.CANCELLED) for row in rows])


async def test_fault_46_one_key_fifty_times_at_once(environment: FaultEnvironment, figure: Figure) -> None:
    """Over two processes, while a third does the work."""
    faces = [await start_http_child(environment, "relay") for _ in range(2)]
    await environment.child(lease_seconds=CALM)
    same = headers() | {"Idempotency-Key": "the same"}
    body = {"characters": [{"name": "Maya", "age": 6}], "scene_count": 1}

    async with aiohttp.ClientSession(headers=same) as session:

        async def ask(number: int) -> tuple[int, bytes]:
            url = f"http://127.0.0.1:{faces[number % 2].port}/api/v1/stories"
            async with session.post(url, json=body) as answer:
                return answer.status, await answer.read()

        answers = Counter(await asyncio.gather(*(ask(number) for number in range(50))))
    assert len(answers) == 1, answers
    assert next(iter(answers))[0] == 201
    assert await environment.value("SELECT count(*) FROM stories") == 1
    assert await environment.value("SELECT count(*) FROM quota_entries") == 1
    await environment.check(await stories_there(environment))
    figure("50 equal answers, one story, one credit")


async def stories_there(environment: FaultEnvironment) -> list[UUID]:
    return [row["id"] for row in await environment.database.pool.fetch("SELECT id FROM stories")]


@pytest.mark.long
async def test_fault_47_an_old_and_a_new_version_side_by_side(
    environment: FaultEnvironment, figure: Figure
) -> None:
    """The old one does not know audio, nor Genesis: it leaves both alone, and works on."""
    old = await environment.child(
        name="old", groups=tuple(group for group in REGISTRY.groups if group != "audio")
    )
    unknown = await genesis_jobs(environment)
    # A retry of ours is due beside one that nobody here knows.
    environment.stub.refuse("cover", (500, ""))
    ids = await environment.create(2, watched=False)

    async def only_audio_waits() -> bool:
        rows = await environment.database.pool.fetch(
            "SELECT DISTINCT name, status FROM jobs WHERE ended_at IS NULL AND aggregate_id = ANY($1)", ids
        )
        found = {(row["name"], row["status"]) for row in rows}
        return ("audio", "queued") in found and found <= {("audio", "queued"), ("epub", "pending")}

    await environment.until(only_audio_waits, "all but the audio is made")
    victim = await environment.child(Failpoint(point="after_claim", group="audio"))
    await victim.ended.wait()
    environment.history.note("the new one died", ambiguous=True)
    await environment.until(lambda: saved(environment), "the old one expires the new one", LEASE + 6.0)
    assert await environment.value("SELECT status FROM jobs WHERE id = $1", unknown["queued"]) == "queued"
    assert await environment.value("SELECT status FROM jobs WHERE id = $1", unknown["retrying"]) == "retrying"
    assert (
        await environment.value("SELECT status FROM jobs WHERE id = $1", unknown["generating"])
        == "generating"
    )
    await environment.child()
    await environment.finished(ids)
    await forget_genesis(environment)
    await environment.check(ids)
    assert not old.ended.is_set()
    figure("jobs of an unknown group and of an unknown kind were left alone; the rest went on")


async def saved(environment: FaultEnvironment) -> bool:
    return bool(await environment.value("SELECT count(*) FROM jobs WHERE name = 'audio' AND rescues > 0"))


async def genesis_jobs(environment: FaultEnvironment) -> dict[str, UUID]:
    """Jobs of a session, as a newer version has them: waiting, due, and in a dead worker's hands."""
    ids = {status: uuid4() for status in ("queued", "retrying", "generating")}
    session, dead = uuid4(), uuid4()
    async with environment.database.as_owner() as connection:
        await connection.execute(
            "INSERT INTO actor_groups (name, pool) VALUES ('concept', 'concept'), ('audio', 'audio')"
            " ON CONFLICT DO NOTHING"
        )
        await connection.execute(
            "INSERT INTO workers (id, hostname, pid, lease_until)"
            " VALUES ($1, 'gone', 1, now() - interval '1 hour')",
            dead,
        )
        await connection.execute(
            "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'genesis', $2)", session, USER
        )
        for status, id_ in ids.items():
            await connection.execute(
                "WITH run AS (INSERT INTO runs (id, aggregate_id, user_id, kind)"
                " VALUES ($1, $2, $3, 'concept'))"
                " INSERT INTO jobs"
                " (id, aggregate_id, user_id, run_id, grp, name, status, rank, worker_id, deadline_at)"
                " VALUES ($1, $2, $3, $1, 'concept', $4, $4, 1, $5, now() + interval '1 hour')",
                id_,
                session,
                USER,
                status,
                dead if status == "generating" else None,
            )
    return ids


async def forget_genesis(environment: FaultEnvironment) -> None:
    await environment.database.pool.execute("DELETE FROM aggregates WHERE kind = 'genesis'")
    await environment.database.pool.execute("UPDATE workers SET buried_at = now() WHERE hostname = 'gone'")


@pytest.mark.long
async def test_fault_48_a_long_queue_makes_no_storm(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    """The stream stays as shallow as there are slots, however long the queue is."""
    count, slots = (100_000, 8) if long else (3_000, 8)
    with environment.stub.gate("content") as gate:
        first = await environment.child(roles=["actors"], concurrency_per_process=slots)
        await environment.create(slots, plan=CONTENT_ALONE, watched=False)
        await gate.arrived(slots)
        await queue_many(environment, count)
        await environment.child(concurrency_per_process=slots)
        await gate.arrived(2 * slots)
        await outage(5.0 if long else 2.0)
        key = JobStreams(environment.redis, environment.namespace).key("content")
        depth = await environment.redis.xlen(key)
        added = (await environment.redis.xinfo_stream(key))["entries-added"]
        running = await environment.value("SELECT count(*) FROM jobs WHERE status = 'generating'")
        marked = await environment.value("SELECT count(*) FROM jobs WHERE dispatched_at IS NOT NULL")
    assert running == 2 * slots
    assert not first.ended.is_set()
    assert depth <= 4 * slots and marked <= 4 * slots, (
        f"{depth} entries, {marked} marks for {2 * slots} slots"
    )
    assert added <= 4 * slots, f"{added} entries were added for {running} running jobs"
    figure(f"{count} queued: {added} entries added for {running} running jobs, {depth} in the stream")


async def queue_many(environment: FaultEnvironment, count: int) -> None:
    """So many more stories of one content each, written by SQL alone."""
    made = await environment.value(
        "WITH one AS (SELECT library_id, brief FROM stories LIMIT 1),"
        " many AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, $1::int) n),"
        " a AS (INSERT INTO aggregates (id, kind, user_id) SELECT id, 'story', $2 FROM many RETURNING id),"
        " s AS (INSERT INTO stories (id, library_id, creator_user_id, brief, scene_count)"
        "   SELECT many.id, one.library_id, $2, one.brief, 1 FROM many, one RETURNING id),"
        " r AS (INSERT INTO runs (id, aggregate_id, user_id, kind)"
        "   SELECT id, id, $2, 'build' FROM many RETURNING id),"
        " j AS (INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, rank)"
        "   SELECT many.id, $2, many.id, 'content', 'content', 'queued', 1000 + n FROM many RETURNING id)"
        " SELECT count(*) FROM j, (SELECT count(*) FROM a) x, (SELECT count(*) FROM s) y,"
        " (SELECT count(*) FROM r) z",
        count,
        USER,
        timeout=120,
    )
    assert made == count
