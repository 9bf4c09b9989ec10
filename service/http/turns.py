"""A stream whose reader lets others have their turn."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader

#: A form of ours has some ten lines: the heads of its parts, and what divides them.
_MOST_LINES = 500
#: So many pieces are taken apart within a millisecond or two.
_IN_A_TURN = 64


class Turns:
    """A body's stream for aiohttp's reader of forms, with what that uses of one.

    It takes a form line by line, and what has come already without a pause: a form of empty lines kept
    the event loop for as long as there were any.
    """

    def __init__(self, content: StreamReader) -> None:
        self._content = content
        self._taken = 0
        self._lines = 0
        self.at_eof = content.at_eof
        self.unread_data = content.unread_data

    @property
    def total_bytes(self) -> int:
        """How many bytes have come so far."""
        return self._content.total_bytes

    async def read(self, size: int = -1) -> bytes:
        await self._turn()
        return await self._content.read(size)

    async def readline(self, *, max_line_length: int | None = None) -> bytes:
        """Raises ValueError beyond ``_MOST_LINES``."""
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise ValueError("a form of too many lines")
        await self._turn()
        return await self._content.readline(max_line_length=max_line_length)

    async def _turn(self) -> None:
        self._taken += 1
        if self._taken % _IN_A_TURN == 0:
            await asyncio.sleep(0)
