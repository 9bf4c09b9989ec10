"""``python -m benchmarks._crowd``: very many websocket clients in a process of their own, who come back
when they are cut, and note when they heard what.

It is told what to do by lines of JSON on its standard input (``do`` and more), and answers each with one.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import sys
import time
from array import array
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import uvloop

from tests.servers import eventually
from tests.stubs.socket_crowd import Member

#: Seconds before a client that was cut comes back, by chance.
_PAUSE = (0.2, 2.0)


class Reader(Member):
    """A client of some channels. ``ports`` are the hubs that there are, the one it is at first."""

    def __init__(self, channels: list[str], ports: list[int], notes: Notes) -> None:
        super().__init__(channels[0], "owner")
        self.versions: dict[str, int | None] = dict.fromkeys(channels)
        self.ports = deque(ports)
        self.returns = 0
        self.stalled = False
        self._missing = set(channels)
        self._notes = notes

    async def begin(self) -> None:
        """Connect and join."""
        await self.connect(self.ports[0])

    async def stay(self) -> None:
        """Come back, whatever happens."""
        while True:
            await self.closed.wait()
            self.returns += 1
            self.ports.rotate(-1)
            await asyncio.sleep(random.uniform(*_PAUSE))
            try:
                await self.begin()
            except (OSError, TimeoutError):
                self.leave()
                self.closed.set()

    def pause(self, stalled: bool) -> None:
        """Read nothing more, or go on reading."""
        self.stalled = stalled
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading() if stalled else self._transport.resume_reading()

    def is_listening(self, port: int) -> bool:
        return self.ports[0] == port and self.joined.is_set() and not self.closed.is_set()

    def is_at(self, versions: Mapping[str, int]) -> bool:
        return all((at or 0) >= versions[channel] for channel, at in self.versions.items())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._missing = set(self.versions)
        self._upgrade(transport)
        for channel in self.versions:
            self._ask(channel)

    def _ask(self, channel: str) -> None:
        ask: dict[str, Any] = {"type": "subscribe", "channel": channel}
        since = self.versions[channel]
        self._say(ask if since is None else ask | {"since": since})

    def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "subscribed":
                self._take_position(frame)
            case "event":
                self._notes.heard(frame["channel"], frame["version"], self)
                self._apply(frame)
            case "resync":
                self._ask(frame["channel"])
            case "error" if frame["temporary"]:
                asyncio.get_running_loop().call_later(random.uniform(0.1, 0.5), self._ask, frame["channel"])
            case "ping":
                self._say({"type": "pong"})
            case "error":
                self.faults.append(frame["code"])

    def _take_position(self, frame: dict[str, Any]) -> None:
        channel = frame["channel"]
        if frame["mode"] == "snapshot":
            if self.versions[channel] is not None:
                self.faults.append(f"a snapshot at {frame['version']} after {self.versions[channel]}")
            self.versions[channel] = frame["version"]
        for event in frame["events"]:
            self._apply(event)
        self._missing.discard(channel)
        if not self._missing:
            self.joined.set()

    def _apply(self, event: dict[str, Any]) -> None:
        last = self.versions[event["channel"]]
        if last is None or event["version"] != last + 1:
            self.faults.append(f"{event['version']} after {last}")
        self.versions[event["channel"]] = event["version"]


class Notes:
    """Who heard which version when: three columns, since there are hundreds of thousands of rows."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.channels, self.versions, self.times = array("l"), array("l"), array("d")

    def heard(self, channel: str, version: int, reader: Reader) -> None:
        """Readers that stall by order are not noted: theirs is another matter."""
        if len(reader.versions) == 1:
            self.channels.append(self.numbers[channel])
            self.versions.append(version)
            self.times.append(time.perf_counter())

    def write(self, path: Path) -> None:
        """The columns, one after the other."""
        with path.open("wb") as file:
            for column in (self.channels, self.versions, self.times):
                column.tofile(file)


class Crowd:
    """The clients of this process."""

    def __init__(self) -> None:
        self.readers: list[Reader] = []
        self.notes = Notes()
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self, channels: list[str], ports: list[int], count: int, listens_to: int = 1) -> object:
        """So many clients at the first of the ports; of ``listens_to`` channels each."""
        for channel in channels:
            self.notes.numbers.setdefault(channel, len(self.notes.numbers))
        for begin in range(0, count, 50):
            made = [
                Reader(
                    [channels[(number + more) % len(channels)] for more in range(listens_to)],
                    ports,
                    self.notes,
                )
                for number in range(begin, min(count, begin + 50))
            ]
            await asyncio.gather(*(reader.begin() for reader in made))
            self.readers += made
            self._tasks += [asyncio.create_task(reader.stay()) for reader in made]
        gc.collect()
        gc.freeze()
        return {"joined": len(self.readers)}

    async def stall(self, stalled: bool) -> object:
        """Those who listen to many channels stop reading, or go on."""
        for reader in self.readers:
            if len(reader.versions) > 1:
                reader.pause(stalled)
        return {}

    async def gathered(self, port: int) -> object:
        """Wait until all are at that port."""
        for reader in self.readers:
            await eventually(partial(reader.is_listening, port), 60)
        return {}

    async def behind(self, versions: Mapping[str, int]) -> object:
        """How many have not heard all."""
        return {"behind": sum(not reader.is_at(versions) for reader in self.readers)}

    async def report(self, path: str) -> object:
        """The notes into a file; what was wrong."""
        await asyncio.to_thread(self.notes.write, Path(path))
        faults = Counter(fault for reader in self.readers for fault in reader.faults)
        return {
            "heard": len(self.notes.times),
            "faults": sum(faults.values()),
            "examples": [fault for fault, _ in faults.most_common(3)],
            "returns": sum(reader.returns for reader in self.readers),
        }


async def run() -> None:
    """Do what is asked, line by line."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd()
    deeds: dict[str, Callable[..., Awaitable[object]]] = {
        "join": crowd.join,
        "stall": crowd.stall,
        "gathered": crowd.gathered,
        "behind": crowd.behind,
        "report": crowd.report,
    }
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = orjson.loads(line)
        answer = await deeds[asked.pop("do")](**asked)
        print(orjson.dumps(answer).decode(), flush=True)


if __name__ == "__main__":
    uvloop.run(run())
