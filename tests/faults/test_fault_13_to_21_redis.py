"""Redis breaks in nine ways: what it held is made again from PostgreSQL, and nothing is made twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis.asyncio as aioredis

from actors.registry import REGISTRY
from service.devstack.ports import LOOPBACK, choose_port
from service.devstack.stack import Stack
from service.streams.client import connect
from service.streams.events import events_key
from service.streams.jobs import CONSUMER_GROUP
from tests.faults.http_child import HttpChild, open_http_child
from tests.faults.nursery import Nursery
from tests.faults.proxy import open_proxy
from tests.faults.world import CALM, World, open_world, outage
from tests.servers import StartStack

Figure = Callable[[str], None]

StartWorld = Callable[[Stack], Awaitable[World]]

ROLES = ("actors", "relay", "reconcile")


@pytest.fixture
def stories(long: bool) -> int:
    return 20 if long else 3


def keys(world: World) -> list[str]:
    return [f"{world.namespace}:jobs:{group}" for group in REGISTRY.groups]


async def goes_on(world: World, since: int) -> float:
    """Wait until a job has started after this entry of the audit. Returns how many seconds it took."""

    async def started() -> bool:
        return bool(
            await world.value(
                "SELECT EXISTS (SELECT FROM audit WHERE seq > $1 AND status = 'generating')", since
            )
        )

    return await world.until(started, "work goes on")


async def mark(world: World) -> int:
    """The audit's newest entry."""
    return int(await world.value("SELECT coalesce(max(seq), 0) FROM audit"))


@asynccontextmanager
async def in_mid_load(
    world: World, stories: int, children: int = 2, roles: Sequence[str] = ROLES
) -> AsyncIterator[HttpChild]:
    """Break something while jobs of every kind wait, run and end; then all must come to a good end.

    The HTTP face, which must stay up, is in the test's hands.
    """
    for _ in range(children):
        await world.child(roles=list(roles))
    async with open_http_child(world) as http:
        with world.stub.gate("direction") as gate:
            ids = await world.create(stories)
            await gate.arrived(1)
            yield http
    await world.check(ids)
    assert await world.extra_calls() == 0
    assert all(not child.ended.is_set() for child in world.children)


@pytest.mark.long
async def test_fault_13_redis_is_restarted_empty_in_mid_load(
    private_stack: StartStack, world_on: StartWorld, figure: Figure, stories: int
) -> None:
    stack = await private_stack()
    world = await world_on(stack)
    async with in_mid_load(world, stories) as http:
        await stack.valkey.forget()
        more = await http.create(stories)
        since = await mark(world)
        await stack.valkey.start()
        seconds = await goes_on(world, since)
        figure(f"work went on {seconds:.1f} s after its return; {len(more)} stories came while it was away")


async def test_fault_14_flushed_while_idle_while_blocked_and_in_mid_job(
    world: World, figure: Figure, stories: int
) -> None:
    for _ in range(2):
        await world.child(lease_seconds=CALM)
    await world.redis.flushdb()
    since = await mark(world)
    first = await world.create(1)
    idle = await goes_on(world, since)
    await world.finished(first)
    async with in_mid_load(world, stories, children=0) as http:
        await world.redis.flushdb()
        since = await mark(world)
        await http.create(1)
        busy = await goes_on(world, since)
        figure(f"work went on {idle:.1f} s after a flush while idle, {busy:.1f} s after one in mid-job")


@pytest.mark.long
async def test_fault_15_redis_answers_after_two_seconds(world: World, figure: Figure) -> None:
    await world.child(proxied=True)
    async with open_http_child(world, proxied=True) as http:
        world.redis_proxy.latency = 1.0
        ids = await http.create(2)
    await outage(30.0)
    done = await world.value("SELECT count(*) FROM jobs WHERE status = 'ready'")
    world.redis_proxy.latency = 0.0
    await world.check(ids)
    assert done > 0, "nothing got through at all"
    assert await world.extra_calls() == 0
    figure(f"{done} jobs were made in 30 s of it, none of their calls twice")


@pytest.mark.parametrize(
    "command",
    [
        b"XREADGROUP",
        pytest.param(b"XADD", marks=pytest.mark.long),
        pytest.param(b"EVALSHA", marks=pytest.mark.long),
    ],
)
async def test_fault_16_a_reply_is_dropped(
    world: World, figure: Figure, command: bytes, stories: int
) -> None:
    await world.child(proxied=True, lease_seconds=CALM)
    with world.stub.gate("content") as gate:
        ids = await world.create(1)
        await gate.arrived(1)
        dropped = world.redis_proxy.swallow_reply(command)
        ids += await world.create(stories)
    seconds = await world.finished(ids)
    await world.check(ids)
    assert dropped.is_set()
    assert await world.extra_calls() == 0
    figure(f"{command.decode()}: {len(ids)} stories in {seconds:.1f} s all the same")


