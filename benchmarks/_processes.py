"""Hubs and crowds in processes of their own."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from array import array
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from benchmarks._stories import Stories
from service.devstack.stack import Stack
from service.devstack.temporary import temporary_folder

_END_SECONDS = 15.0


def say(text: str, good: bool) -> None:
    """A figure, and whether it keeps to its bar."""
    print(("within the bar:  " if good else "OVER THE BAR:    ") + text, flush=True)


def resident(pid: int | None = None) -> int:
    """Bytes of memory that a process, or this one, holds."""
    statm = Path(f"/proc/{pid or 'self'}/statm").read_text()
    return int(statm.split()[1]) * resource.getpagesize()


class HubProcess:
    """A hub with its websockets at a port."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self.port = port

    @property
    def resident(self) -> int:
        return resident(self._process.pid)

    async def kill(self) -> None:
        """As a machine that is gone: no word to anyone."""
        self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        if self._process.returncode is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()


@asynccontextmanager
async def open_hub_process(stack: Stack, namespace: str) -> AsyncIterator[HubProcess]:
    """A hub on these servers."""
    process = await _start("benchmarks._hub", stack.database_url, stack.redis_url, namespace)
    assert process.stdout is not None
    hub = HubProcess(process, int(await process.stdout.readline()))
    try:
        yield hub
    finally:
        await hub.end()


class CrowdProcess:
    """Clients of websockets, of one channel each unless it says otherwise."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def join(self, channels: list[str], ports: list[int], count: int, listens_to: int = 1) -> None:
        """So many more, spread over the channels, at the first of the ports."""
        await self._ask("join", channels=channels, ports=ports, count=count, listens_to=listens_to)

    async def stall(self, stalled: bool) -> None:
        """Those who listen to many channels read nothing more, or go on."""
        await self._ask("stall", stalled=stalled)

    async def gathered(self, port: int) -> None:
        """Wait until all are at that port."""
        await self._ask("gathered", port=port)

    async def wait_for(self, versions: Mapping[str, int], patience: float = 45.0) -> int:
        """Wait until all have heard all; returns how many never did."""
        until = time.monotonic() + patience
        while behind := (await self._ask("behind", versions=versions))["behind"]:
            if time.monotonic() > until:
                break
            await asyncio.sleep(0.2)
        return int(behind)

    async def report(self, stories: Stories) -> tuple[dict[str, Any], list[tuple[float, float]]]:
        """``faults``, ``examples``, ``heard`` and ``returns``; when each change was committed, and heard."""
        with temporary_folder() as folder:
            path = folder / "notes"
            report = await self._ask("report", path=str(path))
            notes = await asyncio.to_thread(_read_notes, path, report["heard"])
        names, committed = stories.channels, stories.committed
        return report, [(committed[names[channel], version], at) for channel, version, at in notes]

    async def _ask(self, do: str, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps({"do": do, **more}) + b"\n")
        answer: dict[str, Any] = orjson.loads(await self._process.stdout.readline())
        return answer


def _read_notes(path: Path, rows: int) -> list[tuple[int, int, float]]:
    columns = array("l"), array("l"), array("d")
    with path.open("rb") as file:
        for column in columns:
            column.fromfile(file, rows)
    return list(zip(*columns, strict=True))


@asynccontextmanager
async def open_crowd() -> AsyncIterator[CrowdProcess]:
    """Nobody yet."""
    process = await _start("benchmarks._crowd")
    try:
        yield CrowdProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _start(module: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, limit=1 << 24
    )
