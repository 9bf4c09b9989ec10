"""Running a command's coroutine, its settings, and its signals."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from service.errors import SetupProblem
from service.settings import Settings

T = TypeVar("T")


def load_settings() -> Settings:
    """The environment's settings; raises ``SetupProblem`` that names each bad one."""
    try:
        return Settings()
    except ValidationError as invalid:
        faults = (f"{_variable(fault['loc'])}: {fault['msg']}" for fault in invalid.errors())
        raise SetupProblem(f"The environment's settings are not valid: {'; '.join(faults)}.") from invalid


def _variable(location: tuple[int | str, ...]) -> str:
    """The environment's name of a field: those without a usual name of their own bear our prefix."""
    name = str(location[0])
    return name if name.isupper() else f"STORYTROUPE_{name.upper()}"


def run(work: Coroutine[Any, Any, T], *, interrupted: int = 130) -> T:
    """Run to the end. SIGINT and SIGTERM cancel the work, let it clean up, and exit.

    ``interrupted`` is the exit code then; 0 where a signal is the usual way to end.
    """
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_until_signalled(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(interrupted) from None


async def _until_signalled(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    assert task is not None
    # SIGINT is asyncio's own: it cancels too, and a second one ends at once.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work
