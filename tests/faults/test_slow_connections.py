"""Clients that are slow on purpose: others are served meanwhile, and what they hold is taken from them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from service.access.tokens import Tokens
from tests.stubs.slow_crowd import SlowCrowd, manners
from tests.stubs.socket_crowd import percentile

_SECRET = "a secret for tests, which is long enough"
_MAIN = "from service.cli import main; main()"
#: A token of a user, and one of those who are served meanwhile.
_TOKENS = Tokens(_SECRET, "storytroupe", "storytroupe")
#: A socket's state in /proc/net/tcp.
_LISTENS = "0A"
#: Deadlines for the part of every run.
_QUICK = {"HEAD_SECONDS": "1", "IDLE_SECONDS": "1.5", "BODY_SECONDS": "2", "STALL_SECONDS": "1.5"}


@dataclass(frozen=True)
class Served:
    """A process of the service: `storytroupe serve --roles http`."""

    process: asyncio.subprocess.Process
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def megabytes(self) -> float:
        """What it holds in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def sockets(self) -> int:
        """How many connections of clients it has open, by the machine's own count."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        here = f":{self.port:04X}"
        # What has an inode belongs to a process; the one that listens is no connection.
        return sum(row[1].endswith(here) and row[3] != _LISTENS and row[9] != "0" for row in rows)


@asynccontextmanager
async def serving(database: str, redis_url: str, folder: Path, **settings: str) -> AsyncIterator[Served]:
    """The service in a process of its own until the block ends."""
    log = folder / "serve.log"
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "STORYTROUPE_JWT_SECRET": _SECRET,
        "STORYTROUPE_FILES_DIR": str(folder / "files"),
        **{f"STORYTROUPE_{name}": value for name, value in settings.items()},
    }
    with log.open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _MAIN, "serve", "--roles", "http", "--port", "0"),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=err,
        )
    try:
        assert process.stdout is not None
        ready = (await process.stdout.readline()).decode()
        assert ready.startswith("ready "), log.read_text()
        yield Served(process, int(ready.rpartition(":")[2]), log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answer_times(session: aiohttp.ClientSession, served: Served, seconds: float) -> list[float]:
    """How long another user waits for answers, in seconds, one after the other."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for path in ("/healthz", "/api/v1/stories"):
            begun = time.perf_counter()
            async with session.get(served.url + path) as answer:
                assert answer.status == 200, await answer.text()
                await answer.read()
            times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.01)
    return times


def bearer() -> str:
    return _TOKENS.issue(uuid4(), ttl=timedelta(hours=1))


async def upload_path(served: Served, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{served.url}/api/v1/characters", json={"name": "Ada"}) as made,
    ):
        assert made.status == 201, await made.text()
        return f"/api/v1/characters/{(await made.json())['data']['id']}/references?declared=drawing"


async def hold_up(
    served: Served, size: int, *, seconds: float, within: float, leave_out: tuple[str, ...] = ()
) -> dict[str, float]:
    """Let a crowd hold the server up. Returns milliseconds and megabytes."""
    token = bearer()
    ways = [way for way in manners(token, await upload_path(served, token)) if way.name not in leave_out]
    headers = {"Authorization": f"Bearer {bearer()}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        quiet = await answer_times(session, served, seconds / 2)
        before = served.megabytes
        crowd = SlowCrowd(served.port, ways, size)
        trickling = asyncio.create_task(crowd.trickle())
        peak = asyncio.create_task(highest(served))
        try:
            gathering = asyncio.create_task(crowd.gather())
            busy = await answer_times(session, served, seconds)
            await gathering
            await crowd.until_gone(within)
        except TimeoutError:
            pytest.fail(f"still connected: {dict(crowd.left())}")
        finally:
            trickling.cancel()
            peak.cancel()
            crowd.leave()
            await asyncio.gather(trickling, return_exceptions=True)
        sockets, after = served.sockets, served.megabytes
    (highest_mb,) = await asyncio.gather(peak, return_exceptions=False)
    return {
        "quiet": percentile(quiet, 0.99) * 1000,
        "busy": percentile(busy, 0.99) * 1000,
        "grown": highest_mb - before,
        "kept": after - before,
        "sockets": sockets,
        "opened": crowd.opened,
    }


async def highest(served: Served) -> float:
    """The most that the process holds, until this is cancelled."""
    most = 0.0
    try:
        while True:
            most = max(most, served.megabytes)
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return most


async def test_bar_a_hundred_slow_clients_are_ended_and_hold_nothing(
    database: str, redis_url: str, tmp_path: Path
) -> None:
    """A silent websocket is ended after the ten seconds of the protocol: that is for the long form."""
    async with serving(database, redis_url, tmp_path, **_QUICK) as served:
        told = await hold_up(served, 96, seconds=1, within=120, leave_out=("websocket",))
        assert told["opened"] > 60, told
        assert told["grown"] < 100, told
        assert told["sockets"] <= 4, told
        assert "Traceback" not in served.log.read_text()


@pytest.mark.long
async def test_bar_a_thousand_slow_clients_keep_nobody_waiting(
    database: str, redis_url: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    async with serving(database, redis_url, tmp_path) as served:
        told = await hold_up(served, 1000, seconds=20, within=180)
        figure(
            f"{told['opened']:.0f} open at once; "
            f"99% of answers within {told['busy']:.1f} ms ({told['quiet']:.1f} ms without the crowd); "
            f"{told['grown']:.0f} MB more at the most, {told['kept']:.0f} MB after"
        )
        assert told["opened"] > 600, told
        assert told["busy"] < 50 + told["quiet"], told
        assert told["grown"] < 100, told
        assert told["kept"] < 50, told
        assert told["sockets"] <= 4, told
        assert "Traceback" not in served.log.read_text()
