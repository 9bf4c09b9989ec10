"""The relay: it publishes committed events, in order, on the events stream."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import orjson
import structlog
from redis.exceptions import ResponseError

from service.background.sinks import SinkRelay
from service.db.pool import Connection, Database
from service.db.sql import load
from service.lifecycle import Loop
from service.runtime.channels import ChannelNames
from service.runtime.kinds import Kinds
from service.streams.client import is_refusal, reason_of
from service.streams.events import EventStream, Published

_log = structlog.get_logger()
_SQL = load("events")
_AT_ONCE = 500
#: How long published ranges stay in the outbox.
KEEP_SENT_SECONDS = 3600.0


class Relay(Loop):
    """Publishes one part of the outbox: the events of the known kinds. Then it hands them to the sinks.

    One relay at a time holds the row of a part. Others wait. A refused range becomes a dead letter after
    ``tries`` tries. A try at a server that does not answer does not count.
    """

    name = "relay"

    def __init__(
        self,
        database: Database,
        stream: EventStream,
        *,
        kinds: Kinds,
        part: int = 0,
        sinks: Sequence[SinkRelay] = (),
        tries: int = 20,
    ) -> None:
        super().__init__()
        self._kinds = list(kinds)
        self._names = ChannelNames(kinds)
        self._database = database
        self._stream = stream
        self._part = part
        self._sinks = sinks
        self._tries = tries

    async def run_once(self) -> None:
        """Publish until no event is pending."""
        while await self._pass():
            pass
        for sink in self._sinks:
            sink.nudge()

    async def _pass(self) -> bool:
        """Publish one batch. Returns whether more may be pending."""
        async with self._database.as_owner() as connection:
            if await connection.fetchval(_SQL["lock_part"], self._part) is None:
                return False
            rows = await connection.fetch(_SQL["pending_outbox"], self._part, _AT_ONCE, self._kinds)
            ranges = list(dict.fromkeys(row["range"] for row in rows))
            if ranges:
                # A deleted aggregate has no events.
                events = [self._published(row) for row in rows if row["version"] is not None]
                await self._publish(connection, ranges, events)
        return len({(row["range"], row["aggregate_id"]) for row in rows}) >= _AT_ONCE

    async def _publish(
        self, connection: Connection, ranges: Sequence[int], events: Sequence[Published]
    ) -> None:
        try:
            await self._stream.append(events)
        except ResponseError as error:
            if not is_refusal(error):
                raise
            await self._refused(connection, ranges, error)
        else:
            # After the listeners, because they wait for the events.
            await connection.execute(_SQL["mark_sent"], ranges, [sink.sink_name for sink in self._sinks])

    async def _refused(self, connection: Connection, ranges: Sequence[int], error: ResponseError) -> None:
        reason = reason_of(error)
        _log.error("relay: the events stream refuses events", ranges=len(ranges), error=reason)
        await connection.execute(_SQL["split_batches"], ranges)
        await connection.execute(_SQL["mark_unsent"], ranges, reason, self._tries)

    def _published(self, row: asyncpg.Record) -> Published:
        return Published(
            channel=self._names.name(row["kind"], row["aggregate_id"]),
            version=row["version"],
            at=row["at"].isoformat(),
            event=row["type"],
            data=orjson.Fragment(row["data"]),
            user=str(row["user_id"]),
        )
