"""How a process runs its loops."""

from __future__ import annotations

from contextlib import AsyncExitStack

from service.background.loop import Loop


async def run(stack: AsyncExitStack, *loops: Loop) -> None:
    """Start loops; they stop, the last first, when the stack unwinds."""
    for loop in loops:
        await loop.start()
        stack.push_async_callback(loop.stop)
