"""``python -m benchmarks._listeners PORT COUNT``: websocket clients of one channel, in a process of
their own; says ``joined`` when all are, and ends with its standard input."""

from __future__ import annotations

import asyncio
import resource
import sys

from tests.stubs.event_log import channel_name
from tests.stubs.socket_crowd import gather_crowd


async def listen(port: int, count: int) -> None:
    """Join, and hear until standard input ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = await gather_crowd(port, [channel_name(1)], count)
    print("joined", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(sum(len(member.faults) for member in crowd), flush=True)
    for member in crowd:
        member.leave()


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), int(sys.argv[2])))
