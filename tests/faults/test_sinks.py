"""Events for other systems: in order and without a gap for each aggregate, although relays die."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import uuid4

import orjson

from service.background.nudges import OUTBOX
from service.genesis.commands import read_command
from service.genesis.decide import Rules
from service.genesis.sessions import process
from service.streams.integration import integration_key
from tests.factories import USER
from tests.faults.environment import FaultEnvironment
from tests.stubs.kafka_broker import open_broker, read_topic

Figure = Callable[[str], None]
GROUP, CONSUMER = "analytics", "one"


async def test_bar_relays_die_and_other_systems_miss_no_event(
    environment: FaultEnvironment, figure: Figure, long: bool
) -> None:
    kills = 6 if long else 2
    async with open_broker() as broker:
        sinks: dict[str, Any] = {"integration_stream": True, "kafka_servers": broker}
        await environment.redis.xgroup_create(
            integration_key(environment.namespace), GROUP, "0", mkstream=True
        )
        await environment.child(roles=["actors", "reconcile"])
        ids = []
        session = await command(environment, "START_GENESIS", {"mode": "free_form"})
        for number in range(kills):
            relay = await environment.child(roles=["relay"], **sinks)
            ids += await environment.create(2)
            change = {"op": "set", "path": "concept.title", "value": f"Number {number}"}
            await command(environment, "EDIT_STAGE", {"stage": "concept", "changes": [change]}, session)
            await environment.until(partial(more_than, environment, await written(environment)), "publishes")
            await environment.kill(relay)
        await environment.child(roles=["relay"], **sinks)
        await environment.finished(ids)
        await environment.until(lambda: all_sent(environment), "the sinks have all")
        wanted = await versions(environment)
        stream = await read_group(environment)
        of_session = {session: wanted[session]}
        of_stories = {id_: all_ for id_, all_ in wanted.items() if id_ != session}
        messages = await read_topic(broker, "storytroupe.story", sum(map(len, of_stories.values())))
        decided = await read_topic(broker, "storytroupe.genesis", len(wanted[session]))
    assert in_order(stream) == wanted
    assert wanted[session] == list(range(1, kills + 2))
    topic = [orjson.loads(value) for _, value in messages]
    assert in_order(topic) == of_stories
    assert in_order(orjson.loads(value) for _, value in decided) == of_session
    assert {key.decode() for key, _ in messages} == of_stories.keys()
    repeated = len(stream) - len({event["id"] for event in stream})
    figure(f"{kills} relays died; {len(stream)} events in the stream, {repeated} of them repeated; no gap")


async def command(
    environment: FaultEnvironment, type_: str, payload: dict[str, Any], session: str | None = None
) -> str:
    """Send a command of Genesis. Returns the id of its session."""
    body = {"command_id": str(uuid4()), "command_type": type_, "payload": payload, "session_id": session}
    door = partial(environment.database.as_user, USER)
    done = await process(door, USER, read_command(body), rules=Rules())
    environment.nudges.send(OUTBOX)
    return str(done.answer["session_id"])


def in_order(events: Iterable[dict[str, Any]]) -> dict[str, list[int]]:
    """The versions of each aggregate as a reader has them, which drops an event whose id it has seen."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for event in events:
        assert event["specversion"] == "1.0"
        assert event["id"] == f"{event['subject']}/{event['version']}"
        found[event["subject"]].setdefault(event["version"])
    return {subject: list(seen) for subject, seen in found.items()}


async def versions(environment: FaultEnvironment) -> dict[str, list[int]]:
    rows = await environment.database.pool.fetch("SELECT id, version FROM aggregates")
    return {str(row["id"]): list(range(1, row["version"] + 1)) for row in rows}


async def written(environment: FaultEnvironment) -> int:
    return int(await environment.redis.xlen(integration_key(environment.namespace)))


async def more_than(environment: FaultEnvironment, count: int) -> bool:
    return await written(environment) > count


async def all_sent(environment: FaultEnvironment) -> bool:
    return not await environment.value(
        "SELECT EXISTS (SELECT FROM event_outbox WHERE status <> 'SENT')"
        " OR EXISTS (SELECT FROM sink_outbox WHERE status <> 'SENT')"
    )


async def read_group(environment: FaultEnvironment) -> list[dict[str, Any]]:
    """All entries, as an outside consumer group reads and acknowledges them."""
    key = integration_key(environment.namespace)
    found: list[dict[str, Any]] = []
    while True:
        answer: Any = await environment.redis.xreadgroup(GROUP, CONSUMER, {key: ">"}, count=100)
        if not answer:
            return found
        for id_, fields in answer[0][1]:
            found.append(orjson.loads(fields[b"event"]))
            await environment.redis.xack(key, GROUP, id_)
        await asyncio.sleep(0)
