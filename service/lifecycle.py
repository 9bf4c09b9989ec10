"""The contract of every component that a process starts: ``start`` and ``stop``, and for a loop also
``nudge`` and ``run_once``.

A loop makes a pass when it is nudged. It also makes a pass after each interval, because a nudge may be lost.
The same loop may run in many processes at once. An error in a pass is logged and never ends the loop: the
next pass follows after a pause.
"""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod

import structlog

from service.db.pool import TRANSIENT
from service.errors import StorytroupeError

_log = structlog.get_logger()
_FIRST_PAUSE = 0.05


class Component(ABC):
    """A part of a process that is started and stopped. After a stop, it may be started again."""

    name: str

    def __init__(self) -> None:
        self._changing = asyncio.Lock()
        self._started = False

    async def start(self) -> None:
        """Start the component. Returns when it has started. Raises ``RuntimeError`` if it already runs."""
        async with self._changing:
            if self._started:
                raise RuntimeError(f"{self.name} already runs. Stop it before you start it again.")
            await self._on_start()
            self._started = True

    async def stop(self) -> None:
        """Stop the component. Returns when it has stopped. A component that does not run may also be stopped:
        a single pass of a loop may have opened resources."""
        async with self._changing:
            await self._on_stop()
            self._started = False

    @abstractmethod
    async def _on_start(self) -> None:
        """Start the tasks of the component. If this method raises, no task may be running."""

    @abstractmethod
    async def _on_stop(self) -> None:
        """End the tasks, and wait until they have ended. If no task runs, do nothing."""


class Loop(Component):
    """A background loop. ``interval`` is the time between two passes, in seconds. It is 0 for a loop whose
    passes wait by themselves.

    ``longest_pause`` is the maximum pause after errors, in seconds.
    """

    interval: float = 1.0
    longest_pause: float = 1.0

    def __init__(self) -> None:
        super().__init__()
        self._nudged = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def run_once(self) -> object:
        """Make one pass. Safe to call at any time, in any number of processes."""

    def nudge(self) -> None:
        """Request a pass soon. Several nudges before a pass cause only one pass."""
        self._nudged.set()

    async def _on_start(self) -> None:
        self._stopping.clear()
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def _on_stop(self) -> None:
        """Stop the loop after the current pass."""
        self._stopping.set()
        self._nudged.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._nudged.clear()
            try:
                await self.run_once()
            except Exception as error:
                failures += 1
                self._failed(error, failures)
                await _first(self._stopping, self._pause(failures))
                continue
            if failures:
                self._recovered(failures)
                failures = 0
            if self.interval:
                await _first(self._nudged, self.interval)

    def _pause(self, failures: int) -> float:
        """The pause in seconds after this number of failures in a row. A random factor prevents that many
        processes try again at the same moment."""
        return min(self.longest_pause, _FIRST_PAUSE * 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)

    def _failed(self, error: Exception, failures: int) -> None:
        """Called after a pass failed. ``failures`` is the number of failures in a row."""
        planned = isinstance(error, (StorytroupeError, *TRANSIENT))
        _log.warning(f"{self.name} failed", error=error, exc_info=None if planned else error)

    def _recovered(self, failures: int) -> None:
        """Called when a pass succeeds after ``failures`` failures in a row."""


async def _first(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
