"""Removes deleted text from the disk (a "sweep").

PostgreSQL only marks a deleted row. The bytes of the row stay in the file of the table, in the write-ahead
log and in the planner's statistics. In a data folder of `up`, a sweep removes these bytes soon after a
deletion. It rewrites the tables and deletes old segments of the write-ahead log (``wal_recycle`` is off).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from service.db.pool import TRANSIENT
from service.db.sql import load
from service.devstack.private import write_private
from service.lifecycle import Loop

_log = structlog.get_logger(__name__)
_SQL = load("sweep")

#: The log message at the end of a sweep. docs/security.md names this message.
SWEPT = "deleted words are gone from the disk"
#: The delay of a sweep after a deletion, in seconds. After the deletion of an account, the sweep starts at
#: once. A sweep locks tables.
PATIENCE_SECONDS = 600.0
#: The delay of the second sweep after the deletion of an account, in seconds. It removes data that was
#: written during the deletion.
AGAIN_SECONDS = 60.0
_OTHERS_SECONDS = 30.0
#: While the sweep waits for a table's lock, other transactions wait behind it. After this time, the sweep
#: gives up its place, so that the others can run first.
_LOCK_SECONDS, _LATER_SECONDS = 2.0, 30.0


class Marks(BaseModel):
    """The state of the database at the last sweep: the number of deleted rows, and the newest sign-out."""

    model_config = ConfigDict(frozen=True)

    deleted: int
    signed_out: str | None


_NOTHING = Marks(deleted=0, signed_out=None)


class Sweeper(Loop):
    """Runs a sweep when one is due. ``url`` has the superuser's login. ``note`` is the file with the numbers
    of deletions at the last sweep. If this file is missing, for example after a crash, a sweep is due, unless
    the data folder is ``new``. A nudge means that an account was deleted."""

    name = "sweeper"
    interval = 30.0

    def __init__(self, url: Callable[[], str], note: Path, *, new: bool = False) -> None:
        super().__init__()
        self._url = url
        self._note = note
        self._swept = _NOTHING if new else _read(note)
        self._swept_at = time.monotonic()
        # The sweep after a crash runs while the first books are being made, so it must not delay them.
        self._again_at = None if self._swept else time.monotonic() + AGAIN_SECONDS
        self._not_before = 0.0

    async def run_once(self) -> None:
        """Run a sweep if one is due."""
        await self._sweep_if_due(patience=PATIENCE_SECONDS)

    async def finish(self) -> None:
        """Run the last sweep, after all writers have ended. Raises nothing. After a failure, a sweep is due
        at the next start."""
        self._note.unlink(missing_ok=True)
        try:
            await self._sweep_if_due(patience=0.0)
        except (*TRANSIENT, asyncpg.PostgresError) as problem:
            _log.warning("deleted words are still on the disk, until the next start", error=problem)
            return
        assert self._swept is not None
        write_private(self._note, self._swept.model_dump_json())

    async def _sweep_if_due(self, *, patience: float) -> None:
        connection = await asyncpg.connect(self._url(), timeout=5)
        try:
            if not patience:
                # PostgreSQL counts the deletions of a connection only when the connection has ended.
                await _until_none(connection, _SQL["others"])
            marks = Marks(**dict(await connection.fetchrow(_SQL["marks"])))
            if self._is_due(marks, patience):
                await self._sweep(connection, marks)
        finally:
            await connection.close(timeout=5)

    def _is_due(self, marks: Marks, patience: float) -> bool:
        now, former = time.monotonic(), self._swept
        if patience and now < self._not_before:
            return False
        if self._again_at is not None and (now >= self._again_at or not patience):
            return True
        if former is None:
            return False
        if marks.signed_out != former.signed_out:
            return True
        return marks.deleted != former.deleted and now - self._swept_at >= patience

    async def _sweep(self, connection: asyncpg.Connection[asyncpg.Record], marks: Marks) -> None:
        ended = self._swept is not None and marks.signed_out != self._swept.signed_out
        begun = time.monotonic()
        self._not_before = begun + _LATER_SECONDS
        await _write_anew(connection)
        self._swept, self._not_before = marks, 0.0
        self._swept_at = time.monotonic()
        self._again_at = self._swept_at + AGAIN_SECONDS if ended else None
        _log.info(SWEPT, seconds=round(self._swept_at - begun, 2))


def _read(note: Path) -> Marks | None:
    """Return the numbers of deletions that the last clean end wrote. The file is deleted, so that no file is
    left if this run is killed."""
    try:
        marks = Marks.model_validate_json(note.read_bytes())
    except (OSError, ValidationError):
        return None
    note.unlink()
    return marks


async def _write_anew(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    # The rewrite keeps rows that older transactions may still see.
    await _until_none(connection, _SQL["still_seen"], datetime.now(UTC))
    await connection.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
    await connection.execute(_SQL["forget_samples"])
    for row in await connection.fetch(_SQL["rewrites"]):
        await connection.execute(row["rewrite"], timeout=None)
    await connection.execute(_SQL["switch_wal"])
    await connection.execute(_SQL["checkpoint"])


async def _until_none(connection: asyncpg.Connection[asyncpg.Record], count: str, *values: object) -> None:
    async with asyncio.timeout(_OTHERS_SECONDS):
        while True:
            if not await connection.fetchval(count, *values):
                return
            await asyncio.sleep(0.05)
