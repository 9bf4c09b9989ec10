"""Leases, expiry, fences, the ledger and the streams' upkeep, one guard at a time, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import redis.asyncio as aioredis

from actors.registry import REGISTRY
from actors.runtime.pool_slots import PoolSlots
from actors.runtime.reader import GroupReader
from actors.runtime.worker import Worker
from service.background.leases import Lease
from service.background.nudges import Nudges
from service.background.reconciler import Reconciler
from service.background.settler import Settler
from service.db.pool import Database
from service.db.sql import load
from service.domain.assets import PlannedJob
from service.domain.offline import OFFLINE
from service.errors import Fenced, OutcomeUnknown, WorkerExpired
from service.jobs.jobs import Job, Move
from service.jobs.states import JobStatus
from service.providers.replies import Usage
from service.runtime.ledger import Answer, Cost, Ledger, Work, allow_once_more
from service.stories.insert import NewStory, create_story
from service.stories.silence import silent_pictures
from service.streams.client import connect
from service.streams.jobs import JobStreams
from tests.factories import USER, a_brief
from tests.faults.proxy import open_proxy

LEASE = 12.0
#: How long a token may be good.
TOKEN = 86_400.0
WORK = Work(step="draw", model="stub", input={"of": "a bird"})
COST = Cost({}, Usage().cost_usd, "r-1")
ANSWER = Answer({"text": "a bird"})
_WORKERS = load("workers")


class Bench:
    """The settlement's parts with no loop running: each test moves them by hand."""

    def __init__(self, database: Database, redis: aioredis.Redis) -> None:
        self.database = database
        self.nudges = Nudges(database)
        self.settler = Settler(database, REGISTRY.kinds, self.nudges)
        self.ledger = Ledger(database, kinds=REGISTRY.kinds)
        self.streams = JobStreams(redis, "bench")
        self.redis = redis
        self.me = uuid4()

    async def worker(self, *, lease: float = LEASE, steady: float = 60.0, renewed: float = 0.0) -> UUID:
        """A worker whose lease ends in so many seconds, and which renewed so long ago."""
        id_ = uuid4()
        await self.database.pool.execute(
            "INSERT INTO workers (id, hostname, pid, session, lease_until, steady_since, renewed_at)"
            " VALUES ($1, 'here', 1, $1::uuid::text, clock_timestamp() + make_interval(secs => $2),"
            " clock_timestamp() - make_interval(secs => $3), clock_timestamp() - make_interval(secs => $4))",
            id_,
            lease,
            steady,
            renewed,
        )
        return id_

    @asynccontextmanager
    async def connection_of(self, worker: UUID) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        """A connection of a worker's, in a transaction that holds its row."""
        names = {"application_name": str(worker)}
        connection = await asyncpg.connect(self.database.url, server_settings=names)
        try:
            await connection.execute("BEGIN")
            await connection.execute(_WORKERS["lock_own_worker"], worker)
            yield connection
        finally:
            await connection.close()

    async def job(self) -> Job:
        """A story of one content, queued."""
        async with self.database.as_owner() as connection:
            library = await connection.fetchval(load("libraries")["default_library"], USER)
            plan = (PlannedJob("content", "content", ()),)
            await create_story(connection, NewStory(uuid4(), USER, library, a_brief(scene_count=1), plan))
            row = await connection.fetchrow("SELECT * FROM jobs ORDER BY created_at DESC LIMIT 1")
        assert row is not None
        run = row["run_id"]
        return Job(row["id"], row["aggregate_id"], USER, run, "content", "content", JobStatus.QUEUED)

    async def claimed(self, worker: UUID) -> Job:
        """A job that a worker runs."""
        return (await self.settler.claim([(await self.job()).id], worker))[0]

    async def status(self, job: Job) -> str:
        return str(await self.database.pool.fetchval("SELECT status FROM jobs WHERE id = $1", job.id))

    def reconciler(self, worker: UUID) -> Reconciler:
        return Reconciler(
            self.database,
            REGISTRY.kinds,
            self.settler,
            self.streams,
            self.nudges,
            groups=REGISTRY.groups,
            silent=silent_pictures,
            worker_id=lambda: worker,
            lease_seconds=LEASE,
            token_seconds=TOKEN,
        )

    async def retry(self, job: Job, worker: UUID) -> Job:
        """The same job under its next attempt, of another worker."""
        await self.settler.settle_all([Move(job.id, JobStatus.QUEUED, counts="rescue")])
        return (await self.settler.claim([job.id], worker))[0]


