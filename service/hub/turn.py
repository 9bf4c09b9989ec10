"""Helps long loops to let other tasks of the event loop run."""

from __future__ import annotations

import asyncio


class Turn:
    """The time that one task may run on the event loop without a pause. A task with a long loop must end its
    turn from time to time."""

    __slots__ = ("_loop", "_seconds", "_until")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._until = loop.time() + seconds

    @property
    def over(self) -> bool:
        """Whether the turn has lasted so long that other tasks should run."""
        return self._loop.time() >= self._until

    async def give(self) -> None:
        """Let all waiting tasks run, then start a new turn."""
        await asyncio.sleep(0)
        self._until = self._loop.time() + self._seconds
