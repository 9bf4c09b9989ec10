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
from tests.faults.child_processes import ChildProcesses
from tests.faults.environment import CALM, FaultEnvironment, open_environment, outage
from tests.faults.http_child import HttpChild, open_http_child
from tests.faults.proxy import open_proxy
from tests.servers import StartStack

Figure = Callable[[str], None]

StartEnvironment = Callable[[Stack], Awaitable[FaultEnvironment]]

ROLES = ("actors", "relay", "reconcile")


@pytest.fixture
def stories(long: bool) -> int:
    return 20 if long else 3


def keys(environment: FaultEnvironment) -> list[str]:
    return [f"{environment.namespace}:jobs:{group}" for group in REGISTRY.groups]


async def goes_on(environment: FaultEnvironment, since: int) -> float:
    """Wait until a job has started after this entry of the audit. Returns how many seconds it took."""

    async def started() -> bool:
        return bool(
            await environment.value(
                "SELECT EXISTS (SELECT FROM audit WHERE seq > $1 AND status = 'generating')", since
            )
        )

    return await environment.until(started, "work goes on")


async def mark(environment: FaultEnvironment) -> int:
    """The audit's newest entry."""
    return int(await environment.value("SELECT coalesce(max(seq), 0) FROM audit"))


@asynccontextmanager
async def in_mid_load(
    environment: FaultEnvironment, stories: int, children: int = 2, roles: Sequence[str] = ROLES
) -> AsyncIterator[HttpChild]:
    """Break something while jobs of every kind wait, run and end; then all must come to a good end.

    The HTTP service, which must stay up, is in the test's hands.
    """
    for _ in range(children):
        await environment.child(roles=list(roles))
    async with open_http_child(environment) as http:
        with environment.stub.gate("direction") as gate:
            ids = await environment.create(stories)
            await gate.arrived(1)
            yield http
    await environment.check(ids)
    assert await environment.extra_calls() == 0
    assert all(not child.ended.is_set() for child in environment.children)


@pytest.mark.long
async def test_fault_13_redis_is_restarted_empty_in_mid_load(
    private_stack: StartStack, environment_on: StartEnvironment, figure: Figure, stories: int
) -> None:
    stack = await private_stack()
    environment = await environment_on(stack)
    async with in_mid_load(environment, stories) as http:
        await stack.valkey.forget()
        more = await http.create(stories)
        since = await mark(environment)
        await stack.valkey.start()
        seconds = await goes_on(environment, since)
        figure(f"work went on {seconds:.1f} s after its return; {len(more)} stories came while it was away")


async def test_fault_14_flushed_while_idle_while_blocked_and_in_mid_job(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    for _ in range(2):
        await environment.child(lease_seconds=CALM)
    await environment.redis.flushdb()
    since = await mark(environment)
    first = await environment.create(1)
    idle = await goes_on(environment, since)
    await environment.finished(first)
    async with in_mid_load(environment, stories, children=0) as http:
        await environment.redis.flushdb()
        since = await mark(environment)
        await http.create(1)
        busy = await goes_on(environment, since)
        figure(f"work went on {idle:.1f} s after a flush while idle, {busy:.1f} s after one in mid-job")


@pytest.mark.long
async def test_fault_15_redis_answers_after_two_seconds(
    environment: FaultEnvironment, figure: Figure
) -> None:
    await environment.child(proxied=True)
    async with open_http_child(environment, proxied=True) as http:
        environment.redis_proxy.latency = 1.0
        ids = await http.create(2)
    await outage(30.0)
    done = await environment.value("SELECT count(*) FROM jobs WHERE status = 'ready'")
    environment.redis_proxy.latency = 0.0
    await environment.check(ids)
    assert done > 0, "nothing got through at all"
    assert await environment.extra_calls() == 0
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
    environment: FaultEnvironment, figure: Figure, command: bytes, stories: int
) -> None:
    await environment.child(proxied=True, lease_seconds=CALM)
    with environment.stub.gate("content") as gate:
        ids = await environment.create(1)
        await gate.arrived(1)
        dropped = environment.redis_proxy.swallow_reply(command)
        ids += await environment.create(stories)
    seconds = await environment.finished(ids)
    await environment.check(ids)
    assert dropped.is_set()
    assert await environment.extra_calls() == 0
    figure(f"{command.decode()}: {len(ids)} stories in {seconds:.1f} s all the same")