@pytest.fixture
async def bench(database: str, redis_url: str) -> AsyncIterator[Bench]:
    opened = await Database.connect(database, size=6)
    redis = connect(redis_url)
    await opened.pool.execute("INSERT INTO users (id, tier) VALUES ($1, 'unlimited')", USER)
    await opened.pool.execute("INSERT INTO actor_groups (name, pool) VALUES ('content', 'content')")
    made = Bench(opened, redis)
    yield made
    await made.nudges.stop()
    await redis.aclose()
    await opened.close()


async def test_sign_outs_are_remembered_for_as_long_as_a_token_may_be_good(bench: Bench) -> None:
    """And a day more, for clocks that differ."""
    ages = {"just now": 0.0, "yesterday": 1.9 * TOKEN, "long ago": 2.1 * TOKEN}
    for name, age in ages.items():
        await bench.database.pool.execute(
            "INSERT INTO sign_outs VALUES ($1, now() - make_interval(secs => $2))", name.encode(), age
        )
    await bench.reconciler(await bench.worker()).run_once()
    left = await bench.database.pool.fetch("SELECT user_mark FROM sign_outs ORDER BY at DESC")
    assert [row["user_mark"].decode() for row in left] == ["just now", "yesterday"]


async def test_expiry_gives_the_jobs_of_the_dead_back_and_counts_a_rescue(bench: Bench) -> None:
    dead, me = await bench.worker(), await bench.worker()
    job = await bench.claimed(dead)
    await end_lease(bench, dead)
    assert await bench.reconciler(me).expire_dead() == 1
    row = await bench.database.pool.fetchrow(
        "SELECT status, rescues, failures FROM jobs WHERE id = $1", job.id
    )
    assert row is not None and tuple(row) == ("queued", 1, 0)


async def end_lease(bench: Bench, worker: UUID) -> None:
    await bench.database.pool.execute(
        "UPDATE workers SET lease_until = clock_timestamp() - interval '1 second' WHERE id = $1", worker
    )


async def test_expiry_ends_the_connections_that_the_dead_left_open(bench: Bench) -> None:
    """It stopped in the middle of a settlement, and holds its row: the reconciler waits for no time-out."""
    dead, living, me = await bench.worker(), await bench.worker(), await bench.worker()
    job, reconciler, ended = await bench.claimed(dead), bench.reconciler(me), asyncio.Event()
    async with bench.connection_of(dead) as left, bench.connection_of(living) as other:
        left.add_termination_listener(lambda _: ended.set())
        await end_lease(bench, dead)
        given_back = await reconciler.expire_dead()
        await asyncio.wait_for(ended.wait(), 60)
        assert await other.fetchval("SELECT true")
    # At once, or where its end took a moment, with the next pass.
    assert given_back + await reconciler.expire_dead() == 1
    assert await bench.status(job) == "queued"


async def test_expiry_leaves_the_living_alone(bench: Bench) -> None:
    living, me = await bench.worker(), await bench.worker()
    job = await bench.claimed(living)
    assert await bench.reconciler(me).expire_dead() == 0
    assert await bench.status(job) == "generating"


@pytest.mark.parametrize(("steady", "renewed"), [(1.0, 0.0), (60.0, 7.0)])
async def test_expiry_is_not_for_who_has_not_renewed_steadily(
    bench: Bench, steady: float, renewed: float
) -> None:
    dead, me = await bench.worker(), await bench.worker(steady=steady, renewed=renewed)
    job = await bench.claimed(dead)
    await end_lease(bench, dead)
    assert await bench.reconciler(me).expire_dead() == 0
    assert await bench.status(job) == "generating"


