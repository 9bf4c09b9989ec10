"""Processes that an operator asks to go, from wherever the database is reached."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from actors.registry import REGISTRY
from actors.runtime.calls import Calls
from service.background.leases import Lease
from service.background.nudges import Nudges
from service.background.rescue import expire
from service.background.settler import Settler
from service.db.pool import Connection, Database
from service.domain.assets import PlannedJob
from service.domain.offline import OFFLINE
from service.jobs.jobs import Job
from service.providers.replies import Reply
from service.runtime.ledger import Answer, Ledger, Work
from service.runtime.operations import ask_to_drain, is_asked_to_drain
from service.runtime.settlement import Settled
from tests.faults.environment import FaultEnvironment

CONTENT_ALONE = (PlannedJob("content", "content", ()),)


async def storytroupe(environment: FaultEnvironment, *arguments: str) -> str:
    """What a command says, in a process of its own, which has nothing but the servers' addresses."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from service.cli import main; main()", *arguments),
        env={
            "PATH": os.defpath,
            "DATABASE_URL": environment.database_url,
            "REDIS_URL": environment.redis_url,
        },
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said
    return said.decode()


async def test_process_that_is_asked_to_drain_ends_its_work_and_goes(environment: FaultEnvironment) -> None:
    leaving = await environment.child()
    with environment.stub.gate("content") as gate:
        ids = await environment.create(1, plan=CONTENT_ALONE)
        await gate.arrived(1)
        assert "ends" in await storytroupe(environment, "drain", str(leaving.worker_id))
        drains = "SELECT draining FROM workers WHERE id = $1::text::uuid"
        await environment.until(
            lambda: environment.value(drains, leaving.worker_id), "it says that it drains"
        )
        assert not leaving.ended.is_set(), "it did not end its work"
        gate.open()
        await leaving.said("drained")
        await leaving.ended.wait()
    job = "SELECT status || ' at ' || attempt FROM jobs WHERE aggregate_id = $1"
    assert await environment.value(job, ids[0]) == "ready at 1"
    assert await environment.value("SELECT every(buried_at IS NOT NULL) FROM workers"), "it did not sign off"


class TextCodec:
    """A word, kept inline."""

    async def dump(self, value: str) -> Answer:
        return Answer({"text": value})

    async def restore(self, answer: Answer) -> str:
        return str(answer.result["text"])


@pytest.mark.parametrize("provider", ["stub", OFFLINE])
async def test_drain_waits_for_a_paid_call_and_not_for_a_free_one(
    environment: FaultEnvironment, provider: str
) -> None:
    """A free one has a moment to write down that it failed, since its program is ended."""
    await environment.database.pool.execute(
        "INSERT INTO actor_groups (name, pool) VALUES ('content', 'content')"
    )
    await environment.create(1, plan=CONTENT_ALONE, watched=False)
    job = await claimed(environment)
    calls, begun, answered = (
        Calls(Ledger(environment.database, kinds=REGISTRY.kinds)),
        asyncio.Event(),
        asyncio.Event(),
    )

    async def make() -> Reply[str]:
        begun.set()
        await answered.wait()
        return Reply("a bird", "stub")

    work = Work("draw", "stub", {"of": "a bird"}, provider=provider)
    call = asyncio.create_task(calls.make(job, work, TextCodec(), make))
    await begun.wait()
    calls.drain()
    paid = provider != OFFLINE
    assert list(calls.paid) == ([(job.id, job.attempt)] if paid else [])
    finishing = asyncio.create_task(calls.finish(60.0))
    done, _ = await asyncio.wait({finishing}, timeout=2.0 if paid else 30.0)
    assert bool(done) is not paid
    answered.set()
    assert await call == "a bird"
    await finishing


async def claimed(environment: FaultEnvironment) -> Job:
    """The one job, in the hands of a worker that does nothing."""
    worker = uuid4()
    await environment.database.pool.execute(
        "INSERT INTO workers (id, hostname, pid, session, lease_until)"
        " VALUES ($1, 'here', 1, $1::uuid::text, clock_timestamp() + interval '1 hour')",
        worker,
    )
    job_id = await environment.value("SELECT id FROM jobs")
    return (
        await Settler(environment.database, REGISTRY.kinds, Nudges(environment.database)).claim(
            [job_id], worker
        )
    )[0]


async def test_process_that_expired_after_it_was_asked_is_still_to_go(database: str) -> None:
    opened = await Database.connect(database, size=3)
    lease = Lease(opened, Nudges(opened), seconds=60.0, roles=(), slots={})
    await lease.start()
    former = lease.worker_id
    try:
        assert await ask_to_drain(opened, former) is not None
        await expire_it(opened, former)
        assert await ask_to_drain(opened, former) is None, "an operator who comes too late is told"
        await lease.renew_identity()
        assert lease.worker_id != former
        assert await is_asked_to_drain(opened, lease.worker_id)
    finally:
        await lease.stop()
        await opened.close()


async def expire_it(database: Database, worker_id: UUID) -> Settled:
    async def work(connection: Connection) -> Settled:
        return await expire(connection, REGISTRY.kinds, [worker_id])

    return await database.retry_transaction(work)
