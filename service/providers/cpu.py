"""CPU work in processes of its own, so that the event loop never waits for a pencil.

The drawing library holds the interpreter's lock: two threads of it stalled the loop for
seconds. So: spawned processes, plain functions, picklable arguments.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

import structlog

from service.errors import ProviderRetryable

_log = structlog.get_logger()
P = ParamSpec("P")
R = TypeVar("R")


Prepare = Callable[[], object]
#: By how much drawing processes stand back where processors are short.
_NICENESS = 10


def _begin(prepare: Sequence[Prepare]) -> None:
    """Ctrl-C is for the parent, which ends the pool in its own time; its death ends us at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whoever asks is answered before a pencil goes on: there are as many pencils as processors.
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    for step in prepare:
        step()


def _end_with_parent() -> None:
    """Without this a killed parent leaves its drawing processes waiting for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _linger() -> None:
    """Be busy for a moment, so that the next call starts another process."""
    time.sleep(0.05)


def _timed(function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[R, float]:
    begun = time.perf_counter()
    return function(*args, **kwargs), round(time.perf_counter() - begun, 3)


class CpuPool:
    """A bounded pool of spawned processes. They start at the first call, or by ``warm``, which
    also loads what that first call would wait for."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._prepare: tuple[Prepare, ...] = ()
        self._executor: ProcessPoolExecutor | None = None
        self._closed = False

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a module-level function in the pool.

        Raises what the function raises, and ``ProviderRetryable`` if its process died, or the pool is closed.
        """
        if self._closed:
            raise ProviderRetryable("This process is leaving; another will do the work.")
        executor = self._executor or self._start()
        try:
            return await asyncio.wrap_future(executor.submit(function, *args, **kwargs))
        except BrokenProcessPool as broken:
            if self._executor is executor:
                self._executor = None
            _log.warning("cpu.process_died", work=getattr(function, "__name__", ""))
            raise ProviderRetryable("A drawing process died; its work will be tried again.") from broken

    async def timed(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, float]:
        """As ``run``; also how many seconds the function took, without the wait for a free process."""
        return await self.run(_timed, function, args, kwargs)

    def warm(self, prepare: Sequence[Prepare]) -> None:
        """Start all processes now, in the background, each with these steps."""
        self._prepare = tuple(prepare)
        executor = self._executor or self._start()
        for _ in range(self._processes):
            executor.submit(_linger)

    def _start(self) -> ProcessPoolExecutor:
        self._executor = ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._prepare,),
        )
        return self._executor

    def close(self) -> None:
        """End the processes at once. Nobody waits any more for what they are busy with: whoever does is told
        that it failed, and a page that is spoken for nobody would hold up the end of our own process."""
        self._closed = True
        if self._executor is None:
            return
        for process in list((self._executor._processes or {}).values()):
            process.kill()
        self._executor.shutdown(wait=False)
        self._executor = None
