"""Processes that an operator asks to go, from wherever the database is reached."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

import pytest

from service.background.burial import bury
from service.background.leases import Lease
from service.bootstrap import KINDS
from service.db.operations import ask_to_drain, is_asked_to_drain
from service.db.pool import Connection, Database
from service.db.settlement import Settled
from service.domain.assets import PlannedJob
from tests.faults.world import World

pytestmark = pytest.mark.timeout(60)

CONTENT_ALONE = (PlannedJob("content", "content", ()),)


async def storytroupe(world: World, *arguments: str) -> str:
    """What a command says, in a process of its own, which has nothing but the servers' addresses."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from service.cli import main; main()", *arguments),
        env={"PATH": os.defpath, "DATABASE_URL": world.database_url, "REDIS_URL": world.redis_url},
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said
    return said.decode()


async def test_process_that_is_asked_to_drain_ends_its_work_and_goes(world: World) -> None:
    leaving = await world.child()
    with world.stub.gate("content") as gate:
        ids = await world.create(1, plan=CONTENT_ALONE)
        await gate.arrived(1)
        assert "goes" in await storytroupe(world, "drain", str(leaving.worker_id))
        drains = "SELECT draining FROM workers WHERE id = $1::text::uuid"
        await world.until(lambda: world.value(drains, leaving.worker_id), "it says that it drains")
        assert not leaving.ended.is_set(), "it did not end its work"
        gate.open()
        await leaving.said("drained")
        await leaving.ended.wait()
    job = "SELECT status || ' at ' || attempt FROM jobs WHERE aggregate_id = $1"
    assert await world.value(job, ids[0]) == "ready at 1"
    assert await world.value("SELECT every(buried_at IS NOT NULL) FROM workers"), "it did not sign off"


async def test_process_that_was_buried_after_it_was_asked_is_still_to_go(database: str) -> None:
    opened = await Database.connect(database, size=3)
    lease = Lease(opened, seconds=60.0, roles=(), slots={})
    await lease.start()
    former = lease.worker_id
    try:
        assert await ask_to_drain(opened, former) is not None
        await bury_it(opened, former)
        assert await ask_to_drain(opened, former) is None, "an operator who comes too late is told"
        await lease.renew_identity()
        assert lease.worker_id != former
        assert await is_asked_to_drain(opened, lease.worker_id)
    finally:
        await lease.stop()
        await opened.close()


async def bury_it(database: Database, worker_id: UUID) -> Settled:
    async def work(connection: Connection) -> Settled:
        return await bury(connection, KINDS, [worker_id])

    return await database.repeat(work)
