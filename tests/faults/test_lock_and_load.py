"""The start of a settlement: what it locks, and what it sees after a wait."""

from __future__ import annotations

import asyncio

import pytest

from service.errors import WorkerExpired
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.runtime.job_rows import FEW
from tests.faults.test_leases import Bench, bench

__all__ = ["bench"]

_WAITS = """
SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'
               AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))
"""


async def test_a_settlement_that_waited_for_a_lock_sees_what_the_other_committed(bench: Bench) -> None:
    job, worker = await bench.job(), await bench.worker()
    aggregate = job.aggregate_id
    async with bench.database.as_owner() as connection:
        await connection.execute("SELECT FROM aggregates WHERE id = $1 FOR NO KEY UPDATE", aggregate)
        claim = asyncio.create_task(bench.settler.claim([job.id], worker))
        while not await connection.fetchval(_WAITS):
            assert not claim.done()
        await connection.execute(
            "UPDATE aggregates SET version = version + 1 WHERE id = $1", job.aggregate_id
        )
        await connection.execute(
            "INSERT INTO domain_events (aggregate_id, version, aggregate_type, type)"
            " SELECT id, version, kind, 'story.changed' FROM aggregates WHERE id = $1",
            aggregate,
        )
        await connection.execute("UPDATE jobs SET attempt = 6 WHERE id = $1", job.id)
    (claimed,) = await claim
    assert claimed.attempt == 7
    versions = "SELECT array_agg(version ORDER BY version) FROM domain_events WHERE aggregate_id = $1"
    found = await bench.database.pool.fetchval(versions, aggregate)
    assert found == list(range(1, len(found) + 1)), "versions have no gap and none is given twice"


async def test_a_settlement_of_a_worker_that_has_expired_locks_nothing_and_says_so(bench: Bench) -> None:
    job, worker = await bench.job(), await bench.worker()
    await bench.database.pool.execute("UPDATE workers SET buried_at = now() WHERE id = $1", worker)
    with pytest.raises(WorkerExpired):
        await bench.settler.claim([job.id], worker)
    assert await bench.status(job) == "queued"


async def test_jobs_of_a_long_history_are_settled_as_those_of_a_short_one(bench: Bench) -> None:
    job, short = await bench.job(), await bench.job()
    await bench.database.pool.execute(
        "INSERT INTO jobs (aggregate_id, user_id, run_id, grp, name, status, ended_at)"
        " SELECT aggregate_id, user_id, run_id, grp, 'was_' || n, 'cancelled', now()"
        " FROM jobs, generate_series(1, $2::integer) AS n WHERE id = $1",
        job.id,
        FEW,
    )
    worker = await bench.worker()
    claimed = {one.id: one for one in await bench.settler.claim([job.id, short.id], worker)}
    assert set(claimed) == {job.id, short.id}
    ends = [Move(id_, JobStatus.READY, attempt=one.attempt) for id_, one in claimed.items()]
    settled = await bench.settler.settle_all(ends, worker)
    assert settled.refused == []
    assert [await bench.status(one) for one in (job, short)] == ["ready", "ready"]