async def test_renewal_after_a_gap_begins_steadiness_anew(bench: Bench) -> None:
    steady, torn = await bench.worker(renewed=0.0), await bench.worker(renewed=7.0)
    for worker in (steady, torn):
        assert await bench.database.pool.fetchval(_WORKERS["renew"], worker, LEASE) == worker
    fresh = "SELECT steady_since > clock_timestamp() - interval '5 seconds' FROM workers WHERE id = $1"
    assert not await bench.database.pool.fetchval(fresh, steady)
    assert await bench.database.pool.fetchval(fresh, torn)


async def test_renewal_is_refused_to_the_expired(bench: Bench) -> None:
    worker = await bench.worker()
    await bench.database.pool.execute("UPDATE workers SET buried_at = now() WHERE id = $1", worker)
    assert await bench.database.pool.fetchval(_WORKERS["renew"], worker, LEASE) is None


async def test_claim_by_an_expired_worker_is_refused(bench: Bench) -> None:
    expired, job = await bench.worker(), await bench.job()
    await bench.database.pool.execute("UPDATE workers SET buried_at = now() WHERE id = $1", expired)
    with pytest.raises(WorkerExpired):
        await bench.settler.claim([job.id], expired)
    assert await bench.status(job) == "queued"


async def test_end_that_was_committed_and_not_answered_counts_as_made(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    end = Move(job.id, JobStatus.READY, attempt=job.attempt)
    assert await bench.settler.settle(end, job.worker_id)
    assert await bench.settler.settle(end, job.worker_id)
    late = Move(job.id, JobStatus.FAILED, attempt=job.attempt)
    assert not await bench.settler.settle(late, job.worker_id)


async def test_write_of_a_job_without_its_aggregates_lock_is_noticed(bench: Bench) -> None:
    """Somebody cancels behind the settlement's back; comparing and setting finds it out."""
    worker, job = await bench.worker(), await bench.job()
    async with bench.database.as_owner() as connection:
        await connection.execute(
            "UPDATE jobs SET status = 'cancelled', ended_at = now() WHERE id = $1", job.id
        )
        claim = asyncio.ensure_future(bench.settler.claim([job.id], worker))
        while not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
            " AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        ):
            assert not claim.done()
    with pytest.raises(AssertionError, match="without the lock of its aggregate"):
        await claim
    assert await bench.status(job) == "cancelled"


async def test_ledger_replays_a_kept_answer_to_the_next_attempt(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    assert await bench.ledger.begin(job, WORK) == 1
    await bench.ledger.keep(job, WORK, 1, ANSWER, COST)
    again = await bench.retry(job, await bench.worker())
    assert await bench.ledger.begin(again, WORK) == ANSWER


async def test_ledger_marks_a_call_that_a_crash_hid_and_repeats_it_once(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    assert await bench.ledger.begin(job, WORK) == 1
    job = await bench.retry(job, await bench.worker())
    assert await bench.ledger.begin(job, WORK) == 2
    outcomes = await bench.database.pool.fetch("SELECT outcome FROM provider_calls ORDER BY try")
    assert [row["outcome"] for row in outcomes] == ["unknown", "started"]
    job = await bench.retry(job, await bench.worker())
    with pytest.raises(OutcomeUnknown) as refused:
        await bench.ledger.begin(job, WORK)
    assert refused.value.code == "PROVIDER_OUTCOME_UNKNOWN"


async def test_person_allows_one_more_call_and_not_two(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    for _ in range(2):
        await bench.ledger.begin(job, WORK)
        job = await bench.retry(job, await bench.worker())
    with pytest.raises(OutcomeUnknown):
        await bench.ledger.begin(job, WORK)
    async with bench.database.as_owner() as connection:
        await allow_once_more(connection, [job.aggregate_id])
        await allow_once_more(connection, [job.aggregate_id])  # a second click changes nothing
    assert await bench.ledger.begin(job, WORK) == 3
    job = await bench.retry(job, await bench.worker())
    with pytest.raises(OutcomeUnknown):
        await bench.ledger.begin(job, WORK)
    unknown = "SELECT count(*) FROM provider_calls WHERE outcome = 'unknown'"
    assert await bench.database.pool.fetchval(unknown) == 3, "the report tells of all that were lost"


async def test_call_that_costs_nothing_is_made_again_however_often_it_was_lost(bench: Bench) -> None:
    job, free = await bench.claimed(await bench.worker()), replace(WORK, provider=OFFLINE)
    for number in range(1, 5):
        assert await bench.ledger.begin(job, free) == number
        job = await bench.retry(job, await bench.worker())
    await bench.ledger.lose(job, free, 4, {"code": "INTERNAL", "message": "a test"})
    unknown = "SELECT count(*) FROM provider_calls WHERE outcome = 'unknown'"
    assert await bench.database.pool.fetchval(unknown) == 0


async def test_ledger_takes_no_intent_of_an_attempt_that_is_over(bench: Bench) -> None:
    job = await bench.claimed(await bench.worker())
    await bench.retry(job, await bench.worker())
    with pytest.raises(Fenced):
        await bench.ledger.begin(job, WORK)
    assert await bench.database.pool.fetchval("SELECT count(*) FROM provider_calls") == 0


async def test_ledger_keeps_a_late_answer_for_those_who_come_after(bench: Bench) -> None:
    zombie = await bench.claimed(await bench.worker())
    number = await bench.ledger.begin(zombie, WORK)
    assert isinstance(number, int)
    successor = await bench.retry(zombie, await bench.worker())
    await bench.ledger.keep(zombie, WORK, number, ANSWER, COST)
    assert await bench.ledger.begin(successor, WORK) == ANSWER


async def test_marks_whose_entry_is_there_stay(bench: Bench) -> None:
    there, lost = await bench.job(), await bench.job()
    await bench.streams.ensure("content")
    await bench.streams.add("content", [there.id])
    await bench.database.pool.execute("UPDATE jobs SET dispatched_at = now() - interval '5 seconds'")
    assert await bench.reconciler(await bench.worker()).find_lost("content") == 1
    marked = await bench.database.pool.fetch("SELECT id FROM jobs WHERE dispatched_at IS NOT NULL")
    assert [row["id"] for row in marked] == [there.id]
    assert await bench.status(lost) == "queued"


async def test_entries_of_the_dead_are_adopted_and_those_of_the_living_are_not(bench: Bench) -> None:
    dead, living = await bench.worker(), await bench.worker()
    first, second = await bench.job(), await bench.job()
    await bench.streams.ensure("content")
    await bench.streams.add("content", [first.id, second.id])
    for worker in (dead, living):
        await bench.streams.read("content", str(worker), 1, block_ms=100)
    await bench.database.pool.execute("UPDATE workers SET buried_at = now() WHERE id = $1", dead)
    assert await bench.reconciler(living).adopt_orphans("content") == 1
    assert await bench.streams.consumers("content") == [str(living)]
    again: list[Any] = await bench.streams.read("content", str(living), 5, block_ms=100)
    assert [entry.job_id for entry in again] == [first.id]


async def silent_picture(bench: Bench, worker: UUID, kind: str = "images") -> Job:
    """A job that a worker runs, in a run of this kind, of which nothing was heard for six minutes."""
    job = await bench.claimed(worker)
    run = "UPDATE runs SET kind = $2 WHERE aggregate_id = $1"
    await bench.database.pool.execute(run, job.aggregate_id, kind)
    heard = "UPDATE jobs SET heard_at = clock_timestamp() - interval '6 minutes' WHERE id = $1"
    await bench.database.pool.execute(heard, job.id)
    return job


async def test_an_image_job_that_has_fallen_silent_is_failed_with_a_message(bench: Bench) -> None:
    worker, me = await bench.worker(), await bench.worker()
    job = await silent_picture(bench, worker)
    assert await bench.reconciler(me).fail_overdue() == 1
    row = await bench.database.pool.fetchrow("SELECT status, error FROM jobs WHERE id = $1", job.id)
    assert row is not None
    assert (row["status"], row["error"]["code"]) == ("failed", "JOB_SILENT")
    assert "five minutes" in row["error"]["message"]


async def test_an_attempt_that_lives_is_failed_after_fifteen_minutes(bench: Bench) -> None:
    """By the reconciler's own pass, and whatever kind of run it is of."""
    worker, me = await bench.worker(), await bench.worker()
    job, other = await bench.claimed(worker), await bench.claimed(worker)
    left = "SELECT extract(epoch FROM deadline_at - clock_timestamp())::float FROM jobs WHERE id = $1"
    assert 800 < await bench.database.pool.fetchval(left, job.id) <= 900
    goes_by = "UPDATE jobs SET deadline_at = deadline_at - make_interval(secs => $2) WHERE id = $1"
    await bench.database.pool.execute(goes_by, job.id, 901.0)
    await bench.database.pool.execute(goes_by, other.id, 600.0)
    await bench.reconciler(me).run_once()
    row = await bench.database.pool.fetchrow("SELECT status, error FROM jobs WHERE id = $1", job.id)
    assert row is not None
    assert (row["status"], row["error"]["code"]) == ("failed", "JOB_TIMEOUT")
    assert await bench.status(other) == "generating", "it has five minutes left"
    end = Move(job.id, JobStatus.READY, attempt=job.attempt)
    assert not await bench.settler.settle(end, worker), "what comes after its time is refused"


async def test_attempts_of_a_process_that_died_long_ago_go_on_and_are_not_failed(bench: Bench) -> None:
    dead, me = await bench.worker(), await bench.worker()
    late, silent = await bench.claimed(dead), await silent_picture(bench, dead)
    goes_by = "UPDATE jobs SET deadline_at = deadline_at - interval '1 day' WHERE id = $1"
    await bench.database.pool.execute(goes_by, late.id)
    await end_lease(bench, dead)
    await bench.reconciler(me).run_once()
    assert [await bench.status(job) for job in (late, silent)] == ["queued", "queued"]


async def test_each_attempt_has_its_own_fifteen_minutes(bench: Bench) -> None:
    worker, me = await bench.worker(), await bench.worker()
    job = await bench.claimed(worker)
    late = "UPDATE jobs SET deadline_at = clock_timestamp() - interval '1 second' WHERE id = $1"
    await bench.database.pool.execute(late, job.id)
    again = await bench.retry(job, worker)
    assert await bench.reconciler(me).fail_overdue() == 0
    assert (await bench.status(again), again.attempt) == ("generating", 2)


async def test_silence_is_no_fault_of_other_runs_and_no_judgement_of_one_that_slept(bench: Bench) -> None:
    worker, me, awake = await bench.worker(), await bench.worker(), await bench.worker(steady=LEASE / 2)
    await silent_picture(bench, worker, kind="build")
    assert await bench.reconciler(me).fail_overdue() == 0
    await silent_picture(bench, worker)
    assert await bench.reconciler(awake).fail_overdue() == 0


async def test_a_process_lets_its_long_calls_be_heard_of(bench: Bench) -> None:
    me, other = await bench.worker(), await bench.worker()
    job = await silent_picture(bench, me)
    lease = Lease(bench.database, bench.nudges, seconds=LEASE, roles=(), slots={})
    lease.worker_id = me
    executor: Any = None  # nothing is executed here
    calls: Any = None
    worker = Worker(
        bench.database,
        bench.nudges,
        bench.settler,
        bench.streams,
        executor,
        calls=calls,
        slots={},
        lease=lease,
        pool_slots=PoolSlots(bench.database, bench.nudges),
        wake_in=lambda _: None,
    )
    await worker.run_once()
    assert await bench.reconciler(other).fail_overdue() == 0
    assert await bench.status(job) == "generating"


async def test_reader_that_is_stopped_while_its_server_is_silent_ends_when_it_speaks(
    bench: Bench, redis_url: str
) -> None:
    async with open_proxy(redis_url) as proxy:
        redis = connect(proxy.url(redis_url))
        streams, worker = JobStreams(redis, "bench"), await bench.worker()
        reader = GroupReader("content", 1, worker, streams, bench.settler.claim, lambda job: None)
        proxy.freeze()
        await reader.start()
        stopping = asyncio.create_task(reader.stop())
        await asyncio.sleep(0)
        proxy.thaw()
        await asyncio.wait_for(stopping, 60)
        await redis.aclose()
