"""How a process runs its components."""

from __future__ import annotations

from contextlib import AsyncExitStack

from service.lifecycle import Component


async def run(stack: AsyncExitStack, *components: Component) -> None:
    """Start components in order. They stop in the reverse order when the stack closes."""
    for component in components:
        await component.start()
        stack.push_async_callback(component.stop)
