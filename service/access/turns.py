"""Limits how many requests of one user use a shared resource at once, and how many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from service.errors import Overloaded


class Turns:
    """The requests of all users that use the resource or wait for it. Each process counts separately. A user
    without requests takes no memory."""

    def __init__(self, at_once: int, in_line: int, *, wait_for: str = "the database") -> None:
        """``wait_for`` names the resource in the error's message."""
        self._at_once = at_once
        self._in_line = in_line
        self._wait_for = wait_for
        self._lines: dict[UUID, _Line] = {}

    def count(self, user_id: UUID) -> int:
        """Return how many requests of a user use the resource or wait for it."""
        line = self._lines.get(user_id)
        return line.count if line is not None else 0

    @asynccontextmanager
    async def hold(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a free slot of the user, and hold the slot until the block ends. Raises ``Overloaded`` if
        too many requests of the user wait already. A caller may cancel it. This releases the slot."""
        line = self._lines.get(user_id)
        if line is None:
            line = self._lines[user_id] = _Line(self._at_once)
        if line.count >= self._at_once + self._in_line:
            raise Overloaded(
                f"Too many of your requests wait for {self._wait_for}. Send fewer requests at once.",
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
    """The number of a user's requests, and the user's slots."""

    __slots__ = ("count", "slots")

    def __init__(self, at_once: int) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)
