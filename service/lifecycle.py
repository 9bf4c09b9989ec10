"""The one contract of all that is started: ``start`` and ``stop``, and of a loop ``nudge`` and ``run_once``.

A loop runs when it is nudged, and by its interval as a sweep behind lost nudges. Each may
run in many processes at once. An error is logged and backed off from; it never ends the loop.
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
    """Something that runs from its start to its stop, and may then be started again."""

    name: str

    def __init__(self) -> None:
        self._changing = asyncio.Lock()
        self._started = False

    async def start(self) -> None:
        """Begin; returns when it has begun. Raises ``RuntimeError`` where it runs already."""
        async with self._changing:
            if self._started:
                raise RuntimeError(f"{self.name} was started and not stopped; it cannot be started again.")
            await self._on_start()
            self._started = True

    async def stop(self) -> None:
        """End; returns when it has ended. What does not run may be stopped, too: a single pass of a loop
        may have opened something."""
        async with self._changing:
            await self._on_stop()
            self._started = False

    @abstractmethod
    async def _on_start(self) -> None:
        """Start the tasks. Where this raises, none of them runs."""

    @abstractmethod
    async def _on_stop(self) -> None:
        """End the tasks, and wait for them; with none of them, do nothing."""


class Loop(Component):
    """A background loop. ``interval`` is in seconds; 0 is for a loop whose passes wait by themselves.

    ``longest_pause`` bounds the pause after errors, in seconds.
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
        """One pass. Safe to call at any time, in any number of processes."""

    def nudge(self) -> None:
        """Ask for a pass soon; many nudges make one pass."""
        self._nudged.set()

    async def _on_start(self) -> None:
        self._stopping.clear()
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def _on_stop(self) -> None:
        """After the pass under way."""
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
        """Seconds after so many failures in a row. Many processes do not come back at the same moment."""
        return min(self.longest_pause, _FIRST_PAUSE * 2.0 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0)

    def _failed(self, error: Exception, failures: int) -> None:
        """A pass failed, for the so-manieth time in a row."""
        planned = isinstance(error, (StorytroupeError, *TRANSIENT))
        _log.warning(f"{self.name} failed", error=error, exc_info=None if planned else error)

    def _recovered(self, failures: int) -> None:
        """A pass succeeded after so many failures in a row."""


async def _first(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, some seconds at the most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
