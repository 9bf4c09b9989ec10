"""The lease of each process is a row in ``workers``. A thread with its own connection renews this row.

So a process with a busy event loop keeps its lease. If the event loop does not run at all for some seconds,
the thread stops renewing. So a blocked process loses its lease.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import asyncpg
import structlog

from service.background.nudges import LEASE_EXPIRED, Nudges
from service.db.pool import TRANSIENT, Database
from service.db.sql import load
from service.lifecycle import Component

_log = structlog.get_logger()
_SQL = load("workers")
#: How many times a lease is renewed during its duration.
RENEWALS_A_LEASE = 4
#: The event loop counts as blocked if it has not run for this part of a lease's duration.
WEDGED_LEASES = 10 / 12
_BEATS_A_LEASE = 24
_RETRY_SECONDS = 0.5


class Lease(Component):
    """The lease of this process, which is its row in ``workers``. The id of the row changes after each
    expiry.

    After an expiry, the process takes a new lease and sends LEASE_EXPIRED. All attempts that started under
    the former id must stop.
    """

    name = "lease"

    def __init__(
        self,
        database: Database,
        nudges: Nudges,
        *,
        seconds: float,
        roles: Sequence[str],
        slots: Mapping[str, int],
    ) -> None:
        super().__init__()
        self._database = database
        self._nudges = nudges
        self.seconds = seconds
        self._roles = list(roles)
        self._slots = dict(slots)
        self._reviving: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self._beat = time.monotonic()
        self._thread: threading.Thread | None = None
        self._beating: asyncio.Task[None] | None = None
        self.worker_id = uuid4()

    async def renew_identity(self) -> None:
        """Take a lease under a new id."""
        await self._leave_off()
        await self._register()

    async def renewed(self) -> None:
        """If the lease has expired, wait until this process has a new lease."""
        if self._reviving is not None:
            await asyncio.wait({self._reviving})

    async def _on_start(self) -> None:
        """Take a lease under a new id, and renew it."""
        await self._register()

    async def _on_stop(self) -> None:
        """Stop renewing the lease. The row in ``workers`` does not change."""
        if self._reviving is not None:
            self._reviving.cancel()
            await asyncio.gather(self._reviving, return_exceptions=True)
        await self._leave_off()

    async def _register(self) -> None:
        former, self.worker_id = self.worker_id, uuid4()
        await self._database.pool.execute(
            _SQL["register"],
            self.worker_id,
            socket.gethostname(),
            os.getpid(),
            self._roles,
            self._slots,
            self.seconds,
            former,
        )
        self._stop = threading.Event()
        loop = asyncio.get_running_loop()
        self._beating = asyncio.create_task(self._keep_beating(), name="lease-beat")
        self._thread = threading.Thread(
            target=self._renew_for_ever, args=(loop, self.worker_id, self._stop), name="lease", daemon=True
        )
        self._thread.start()

    async def _leave_off(self) -> None:
        self._stop.set()
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 5)

    def _on_expired(self) -> None:
        _log.warning("the lease of this process expired; it takes a new one", worker=str(self.worker_id))
        self._reviving = asyncio.create_task(self._revive(), name="revive")
        self._nudges.send_here(LEASE_EXPIRED)

    async def _revive(self) -> None:
        while True:
            try:
                await self.renew_identity()
                return
            except TRANSIENT as error:
                _log.warning("the new lease waits for the database", error=error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _keep_beating(self) -> None:
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(self.seconds / _BEATS_A_LEASE)

    def _renew_for_ever(
        self, loop: asyncio.AbstractEventLoop, worker_id: UUID, stop: threading.Event
    ) -> None:
        renewing = asyncio.new_event_loop()
        try:
            renewing.run_until_complete(self._renewals(loop, worker_id, stop))
        finally:
            renewing.close()

    async def _renewals(
        self, loop: asyncio.AbstractEventLoop, worker_id: UUID, stop: threading.Event
    ) -> None:
        connection: asyncpg.Connection[asyncpg.Record] | None = None
        pause = self.seconds / RENEWALS_A_LEASE
        due = pause
        while not await asyncio.to_thread(stop.wait, due):
            due = pause
            if time.monotonic() - self._beat > self.seconds * WEDGED_LEASES:
                continue
            try:
                if connection is None or connection.is_closed():
                    connection = await asyncpg.connect(self._database.url, timeout=pause)
                renewed = await connection.fetchval(_SQL["renew"], worker_id, self.seconds, timeout=pause)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                _log.warning("the lease could not be renewed", error=error)
                if connection is not None:
                    connection.terminate()
                # Retry soon: the lease is still valid, and other processes may recover from an outage before
                # this one.
                connection, due = None, pause / 10
                continue
            if renewed is None:
                loop.call_soon_threadsafe(self._on_expired)
                break
        if connection is not None:
            connection.terminate()
