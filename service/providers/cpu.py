"""CPU work in separate processes, so that it does not block the event loop.

Threads are not enough: the drawing library holds the interpreter's lock, and two of its threads blocked the
loop for seconds. Therefore this module uses spawned processes, with plain functions and picklable arguments.
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
#: How much the priority of drawing processes is reduced if the machine has few processors.
_NICENESS = 10


def _begin(prepare: Sequence[Prepare]) -> None:
    """Prepare a new process of the pool. It ignores Ctrl-C, because the parent ends the pool in order. It
    ends at once if the parent dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Requests have priority over drawing: the pool has as many processes as the machine has processors.
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    for step in prepare:
        step()


def _end_with_parent() -> None:
    """End this process when its parent dies. Otherwise the processes of a killed parent would wait for work
    forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _linger() -> None:
    """Keep this process busy for a moment, so that the next call starts another process."""
    time.sleep(0.05)


def _timed(function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[R, float]:
    begun = time.perf_counter()
    return function(*args, **kwargs), round(time.perf_counter() - begun, 3)


class CpuPool:
    """A bounded pool of spawned processes. The processes start at the first call, or with ``warm``, which
    also loads the data that the first call needs."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._prepare: tuple[Prepare, ...] = ()
        self._executor: ProcessPoolExecutor | None = None
        self._closed = False

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a module-level function in the pool.

        Raises the function's errors, and ``ProviderRetryable`` if its process died or the pool is closed.
        """
        if self._closed:
            raise ProviderRetryable("This process is shutting down. Another process will do the work.")
        executor = self._executor or self._start()
        try:
            return await asyncio.wrap_future(executor.submit(function, *args, **kwargs))
        except BrokenProcessPool as broken:
            if self._executor is executor:
                self._executor = None
            _log.warning("cpu.process_died", work=getattr(function, "__name__", ""))
            raise ProviderRetryable("A drawing process died. The work will be tried again.") from broken

    async def timed(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[R, float]:
        """Call a function like ``run``. Returns the result, and the seconds that the function took, without
        the wait for a free process."""
        return await self.run(_timed, function, args, kwargs)

    def warm(self, prepare: Sequence[Prepare]) -> None:
        """Start all processes in the background, and run these steps in each process."""
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
        """End the processes at once. Work in progress is cut off, because it would delay the end of this
        process. Its callers get an error."""
        self._closed = True
        if self._executor is None:
            return
        for process in list((self._executor._processes or {}).values()):
            process.kill()
        self._executor.shutdown(wait=False)
        self._executor = None
