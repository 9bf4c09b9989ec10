"""``python -m tests.watched_service DATABASE_URL FILES``: the HTTP service in a process of its own.

Its event loop is watched. It prints its port. For each line that it reads, it prints for how many
milliseconds at the most the process has worked between two turns of its loop since the line before. That is
processor time, of all threads: what a busy machine does to others is not in it, what one thread of ours does
to the loop is.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TextIO

import aiohttp
import uvloop

from service.process.collector import spare
from service.settings import Settings
from service.telemetry.logging import configure_logging
from tests.http_service import open_services, serve

_EVERY_SECONDS = 0.002


class Watch:
    """Measures while its block runs."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def run(self) -> None:
        before = time.process_time()
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            now = time.process_time()
            self.worst = max(self.worst, (now - before) * 1000)
            before = now


async def main(output: TextIO, database_url: str, files: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        open_services(database_url, Path(files)) as services,
        serve(services, Settings(rate_per_second=0), session) as http_service,
    ):
        # As the service itself does.
        spare()
        watch = Watch()
        watching = asyncio.create_task(watch.run())
        output.write(f"{http_service.url.rpartition(':')[2]}\n")
        orders = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
        )
        async for _ in orders:
            await asyncio.sleep(2 * _EVERY_SECONDS)
            output.write(f"{watch.worst}\n")
            watch.worst = 0.0
        watching.cancel()


def _take_over_output() -> TextIO:
    """What stands on standard output is the parent's; the log goes where faults go."""
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return output


if __name__ == "__main__":
    output = _take_over_output()
    configure_logging("info", "json")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(output, *sys.argv[1:]))
