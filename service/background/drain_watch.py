"""Checks whether an operator has asked this process to drain and stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog

from service.db.pool import Database
from service.lifecycle import Loop
from service.runtime.operations import is_asked_to_drain

_log = structlog.get_logger()


class DrainWatch(Loop):
    """Watches for an operator's request to drain this process. ``asked`` is set when the process should stop.
    The code that runs the process then drains it, as it does after SIGTERM."""

    name = "drain-watch"
    interval = 5.0

    def __init__(self, database: Database, worker_id: Callable[[], UUID]) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self._database = database
        self._worker_id = worker_id

    async def run_once(self) -> None:
        """Check once whether an operator asked this process to drain."""
        if not self.asked.is_set() and await is_asked_to_drain(self._database, self._worker_id()):
            _log.info("an operator asked this process to stop", worker=str(self._worker_id()))
            self.asked.set()
