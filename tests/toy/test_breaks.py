"""What breaks breaks no kind: lost entries, a Redis that forgets, kill -9, and settings by group."""

from __future__ import annotations

from uuid import UUID

import pytest

from actors.registry import REGISTRY
from service.domain.tuning import validate_settings
from tests.factories import USER
from tests.faults.nursery import Child
from tests.faults.world import CALM, LEASE, World, outage
from tests.http_service import SECRET
from tests.toy.actors import ACTORS
from tests.toy.house import open_one
from tests.toy.plugs import AQUARIUM, PLUGS

PAID = [plug.paid[1] for plug in PLUGS]


async def one_of_each(world: World) -> list[UUID]:
    """An aggregate of each kind, each with a client."""
    ids = [await open_one(world, plug, USER) for plug in PLUGS]
    for plug, id_ in zip(PLUGS, ids, strict=True):
        world.audience.watch(USER, id_, plug.kind.name)
    return ids


async def whole(world: World, ids: list[UUID]) -> None:
    """Wait for a good end of all, then demand every invariant, of the clients too."""
    await world.finished(ids)
    rows = await world.database.pool.fetch("SELECT name, status FROM jobs WHERE status <> 'ready'")
    assert [tuple(row) for row in rows] == []
    await world.rest()


async def test_an_entry_that_was_lost_is_found(world: World) -> None:
    await world.child(toy=True, lease_seconds=CALM, roles=["relay"])
    ids = await one_of_each(world)
    marked = await world.database.pool.fetch(
        "UPDATE jobs SET dispatched_at = now() - interval '1 hour', dispatched_by = gen_random_uuid()"
        " WHERE status = 'queued' RETURNING grp"
    )
    assert sorted(row["grp"] for row in marked) == sorted(PAID)
    await world.child(toy=True, lease_seconds=CALM)
    await whole(world, ids)
    assert await world.extra_calls() == 0


async def test_a_flush_in_mid_job_loses_nothing(world: World) -> None:
    await world.child(toy=True, lease_seconds=CALM)
    with world.stub.gate() as gate:
        ids = await one_of_each(world)
        await gate.arrived(len(PLUGS))
        await world.redis.flushdb()
        ids_after = [await open_one(world, plug, USER) for plug in PLUGS]
    await world.finished(ids_after)
    await whole(world, ids)
    assert await world.extra_calls() == 0


async def test_a_death_in_a_paid_call_is_rescued_and_pays_once_more_at_the_most(world: World) -> None:
    victim = await world.child(toy=True)
    with world.stub.gate() as gate:
        ids = await one_of_each(world)
        await gate.arrived(len(PLUGS))
        await world.kill(victim)
        await world.child(toy=True)
    await whole(world, ids)
    rescued = await world.database.pool.fetch("SELECT grp FROM jobs WHERE rescues = 1 AND attempt = 2")
    assert sorted(row["grp"] for row in rescued) == sorted(PAID)
    assert await world.unknown_calls() == await world.extra_calls() == len(PLUGS)


async def test_a_file_that_was_lost_is_made_again(world: World) -> None:
    await world.child(toy=True, lease_seconds=CALM)
    ids = await one_of_each(world)
    await world.finished(ids)
    files = list(world.folder.glob("user_*/*/*"))
    assert len(files) == len(PLUGS)
    for file in files:
        file.unlink()
    await world.database.pool.execute(
        "UPDATE asset_versions SET checked_at = '-infinity';"
        " UPDATE aquarium_labels SET checked_at = '-infinity'"
    )
    # Its first pass is at its start.
    await world.child(toy=True, lease_seconds=CALM)

    async def there() -> bool:
        return all(file.exists() for file in files)

    await world.until(there, "the files are there again")
    await world.finished(ids)
    assert await world.checker.ready_means_there() == []
    assert await world.extra_calls() == 0


@pytest.mark.long
async def test_a_process_that_does_not_know_a_kind_leaves_it_alone(world: World) -> None:
    """As an older version beside a newer one."""
    newer = await world.child(toy=True)
    with world.stub.gate() as gate:
        ids = await one_of_each(world)
        await gate.arrived(len(PLUGS))
        older = await world.child(roles=["http", "actors", "relay", "reconcile"], jwt_secret=SECRET)
        await world.kill(newer)
        await world.until(lambda: lease_is_over(world, newer), "the lease of the dead has run out")
        await outage(LEASE)
        assert await world.value("SELECT buried_at IS NULL FROM workers WHERE id = $1", newer.worker_id)
        await world.child(toy=True)
    await whole(world, ids)
    assert not older.ended.is_set()
    assert '"level": "error"' not in older.words()


async def lease_is_over(world: World, child: Child) -> bool:
    sql = "SELECT lease_until < clock_timestamp() FROM workers WHERE id = $1"
    return bool(await world.value(sql, child.worker_id))


async def test_the_operators_number_of_attempts_holds_for_each_kinds_groups(world: World) -> None:
    await world.child(toy=True, lease_seconds=CALM, attempts=dict.fromkeys(PAID, 1))
    for group in PAID:
        world.stub.refuse(group, (500, ""))
    ids = await one_of_each(world)
    await world.finished(ids)
    rows = await world.database.pool.fetch("SELECT name, failures FROM jobs WHERE status = 'failed'")
    assert sorted(map(tuple, rows)) == sorted((plug.paid[0], 1) for plug in PLUGS)
    attempts = {AQUARIUM.paid[1]: 1}
    assert validate_settings({}, attempts, groups=(*REGISTRY.groups, *ACTORS)) == []
    assert validate_settings({}, attempts, groups=REGISTRY.groups) != []
