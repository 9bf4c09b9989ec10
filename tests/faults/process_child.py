"""Children of the fault suite: whole processes of the service, with stub actors.

``python -m tests.faults.process_child`` is their parent: it imports everything once, and forks a
child for each line of JSON (a ``ProcessConfig``) that it reads. A child connects to the parent's
control port, tells what happens in it, and is told what to do. The end of standard input ends all.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import datetime as datetime_module
import os
import resource
import select
import signal
import sys
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from actors.runtime.spec import Registry
from service.errors import SetupProblem, StorytroupeError
from service.genesis.commands import read_command
from service.genesis.scheduler import SessionScheduler, rules_of
from service.genesis.sessions import process as process_command
from service.process.start import Process, open_process
from service.providers.protocols import Providers
from service.settings import Settings
from service.telemetry.logging import configure_logging
from tests.factories import USER
from tests.faults.config import Failpoint, ProcessConfig
from tests.faults.failpoints import Failpoints, install
from tests.faults.stub_actors import StubClient, make_registry, waiting
from tests.faults.stub_planner import Provider
from tests.toy.actors import Dealer
from tests.toy.registry import with_aquaria
from tests.toy.routes import add_routes

_PR_SET_PDEATHSIG = 1


class Control:
    """The child's end of the line to its parent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def report(self, message: dict[str, Any]) -> None:
        """Tell the parent at once: the next thing that happens may be the end of this process."""
        data = orjson.dumps(message, default=str) + b"\n"
        os.write(self._writer.get_extra_info("socket").fileno(), data)

    def stand_still(self, way: str) -> None:
        """Hold the event loop, asleep or hard at work, until the parent says something more."""
        line = self._writer.get_extra_info("socket").fileno()
        while not select.select([line], [], [], 0.0 if way == "work" else None)[0]:
            sum(len(zlib.compress(orjson.dumps(list(range(n))))) for n in range(0, 20_000, 500))

    async def commands(self) -> AsyncIterator[dict[str, Any]]:
        async for line in self._reader:
            yield orjson.loads(line)


async def perform(config: ProcessConfig) -> None:
    """One child, from its start to its drain."""
    control = Control(*await asyncio.open_connection("127.0.0.1", config.control_port))
    control.report({"hello": config.name, "pid": os.getpid()})
    points = Failpoints(config.failpoints, control.report)
    install(points)
    async with _provider(config) as provider, _open(config, _registry(config, provider)) as process:
        # As `serve` does: a signal is one way to be asked to go, an operator's word the other.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, process.asked_to_go.set)
        worker_id = process.worker.worker_id if process.worker else None
        if config.toy and process.app is not None:
            add_routes(process.app)
        runner = await _serve(process)
        port = runner.addresses[0][1] if runner else None
        listening = asyncio.create_task(_obey(control, points, process), name="control")
        tasks = _tasks()
        control.report({"ready": config.name, "worker_id": worker_id, "port": port, "tasks": tasks})
        await process.asked_to_go.wait()
        listening.cancel()
        if runner is not None:
            await runner.cleanup()
    control.report({"drained": config.name})


@contextlib.asynccontextmanager
async def _open(config: ProcessConfig, registry: Registry) -> AsyncIterator[Process]:
    settings = Settings.model_validate(config.settings)
    async with open_process(settings, registry=registry, providers=_no_providers) as process:
        yield process


def _registry(config: ProcessConfig, provider: Provider) -> Registry:
    registry = make_registry(config, provider)
    return with_aquaria(registry, Dealer(provider, config.usd)) if config.toy else registry


async def _serve(process: Process) -> web.AppRunner | None:
    """The HTTP service on a port of its own, where the child has that role."""
    if process.app is None:
        return None
    runner = web.AppRunner(process.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    return runner


def _no_providers(_settings: Settings, _cpu: object) -> Providers:
    """Stub actors call the stub provider by themselves: whoever asks for another provider is wrong."""
    absent: Any = None
    return Providers(text=absent, image=absent, vision=absent, speech=absent, planner=absent, writer=absent)


@contextlib.asynccontextmanager
async def _provider(config: ProcessConfig) -> AsyncIterator[Provider]:
    if config.offline_seconds is not None:
        yield waiting(config.offline_seconds)
        return
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(600)) as session:
        yield StubClient(session, config.provider_url, config.name)


