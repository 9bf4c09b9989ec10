"""Sinks that refuse events or do not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from service.background.relay import Relay
from service.background.sinks import SinkRelay
from service.domain.cloud_events import Event
from service.runtime.operations import redrive_outbox
from service.sinks.sink import Range, Sink
from service.streams.client import connect
from service.streams.events import EventStream
from tests.http_service import HttpService
from tests.stubs.kinds import TWO_KINDS


class Strict:
    """Takes ranges, but none of the aggregates in ``refused``. With ``away`` it cannot be reached."""

    name = "stream"

    def __init__(self) -> None:
        self.taken: list[Event] = []
        self.refused: set[UUID] = set()
        self.away = False
        self.opened = 0

    async def publish(self, ranges: Sequence[Range]) -> Mapping[int, str]:
        if self.away:
            raise ConnectionError("away")
        good = [one for one in ranges if one.aggregate_id not in self.refused]
        self.taken += [event for one in good for event in one.events]
        return {one.id: "too large" for one in ranges if one.aggregate_id in self.refused}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Sink]:
        self.opened += 1
        yield self


@pytest.fixture
async def sink() -> Strict:
    return Strict()


@pytest.fixture
async def relays(
    http_service: HttpService, redis_url: str, sink: Strict
) -> AsyncIterator[tuple[Relay, SinkRelay]]:
    feeder = SinkRelay("stream", http_service.database, sink.open, kinds=TWO_KINDS, tries=2)
    async with connect(redis_url) as redis:
        yield (
            Relay(http_service.database, EventStream(redis, "sinks"), kinds=TWO_KINDS, sinks=[feeder]),
            feeder,
        )
    await feeder.stop()


async def statuses(service: HttpService, aggregate_id: UUID) -> list[str]:
    rows = await service.database.pool.fetch(
        "SELECT status FROM sink_outbox WHERE aggregate_id = $1 ORDER BY id", aggregate_id
    )
    return [row["status"] for row in rows]


async def test_a_refused_aggregate_holds_back_its_own_events_only(
    http_service: HttpService, sink: Strict, relays: tuple[Relay, SinkRelay]
) -> None:
    relay, feeder = relays
    maya = http_service.somebody()
    bad, good = UUID(await maya.make_story()), UUID(await maya.make_story())
    sink.refused = {bad}
    for _ in range(2):
        await relay.run_once()
        await feeder.run_once()
        await http_service.database.pool.execute("UPDATE sink_outbox SET next_at = now()")
    await maya("POST", f"/api/v1/stories/{bad}/cancel", {})
    await relay.run_once()
    await feeder.run_once()
    assert {event.aggregate_id for event in sink.taken} & {bad, good} == {good}
    assert await statuses(http_service, bad) == ["DEAD", "PENDING"]

    sink.refused.clear()
    assert await redrive_outbox(http_service.database) == 1
    await feeder.run_once()
    assert await statuses(http_service, bad) == ["SENT", "SENT"]
    seen = [event.version for event in sink.taken if event.aggregate_id == bad]
    assert seen == list(range(1, len(seen) + 1))


async def test_a_sink_that_is_away_gets_all_later(
    http_service: HttpService, sink: Strict, relays: tuple[Relay, SinkRelay]
) -> None:
    relay, feeder = relays
    story = UUID(await http_service.somebody().make_story())
    sink.away = True
    await relay.run_once()
    with pytest.raises(ConnectionError):
        await feeder.run_once()
    tries = await http_service.database.pool.fetchval(
        "SELECT max(tries) FROM sink_outbox WHERE aggregate_id = $1", story
    )
    assert tries == 0, "a sink that does not answer refuses nothing"

    sink.away = False
    await feeder.run_once()
    assert sink.opened == 2
    assert story in {event.aggregate_id for event in sink.taken}
