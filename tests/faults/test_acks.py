"""Acks of stream entries: of a process that is over, and of many attempts that end together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from redis.asyncio import BlockingConnectionPool, Redis

from actors.runtime.reader import GroupReader
from service.jobs.jobs import Job
from service.jobs.states import JobStatus
from service.streams.jobs import JobStreams
from tests.factories import USER
from tests.faults.test_leases import Bench, bench

__all__ = ["bench"]

_MANY = 400


async def test_a_zombies_ack_after_adoption_takes_nothing_from_who_has_it_now(bench: Bench) -> None:
    zombie, living, job = await bench.worker(), await bench.worker(), await bench.job()
    await bench.streams.ensure("content")
    await bench.streams.add("content", [job.id])
    read = await bench.streams.read("content", str(zombie), 1, block_ms=100)
    await bench.database.pool.execute("UPDATE workers SET buried_at = now() WHERE id = $1", zombie)
    assert await bench.reconciler(living).adopt_orphans("content") == 1
    again = await bench.streams.read("content", str(living), 1, block_ms=100)
    assert [entry.job_id for entry in again] == [job.id]
    assert await bench.streams.finish("content", [entry.id for entry in read]) == 0
    assert await bench.streams.present("content") == {job.id}
    assert await bench.streams.finish("content", [entry.id for entry in again]) == 1
    assert await bench.streams.present("content") == set()


async def test_many_attempts_that_end_together_are_acknowledged_by_few_calls(
    bench: Bench, redis_url: str
) -> None:
    """With as few connections as a reader and one ack need; no slot waits for an ack."""
    redis = Redis.from_pool(BlockingConnectionPool.from_url(redis_url, max_connections=2, timeout=5))
    streams, begun, all_begun = JobStreams(redis, "bench"), list[Job](), asyncio.Event()

    def begin(job: Job) -> None:
        begun.append(job)
        if len(begun) == _MANY:
            all_begun.set()

    async def claim(ids: Sequence[UUID], worker_id: UUID) -> list[Job]:
        return [Job(id_, uuid4(), USER, uuid4(), "content", "content", JobStatus.GENERATING) for id_ in ids]

    await streams.ensure("content")
    await streams.add("content", [uuid4() for _ in range(_MANY)])
    calls: list[int] = []
    real: Any = streams.finish

    async def finish(group: str, entry_ids: Sequence[bytes]) -> int:
        calls.extend([len(entry_ids)] if entry_ids else [])
        return int(await real(group, entry_ids))

    streams.finish = finish  # type: ignore[method-assign]
    reader = GroupReader("content", _MANY, uuid4(), streams, claim, begin)
    await reader.start()
    async with asyncio.timeout(30):
        await all_begun.wait()
        for job in begun:
            reader.finished(job.id)
        assert reader.free == _MANY, "a slot waits for no ack"
        await reader.stop()
    assert calls == [_MANY]
    assert await bench.streams.present("content") == set()
    pending: Any = await redis.xpending(streams.key("content"), "actors")
    assert pending["pending"] == 0
    await redis.aclose()
