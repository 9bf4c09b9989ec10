"""The exclusive gate: attempts share the process, unless one attempt must run alone.

A job whose workers died twice runs alone, so that a job that kills its process affects no other job.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ExclusiveGate:
    """A lock for attempts, shared or exclusive. While one attempt waits for exclusive access, no new attempt
    gets shared access."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._sharing = 0
        self._exclusive = False
        self._wanting = 0

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Share the process with other attempts."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._exclusive and not self._wanting)
            self._sharing += 1
        try:
            yield
        finally:
            async with self._changed:
                self._sharing -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Wait until no other attempt runs. Until the end of the block, no other attempt starts."""
        async with self._changed:
            self._wanting += 1
            try:
                await self._changed.wait_for(lambda: not self._exclusive and not self._sharing)
                self._exclusive = True
            finally:
                self._wanting -= 1
        try:
            yield
        finally:
            async with self._changed:
                self._exclusive = False
                self._changed.notify_all()
