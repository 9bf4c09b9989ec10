"""Long loops that let other tasks of the event loop run."""

from __future__ import annotations

import asyncio


class Turn:
    """A turn of one task on the event loop. A task with a long loop gives its turn away from time to time."""

    __slots__ = ("_loop", "_seconds", "_until")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._until = loop.time() + seconds

    @property
    def over(self) -> bool:
        """Whether the turn has lasted long enough to give other tasks theirs."""
        return self._loop.time() >= self._until

    async def give(self) -> None:
        """Let all waiting tasks run, then start a new turn."""
        await asyncio.sleep(0)
        self._until = self._loop.time() + self._seconds
