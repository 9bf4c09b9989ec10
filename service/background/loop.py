"""The one contract of every loop: ``start``, ``nudge``, ``stop``, and a ``run_once`` of its own.

A loop runs when it is nudged, and by its interval as a sweep behind lost nudges. Each may
run in many processes at once. An error is logged and backed off from; it never ends the loop.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

import structlog

from service.db.pool import TRANSIENT
from service.errors import StorytroupeError

_log = structlog.get_logger()
_MAX_BACKOFF = 1.0


class Loop(ABC):
    """A background loop. ``interval`` is in seconds."""

    name: str
    interval: float = 1.0

    def __init__(self) -> None:
        self._nudged = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def run_once(self) -> None:
        """One pass. Safe to call at any time, in any number of processes."""

    def nudge(self) -> None:
        """Ask for a pass soon; many nudges make one pass."""
        self._nudged.set()

    async def start(self) -> None:
        """Begin; returns at once."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End after the pass under way."""
        self._stopping = True
        self._nudged.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _run(self) -> None:
        backoff = 0.0
        while not self._stopping:
            self._nudged.clear()
            try:
                await self.run_once()
                backoff = 0.0
            except Exception as error:
                backoff = min(_MAX_BACKOFF, backoff * 2 or 0.05)
                self._report(error)
                await asyncio.sleep(backoff)
                continue
            if not self._stopping:
                await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._nudged.wait(), self.interval)
        except TimeoutError:
            return

    def _report(self, error: Exception) -> None:
        planned = isinstance(error, (StorytroupeError, *TRANSIENT))
        _log.warning(f"{self.name} failed", error=repr(error), exc_info=None if planned else error)