async def _obey(control: Control, points: Failpoints, process: Process) -> None:
    async for command in control.commands():
        if "arm" in command:
            points.arm(Failpoint.model_validate(command["arm"]))
        elif "release" in command:
            points.release(command["release"])
        elif "block" in command:
            control.stand_still(command["block"])
        elif "stats" in command:
            control.report({"stats": command["stats"], **_stats(process)})
        elif "genesis" in command:
            asyncio.create_task(_lead(control, points, process, command["genesis"]), name="command")  # noqa: RUF006
        elif "life" in command:
            await SessionScheduler(
                process.core.database, process.core.settings, settled=process.core.settler.nudge
            ).run_once()
            control.report({"life": True})
        elif "lag" in command:
            asyncio.create_task(_measure_lag(control, command["lag"]), name="lag")  # noqa: RUF006


async def _lead(control: Control, points: Failpoints, process: Process, body: dict[str, Any]) -> None:
    """Do what a command about a session asks for, as the HTTP service does, and tell what came of it."""
    database, settings = process.core.database, process.core.settings
    command = read_command(body)
    try:
        done = await process_command(partial(database.as_user, USER), USER, command, rules=rules_of(settings))
    except StorytroupeError as refused:
        control.report({"led": body["command_id"], "code": refused.code, "answer": refused.data})
        return
    points.strike("after_command", [command.type.value])
    process.core.settler.nudge(done.settled)
    control.report({"led": body["command_id"], "code": "", "answer": done.answer})


def _tasks() -> Counter[str]:
    """How many tasks there are of each name; those without one stand under the empty name."""
    names = (task.get_name() for task in asyncio.all_tasks())
    return Counter("" if name.startswith("Task-") else name for name in names)


def _stats(process: Process) -> dict[str, Any]:
    pool = process.core.database.pool
    return {
        "tasks": _tasks(),
        "busy": pool.get_size() - pool.get_idle_size(),
        "running": process.worker.running if process.worker else 0,
        "worker_id": process.worker.worker_id if process.worker else None,
        "refused": process.worker.refused if process.worker else 0,
        "stopped": process.worker.cancelled if process.worker else 0,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def _measure_lag(control: Control, seconds: float) -> None:
    """How late the loop calls back, in milliseconds, asked for every 5 ms."""
    lags: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        asked = time.monotonic()
        await asyncio.sleep(0.005)
        lags.append((time.monotonic() - asked - 0.005) * 1000)
    lags.sort()
    control.report(
        {"lags": {"p50": lags[len(lags) // 2], "p99": lags[len(lags) * 99 // 100], "max": lags[-1]}}
    )


def shift_clocks(seconds: float) -> None:
    """Put every wall clock of this process wrong by so much, wherever it was imported."""
    real_time, real = time.time, datetime

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            moved = real.now(tz) + timedelta(seconds=seconds)
            return cls.combine(moved.date(), moved.timetz())

    time.time = lambda: real_time() + seconds
    datetime_module.datetime = Shifted  # type: ignore[misc]
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("service", "actors") and getattr(module, "datetime", None) is real:
            module.datetime = Shifted  # type: ignore[attr-defined]


def run_child(config: ProcessConfig) -> None:
    """The forked process, to its end."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with Path(config.log).open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    # The parent's own line of orders is not the child's.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    configure_logging("info", "json")
    if config.clock_offset:
        shift_clocks(config.clock_offset)
    with contextlib.suppress(SetupProblem):
        asyncio.run(perform(config))


def main() -> None:
    """The parent of the children: forks one for each line that it reads."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        config = ProcessConfig.model_validate_json(line)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            run_child(config)
            os._exit(0)


if __name__ == "__main__":
    main()
