"""Stalled readers, an empty Redis server and a killed hub at once: everybody hears everything, in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.scene import Size, play
from tests.servers import StartStack
from tests.stubs.socket_crowd import percentile


@pytest.mark.long
async def test_fault_41_readers_stall_while_redis_restarts_and_a_hub_is_killed(
    private_stack: StartStack, figure: Callable[[str], None]
) -> None:
    size = Size(readers=300, killed=100, stories=30, changes_a_second=60, calm=2.0, stalled=3.0, after=3.0)
    found = await play(await private_stack(), size)
    assert found.changes > 0
    assert found.returns >= size.killed
    assert found.examples == []
    assert found.whole
    assert found.bounded
    figure(
        f"{found.changes} changes heard {found.heard} times, {found.returns} times a client came back; "
        f"p99 {percentile(found.fire, 0.99) * 1000:.0f} ms, {percentile(found.calm, 0.99) * 1000:.0f} in calm"
    )
