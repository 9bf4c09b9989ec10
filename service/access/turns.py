"""Turns at what all users share: so many of each user's at once, and so many in line behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from service.errors import Overloaded


class Turns:
    """Each process counts by itself. A user who is not there costs nothing."""

    def __init__(self, at_once: int, in_line: int) -> None:
        self._at_once = at_once
        self._in_line = in_line
        self._lines: dict[UUID, _Line] = {}

    def count(self, user_id: UUID) -> int:
        """How many of a user's have their turn, or wait for it."""
        line = self._lines.get(user_id)
        return line.count if line is not None else 0

    @asynccontextmanager
    async def hold(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a user's turn, and have it for the block. Raises ``Overloaded`` where too many of the
        user's wait already."""
        line = self._lines.get(user_id)
        if line is None:
            line = self._lines[user_id] = _Line(self._at_once)
        if line.count >= self._at_once + self._in_line:
            raise Overloaded(
                "Too many of your requests wait for the database. Send fewer requests at once.",
                code="TOO_MANY_REQUESTS",
                retry_after=1,
            )
        line.count += 1
        try:
            async with line.slots:
                yield
        finally:
            line.count -= 1
            if not line.count:
                del self._lines[user_id]


class _Line:
    """How many of a user's are here, and the slots of those whose turn it is."""

    __slots__ = ("count", "slots")

    def __init__(self, at_once: int) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)
