"""Events that one settlement of several aggregates wrote: told in order, and gone with their aggregates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import pytest
from redis.exceptions import ResponseError

from service.background.relay import Relay
from service.db.pool import Database
from service.jobs.events import NewEvent
from service.runtime.channels import id_of
from service.runtime.kinds import Aggregate
from service.runtime.settlement import append_events
from service.streams.client import connect
from service.streams.events import EventStream, Published
from tests.stubs.kinds import KINDS

OWNER = UUID(int=7)
_LEFT = """
SELECT (SELECT count(*) FROM event_batches) + (SELECT count(*) FROM event_outbox WHERE status = 'PENDING')
"""


class Heard(EventStream):
    """A stream that keeps what it is given, but refuses what concerns some aggregates."""

    def __init__(self, refused: Sequence[UUID] = ()) -> None:
        super().__init__(connect("redis://127.0.0.1:1"), "test")
        self.refused = refused
        self.events: list[tuple[UUID, int]] = []

    async def append(self, events: Sequence[Published]) -> None:
        told = [(id_of(event.channel), event.version) for event in events]
        if any(id_ in self.refused for id_, _ in told):
            raise ResponseError("ERR the value is too large")
        self.events += told


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Database]:
    opened = await Database.connect(database, size=4)
    await opened.pool.execute("INSERT INTO users (id) VALUES ($1)", OWNER)
    yield opened
    await opened.close()


async def told(database: Database, *versions: dict[UUID, int]) -> None:
    """A settlement for each: one event more of these aggregates, which have these versions."""
    for version_of in versions:
        async with database.as_owner() as connection:
            for id_, version in version_of.items():
                if not version:
                    await connection.execute(
                        "INSERT INTO aggregates (id, kind, user_id) VALUES ($1, 'story', $2)", id_, OWNER
                    )
            locked = [Aggregate(id_, "story", OWNER, version) for id_, version in version_of.items()]
            events = {id_: [NewEvent("story.changed", {})] for id_ in version_of}
            await append_events(connection, locked, events)


async def test_batches_and_single_ranges_are_published_in_the_order_of_their_commits(
    opened: Database,
) -> None:
    one, two = uuid4(), uuid4()
    await told(opened, {one: 0, two: 0}, {one: 1}, {two: 1, one: 2}, {one: 3})
    stream = Heard()
    await Relay(opened, stream, kinds=KINDS).run_once()
    assert stream.events == [(one, 1), (two, 1), (one, 2), (two, 2), (one, 3), (one, 4)]
    assert await opened.pool.fetchval(_LEFT) == 0


async def test_a_range_that_the_stream_refuses_stops_no_other_of_its_settlement(opened: Database) -> None:
    good, bad, more = uuid4(), uuid4(), uuid4()
    await told(opened, {good: 0, bad: 0, more: 0})
    stream = Heard([bad])
    relay = Relay(opened, stream, kinds=KINDS, tries=2)
    await relay.run_once()
    assert stream.events == []
    assert await opened.pool.fetchval("SELECT count(*) FROM event_batches") == 0
    pending = "SELECT aggregate_id FROM event_outbox WHERE status = 'PENDING' ORDER BY id"
    assert [row["aggregate_id"] for row in await opened.pool.fetch(pending)] == [good, bad, more]


async def test_no_event_of_a_deleted_aggregate_or_user_stays(opened: Database) -> None:
    kept, gone = uuid4(), uuid4()
    await told(opened, {kept: 0, gone: 0}, {gone: 1}, {kept: 1})
    async with opened.as_user(OWNER) as connection:
        await connection.execute("DELETE FROM aggregates WHERE id = $1", gone)
    events = "SELECT array_agg(DISTINCT aggregate_id) FROM domain_events"
    outbox = "SELECT array_agg(DISTINCT aggregate_id) FROM event_outbox"
    assert await opened.pool.fetchval(events) == [kept]
    assert await opened.pool.fetchval(outbox) == [kept]
    stream = Heard()
    await Relay(opened, stream, kinds=KINDS).run_once()
    assert stream.events == [(kept, 1), (kept, 2)]
    assert await opened.pool.fetchval(_LEFT) == 0, "also the batch that named the deleted one"
    await opened.pool.execute("DELETE FROM users WHERE id = $1", OWNER)
    assert await opened.pool.fetchval(events) is None
    assert await opened.pool.fetchval(outbox) is None
