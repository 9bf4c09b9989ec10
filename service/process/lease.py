"""The lease of a process, from its registration to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog

from service.background.leases import Lease
from service.background.rescue import retire
from service.errors import Unavailable
from service.process.core import Core

_log = structlog.get_logger()


@asynccontextmanager
async def open_lease(core: Core, slots: Mapping[str, int]) -> AsyncIterator[Lease]:
    """Hold a lease for a process that has these slots, by group. At the end of the block, the jobs of the
    process return to the queue."""
    seconds, roles = core.settings.lease_seconds, core.settings.roles
    lease = Lease(core.database, core.nudges, seconds=seconds, roles=roles, slots=slots)
    await lease.start()
    try:
        yield lease
    finally:
        await core.settler.drain()
        await lease.stop()
        try:
            core.settler.nudge(
                await core.database.retry_transaction(
                    lambda connection: retire(connection, core.kinds, lease.worker_id)
                )
            )
        except Unavailable as error:
            # The lease expires by itself, and then other processes end this worker.
            _log.warning("leaving without giving the jobs back", error=error)
