"""Long rounds of the event loop, in which others get their turn."""

from __future__ import annotations

import asyncio


class Turn:
    """One's turn on the event loop; who has long rounds to make gives it away now and then."""

    __slots__ = ("_loop", "_seconds", "_until")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._until = loop.time() + seconds

    @property
    def over(self) -> bool:
        return self._loop.time() >= self._until

    async def give(self) -> None:
        """Let all others who wait have theirs."""
        await asyncio.sleep(0)
        self._until = self._loop.time() + self._seconds