@pytest.mark.long
async def test_fault_17_the_consumer_groups_are_destroyed(world: World, figure: Figure, stories: int) -> None:
    # The readers make them again by themselves: no reconciler is there to help.
    async with in_mid_load(world, stories, roles=["actors", "relay"]) as http:
        for key in keys(world):
            await world.redis.xgroup_destroy(key, CONSUMER_GROUP)
        since = await mark(world)
        await http.create(1)
        figure(f"work went on after {await goes_on(world, since):.1f} s")


@pytest.mark.long
async def test_fault_18_entries_are_trimmed_away(world: World, figure: Figure, stories: int) -> None:
    await world.child(roles=["relay"])
    # Marked, and their entries gone before anybody read them.
    lost = await world.create(stories)
    await world.database.pool.execute(
        "UPDATE jobs SET dispatched_at = clock_timestamp(), dispatched_by = gen_random_uuid()"
        " WHERE status = 'queued' AND dispatched_at IS NULL"
    )
    await world.child()
    with world.stub.gate("content") as gate:
        ids = await world.create(stories)
        await gate.arrived(1)
        for key in [*keys(world), events_key(world.namespace)]:
            await world.redis.xtrim(key, maxlen=0, approximate=False)
    seconds = await world.finished(ids)
    await world.check([*ids, *lost])
    assert await world.extra_calls() == 0
    figure(f"all was made {seconds:.1f} s after")


@pytest.mark.long
async def test_fault_19_redis_is_out_of_memory(world: World, figure: Figure, stories: int) -> None:
    for _ in range(2):
        await world.child()
    await world.redis.config_set("maxmemory", 1)
    try:
        async with open_http_child(world) as http:
            ids = await http.create(stories)
        await outage(3.0)
    finally:
        await world.redis.config_set("maxmemory", 0)
    seconds = await goes_on(world, 0)
    await world.check(ids)
    tries = await world.value("SELECT max(tries) FROM event_outbox")
    assert tries == 0, "a server without memory is an absent one, and costs an event no try"
    figure(f"work went on {seconds:.1f} s after there was memory again; no event was given up")


@pytest.mark.long
async def test_fault_20_an_old_replica_is_promoted(
    private_stack: StartStack, nursery: Nursery, figure: Figure, stories: int
) -> None:
    """A second server that followed the first, and lost it a while ago, takes its place at its address."""
    stack, replica = await private_stack(), await private_stack()
    behind = connect(replica.redis_url)
    async with (
        open_proxy(stack.redis_url) as address,
        open_world(stack.database_url, address.url(stack.redis_url), nursery) as world,
        in_mid_load(world, stories) as http,
    ):
        await follow(behind, stack)
        await world.until(lambda: follows(behind), "the replica has all that there is")
        await behind.replicaof("NO", "ONE")
        kept = await behind.dbsize()
        # What comes now the replica never hears of.
        await http.create(1)
        await stack.valkey.forget()
        address.lead_to(replica.redis_url)
        since = await mark(world)
        await http.create(1)
        seconds = await goes_on(world, since)
        figure(f"work went on after {seconds:.1f} s on the {kept} keys of a replica that had lost its master")
    await behind.aclose()


async def follow(behind: aioredis.Redis, stack: Stack) -> None:
    """Let a server follow the stack's."""
    port = choose_port(None)
    async with connect(stack.redis_url) as leader:
        # By a port alone can a server follow another.
        await leader.config_set("bind", LOOPBACK)
        await leader.config_set("port", port)
    await behind.config_set("masterauth", urlsplit(stack.redis_url).password or "")
    await behind.replicaof(LOOPBACK, str(port))


async def follows(behind: aioredis.Redis) -> bool:
    found = await behind.info("replication")
    return bool(found["master_link_status"] == "up")


@pytest.mark.long
async def test_fault_21_an_entry_that_nobody_can_read(world: World, figure: Figure) -> None:
    await world.child()
    ids = await world.create(1)
    unreadable: list[dict[Any, Any]] = [{"job": "not-a-uuid"}, {"job": b"\xff\xfe"}, {"something": "else"}]
    for fields in unreadable:
        await world.redis.xadd(keys(world)[0], fields)
    await world.redis.xadd(events_key(world.namespace), {"k": "e", "c": "stories:id=?", "v": "x"})
    await world.check(ids)
    dead = await world.redis.xlen(f"{world.namespace}:dead-entries")
    assert dead == 3
    figure(f"{dead} entries lie with the dead letters")
