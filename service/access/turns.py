"""Turns at a shared resource: each user has a number of turns at once, and a number of waiting requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from service.errors import Overloaded


class Turns:
    """The turns of all users. Each process counts by itself. An inactive user takes no memory."""

    def __init__(self, at_once: int, in_line: int) -> None:
        self._at_once = at_once
        self._in_line = in_line
        self._lines: dict[UUID, _Line] = {}

    def count(self, user_id: UUID) -> int:
        """The number of requests of a user that have a turn, or wait for one."""
        line = self._lines.get(user_id)
        return line.count if line is not None else 0

    @asynccontextmanager
    async def hold(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a turn of the user, and hold it until the block ends. Raises ``Overloaded`` if too many
        requests of the user wait already. It may be cancelled, which gives the turn back."""
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
    """The number of a user's requests, and the slots for those that have a turn."""

    __slots__ = ("count", "slots")

    def __init__(self, at_once: int) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)
