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
        self._changed = asyncio.Event()
        self._waiting = 0
        self._sharing = 0
        self._exclusive = False
        self._wanting = 0

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Share the process with other attempts. Waits only while an attempt runs alone, or waits to."""
        while self._exclusive or self._wanting:
            await self._change()
        self._sharing += 1
        try:
            yield
        finally:
            self._sharing -= 1
            self._notify()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Wait until no other attempt runs. Until the end of the block, no other attempt starts."""
        self._wanting += 1
        try:
            while self._exclusive or self._sharing:
                await self._change()
            self._exclusive = True
        finally:
            self._wanting -= 1
            self._notify()
        try:
            yield
        finally:
            self._exclusive = False
            self._notify()

    async def _change(self) -> None:
        """Wait until the next change of the gate."""
        self._waiting += 1
        try:
            await self._changed.wait()
        finally:
            self._waiting -= 1

    def _notify(self) -> None:
        """Wake all attempts that wait at the gate. Each of them checks the gate again."""
        if self._waiting:
            self._changed.set()
            self._changed = asyncio.Event()
