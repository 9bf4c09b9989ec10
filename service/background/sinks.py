"""Feeds a sink: it publishes the ranges that the relay put into the outbox of sinks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import groupby

import asyncpg
import structlog

from service.db.pool import Connection, Database
from service.db.sql import load
from service.domain.cloud_events import Event
from service.lifecycle import Loop
from service.runtime.kinds import Kinds
from service.sinks.sink import Range, Sink

_log = structlog.get_logger()
_SQL = load("sinks")
_AT_ONCE = 200


class SinkRelay(Loop):
    """Publishes to one sink. One process at a time does so.

    The sink is opened at the first pass, and again after a failure.
    """

    interval = 1.0
    longest_pause = 15.0

    def __init__(
        self,
        name: str,
        database: Database,
        opened: Callable[[], AbstractAsyncContextManager[Sink]],
        *,
        kinds: Kinds,
        tries: int,
    ) -> None:
        super().__init__()
        self.name = f"sink-{name}"
        self.sink_name = name
        self._database = database
        self._open = opened
        self._kinds = list(kinds)
        self._tries = tries
        self._stack = AsyncExitStack()
        self._sink: Sink | None = None

    async def run_once(self) -> None:
        """Publish until no range is due. Raises what the sink and PostgreSQL raise."""
        while await self._pass():
            pass

    async def _pass(self) -> bool:
        """Publish one batch. Returns whether more may be due."""
        async with self._database.as_owner() as connection:
            if not await connection.fetchval(_SQL["lock_sink"], self.sink_name):
                return False
            rows = await connection.fetch(_SQL["pending"], self.sink_name, _AT_ONCE, self._kinds)
            ranges = [_range(list(group)) for _, group in groupby(rows, key=lambda row: row["range"])]
            if ranges:
                await self._publish(connection, ranges)
        return len(ranges) == _AT_ONCE

    async def _publish(self, connection: Connection, ranges: Sequence[Range]) -> None:
        try:
            refused = await (await self._opened()).publish(ranges)
        except Exception:
            await self._close()
            raise
        await connection.execute(_SQL["mark_sent"], [one.id for one in ranges if one.id not in refused])
        for id_, reason in refused.items():
            await connection.execute(_SQL["mark_refused"], id_, reason, self._tries)
        if refused:
            _log.error("a sink refuses events", sink=self.sink_name, ranges=len(refused))

    async def _opened(self) -> Sink:
        if self._sink is None:
            self._sink = await self._stack.enter_async_context(self._open())
        return self._sink

    async def _close(self) -> None:
        self._sink = None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()

    async def _on_stop(self) -> None:
        await super()._on_stop()
        await self._close()


def _range(rows: Sequence[asyncpg.Record]) -> Range:
    return Range(rows[0]["range"], rows[0]["aggregate_id"], [_event(row) for row in rows])


def _event(row: asyncpg.Record) -> Event:
    return Event(
        kind=row["kind"],
        aggregate_id=row["aggregate_id"],
        user_id=row["user_id"],
        version=row["version"],
        type=row["type"],
        at=row["at"],
        data=row["data"],
        correlation_id=row["correlation_id"],
    )
