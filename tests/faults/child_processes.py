"""The parent's side of the children: start, hear, tell, break and end them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import orjson

from tests.faults.config import Failpoint, Point, ProcessConfig

_ROOT = Path(__file__).parents[2]


class Child:
    """One process of the service, from its start to its end."""

    def __init__(self, config: ProcessConfig) -> None:
        self.config = config
        self.name = config.name
        self.pid = 0
        self.worker_id: str | None = None
        self.port: int | None = None
        #: The tasks that it had when it was ready, by name.
        self.tasks: dict[str, int] = {}
        self.ended = asyncio.Event()
        self._messages: list[dict[str, Any]] = []
        self._heard = asyncio.Condition()
        self._writer: asyncio.StreamWriter | None = None

    async def listen(
        self, hello: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take what the child says until its line is cut, which only its end does."""
        self.pid, self._writer = hello["pid"], writer
        await self._take(hello)
        with contextlib.suppress(ConnectionError):
            async for line in reader:
                await self._take(orjson.loads(line))
        self.ended.set()
        async with self._heard:
            self._heard.notify_all()

    async def _take(self, message: dict[str, Any]) -> None:
        async with self._heard:
            self._messages.append(message)
            self._heard.notify_all()

    async def said(self, key: str, seconds: float = 60.0, **rest: Any) -> dict[str, Any]:
        """The next message with this key (and these values), which is then used up."""

        def find() -> dict[str, Any] | None:
            wanted = {key, *rest}
            for message in self._messages:
                if wanted <= message.keys() and all(message[k] == v for k, v in rest.items()):
                    return message
            return None

        async with asyncio.timeout(seconds), self._heard:
            await self._heard.wait_for(lambda: find() is not None or self.ended.is_set())
            found = find()
            assert found is not None, f"{self.name} ended without saying {key}: {self.words()}"
            self._messages.remove(found)
            return found

    async def reached(self, point: Point, seconds: float = 60.0) -> None:
        """Wait until the child has passed an armed point."""
        await self.said("reached", seconds, reached=point)

    def tell(self, **command: Any) -> None:
        assert self._writer is not None
        self._writer.write(orjson.dumps(command) + b"\n")

    def arm(self, failpoint: Failpoint) -> None:
        self.tell(arm=failpoint.model_dump())

    async def stats(self) -> dict[str, Any]:
        """What the child knows of itself: tasks by name, busy connections, attempts under way, stopped and
        late ones, peak memory in MB."""
        self.tell(stats=True)
        return await self.said("stats")

    def signal(self, number: signal.Signals) -> None:
        assert self.pid, f"{self.name} never said hello: {self.words()}"
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def kill(self) -> None:
        """SIGKILL, and wait for the end. One that never came to be is over."""
        if not self.pid:
            return
        self.signal(signal.SIGKILL)
        await asyncio.wait_for(self.ended.wait(), 60)

    async def stop(self, seconds: float = 30.0) -> None:
        """SIGTERM, and wait for the end of the drain."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        await asyncio.wait_for(self.ended.wait(), seconds)

    def words(self) -> str:
        """The last lines of the child's log."""
        path = Path(self.config.log)
        return path.read_text(errors="replace")[-3000:] if path.exists() else "(no log)"

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class ChildProcesses:
    """Forks children from one process that has imported everything already."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._server: asyncio.Server | None = None
        self._expected: dict[str, Child] = {}
        self._lines: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.process_child", stdin=asyncio.subprocess.PIPE, cwd=_ROOT
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None and self._server is not None
        for child in self._expected.values():
            child.signal(signal.SIGKILL) if child.pid and not child.ended.is_set() else None
        self._process.kill()
        await self._process.wait()
        self._server.close()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def fork(self, config: ProcessConfig) -> Child:
        """Start a child. Returns at once; ``said("ready")`` is its being there."""
        assert self._process is not None and self._process.stdin is not None
        child = self._expected[config.name] = Child(config)
        self._process.stdin.write(config.model_dump_json().encode() + b"\n")
        await self._process.stdin.drain()
        return child

    def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.get_running_loop().create_task(self._hear(reader, writer))
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = orjson.loads(await reader.readline())
            await self._expected[hello["hello"]].listen(hello, reader, writer)
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def open_child_processes() -> AsyncIterator[ChildProcesses]:
    async with ChildProcesses() as child_processes:
        yield child_processes