@pytest.mark.long
async def test_fault_17_the_consumer_groups_are_destroyed(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    # The readers make them again by themselves: no reconciler is there to help.
    async with in_mid_load(environment, stories, roles=["actors", "relay"]) as http:
        for key in keys(environment):
            await environment.redis.xgroup_destroy(key, CONSUMER_GROUP)
        since = await mark(environment)
        await http.create(1)
        figure(f"work went on after {await goes_on(environment, since):.1f} s")


@pytest.mark.long
async def test_fault_18_entries_are_trimmed_away(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    await environment.child(roles=["relay"])
    # Marked, and their entries gone before anybody read them.
    lost = await environment.create(stories)
    await environment.database.pool.execute(
        "UPDATE jobs SET dispatched_at = clock_timestamp(), dispatched_by = gen_random_uuid()"
        " WHERE status = 'queued' AND dispatched_at IS NULL"
    )
    await environment.child()
    with environment.stub.gate("content") as gate:
        ids = await environment.create(stories)
        await gate.arrived(1)
        for key in [*keys(environment), events_key(environment.namespace)]:
            await environment.redis.xtrim(key, maxlen=0, approximate=False)
    seconds = await environment.finished(ids)
    await environment.check([*ids, *lost])
    assert await environment.extra_calls() == 0
    figure(f"all was made {seconds:.1f} s after")


@pytest.mark.long
async def test_fault_19_redis_is_out_of_memory(
    environment: FaultEnvironment, figure: Figure, stories: int
) -> None:
    for _ in range(2):
        await environment.child()
    await environment.redis.config_set("maxmemory", 1)
    try:
        async with open_http_child(environment) as http:
            ids = await http.create(stories)
        await outage(3.0)
    finally:
        await environment.redis.config_set("maxmemory", 0)
    seconds = await goes_on(environment, 0)
    await environment.check(ids)
    tries = await environment.value("SELECT max(tries) FROM event_outbox")
    assert tries == 0, "a server without memory is an absent one, and costs an event no try"
    figure(f"work went on {seconds:.1f} s after there was memory again; no event was given up")


@pytest.mark.long
async def test_fault_20_an_old_replica_is_promoted(
    private_stack: StartStack, child_processes: ChildProcesses, figure: Figure, stories: int
) -> None:
    """A second server that followed the first, and lost it a while ago, takes its place at its address."""
    stack, replica = await private_stack(), await private_stack()
    behind = connect(replica.redis_url)
    async with (
        open_proxy(stack.redis_url) as address,
        open_environment(stack.database_url, address.url(stack.redis_url), child_processes) as environment,
        in_mid_load(environment, stories) as http,
    ):
        await follow(behind, stack)
        await environment.until(lambda: follows(behind), "the replica has all that there is")
        await behind.replicaof("NO", "ONE")
        kept = await behind.dbsize()
        # What comes now the replica never hears of.
        await http.create(1)
        await stack.valkey.forget()
        address.lead_to(replica.redis_url)
        since = await mark(environment)
        await http.create(1)
        seconds = await goes_on(environment, since)
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
async def test_fault_21_an_entry_that_nobody_can_read(environment: FaultEnvironment, figure: Figure) -> None:
    await environment.child()
    ids = await environment.create(1)
    unreadable: list[dict[Any, Any]] = [{"job": "not-a-uuid"}, {"job": b"\xff\xfe"}, {"something": "else"}]
    for fields in unreadable:
        await environment.redis.xadd(keys(environment)[0], fields)
    await environment.redis.xadd(events_key(environment.namespace), {"k": "e", "c": "stories:id=?", "v": "x"})
    await environment.check(ids)
    dead = await environment.redis.xlen(f"{environment.namespace}:dead-entries")
    assert dead == 3
    figure(f"{dead} entries lie with the dead letters")
