"""What breaks breaks no kind: lost entries, a Redis that forgets, kill -9, and settings by group."""

from __future__ import annotations

from uuid import UUID

import pytest

from actors.registry import REGISTRY
from service.domain.tuning import validate_settings
from tests.factories import USER
from tests.faults.child_processes import Child
from tests.faults.environment import CALM, LEASE, FaultEnvironment, outage
from tests.http_service import SECRET
from tests.toy.actors import ACTORS
from tests.toy.plugs import AQUARIUM, PLUGS
from tests.toy.process import open_one

PAID = [plug.paid[1] for plug in PLUGS]


async def one_of_each(environment: FaultEnvironment) -> list[UUID]:
    """An aggregate of each kind, each with a client."""
    ids = [await open_one(environment, plug, USER) for plug in PLUGS]
    for plug, id_ in zip(PLUGS, ids, strict=True):
        environment.audience.watch(USER, id_, plug.kind.name)
    return ids


async def whole(environment: FaultEnvironment, ids: list[UUID]) -> None:
    """Wait for a good end of all, then demand every invariant, of the clients too."""
    await environment.finished(ids)
    rows = await environment.database.pool.fetch("SELECT name, status FROM jobs WHERE status <> 'ready'")
    assert [tuple(row) for row in rows] == []
    await environment.rest()


async def test_an_entry_that_was_lost_is_found(environment: FaultEnvironment) -> None:
    await environment.child(toy=True, lease_seconds=CALM, roles=["relay"])
    ids = await one_of_each(environment)
    marked = await environment.database.pool.fetch(
        "UPDATE jobs SET dispatched_at = now() - interval '1 hour', dispatched_by = gen_random_uuid()"
        " WHERE status = 'queued' RETURNING grp"
    )
    assert sorted(row["grp"] for row in marked) == sorted(PAID)
    await environment.child(toy=True, lease_seconds=CALM)
    await whole(environment, ids)
    assert await environment.extra_calls() == 0


async def test_a_flush_in_mid_job_loses_nothing(environment: FaultEnvironment) -> None:
    await environment.child(toy=True, lease_seconds=CALM)
    with environment.stub.gate() as gate:
        ids = await one_of_each(environment)
        await gate.arrived(len(PLUGS))
        await environment.redis.flushdb()
        ids_after = [await open_one(environment, plug, USER) for plug in PLUGS]
    await environment.finished(ids_after)
    await whole(environment, ids)
    assert await environment.extra_calls() == 0


async def test_a_death_in_a_paid_call_is_rescued_and_pays_once_more_at_the_most(
    environment: FaultEnvironment,
) -> None:
    victim = await environment.child(toy=True)
    with environment.stub.gate() as gate:
        ids = await one_of_each(environment)
        await gate.arrived(len(PLUGS))
        await environment.kill(victim)
        await environment.child(toy=True)
    await whole(environment, ids)
    rescued = await environment.database.pool.fetch("SELECT grp FROM jobs WHERE rescues = 1 AND attempt = 2")
    assert sorted(row["grp"] for row in rescued) == sorted(PAID)
    assert await environment.unknown_calls() == await environment.extra_calls() == len(PLUGS)


async def test_a_file_that_was_lost_is_made_again(environment: FaultEnvironment) -> None:
    await environment.child(toy=True, lease_seconds=CALM)
    ids = await one_of_each(environment)
    await environment.finished(ids)
    files = list(environment.folder.glob("user_*/*/*"))
    assert len(files) == len(PLUGS)
    for file in files:
        file.unlink()
    await environment.database.pool.execute(
        "UPDATE asset_versions SET checked_at = '-infinity';"
        " UPDATE aquarium_labels SET checked_at = '-infinity'"
    )
    # Its first pass is at its start.
    await environment.child(toy=True, lease_seconds=CALM)

    async def there() -> bool:
        return all(file.exists() for file in files)

    await environment.until(there, "the files are there again")
    await environment.finished(ids)
    assert await environment.checker.ready_means_there() == []
    assert await environment.extra_calls() == 0


@pytest.mark.long
async def test_a_process_that_does_not_know_a_kind_leaves_it_alone(environment: FaultEnvironment) -> None:
    """As an older version beside a newer one."""
    newer = await environment.child(toy=True)
    with environment.stub.gate() as gate:
        ids = await one_of_each(environment)
        await gate.arrived(len(PLUGS))
        older = await environment.child(roles=["http", "actors", "relay", "reconcile"], jwt_secret=SECRET)
        await environment.kill(newer)
        await environment.until(
            lambda: lease_is_over(environment, newer), "the lease of the dead has run out"
        )
        await outage(LEASE)
        assert await environment.value("SELECT buried_at IS NULL FROM workers WHERE id = $1", newer.worker_id)
        await environment.child(toy=True)
    await whole(environment, ids)
    assert not older.ended.is_set()
    assert '"level": "error"' not in older.words()


async def lease_is_over(environment: FaultEnvironment, child: Child) -> bool:
    sql = "SELECT lease_until < clock_timestamp() FROM workers WHERE id = $1"
    return bool(await environment.value(sql, child.worker_id))


async def test_the_operators_number_of_attempts_holds_for_each_kinds_groups(
    environment: FaultEnvironment,
) -> None:
    await environment.child(toy=True, lease_seconds=CALM, attempts=dict.fromkeys(PAID, 1))
    for group in PAID:
        environment.stub.refuse(group, (500, ""))
    ids = await one_of_each(environment)
    await environment.finished(ids)
    rows = await environment.database.pool.fetch("SELECT name, failures FROM jobs WHERE status = 'failed'")
    assert sorted(map(tuple, rows)) == sorted((plug.paid[0], 1) for plug in PLUGS)
    attempts = {AQUARIUM.paid[1]: 1}
    assert validate_settings({}, attempts, groups=(*REGISTRY.groups, *ACTORS)) == []
    assert validate_settings({}, attempts, groups=REGISTRY.groups) != []
