"""Loads the settings of a command, runs its coroutine, and handles signals."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
import uvloop
from pydantic import ValidationError

from service.errors import SetupProblem
from service.settings import Settings

T = TypeVar("T")

#: Signals within this time, in seconds, count as one signal. A shell and `make` may both forward the same
#: Ctrl-C.
_ONE_SIGNAL_SECONDS = 1.0


def load_settings() -> Settings:
    """Return the settings of the environment. Raises ``SetupProblem``, which names each invalid setting."""
    try:
        return Settings()
    except ValidationError as invalid:
        faults = (f"{_variable(fault['loc'])}: {fault['msg']}" for fault in invalid.errors())
        raise SetupProblem(
            f"The settings in the environment are not valid: {'; '.join(faults)}."
        ) from invalid


def log_as(settings: Settings) -> None:
    """Configure logging as the settings say."""
    from service.telemetry.logging import configure_logging

    configure_logging(settings.log_level, settings.log_format, secrets=settings.secret_values)


def _variable(location: tuple[int | str, ...]) -> str:
    """Return the environment variable of a settings field: its common name, or its name with the prefix."""
    name = str(location[0])
    return name if name.isupper() else f"STORYTROUPE_{name.upper()}"


def run(work: Coroutine[Any, Any, T], *, interrupted: int = 130) -> T:
    """Run ``work`` and return its result. SIGINT or SIGTERM cancels ``work``, waits for its cleanup, and
    exits.

    ``interrupted`` is the exit code after a signal. It is 0 for commands that a signal usually ends. A second
    signal ends the process at once, with the exit code 128 plus the signal number.
    """
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_until_signalled(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(interrupted) from None


async def _until_signalled(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    assert task is not None
    loop, signalled = asyncio.get_running_loop(), _Signalled(task)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signalled, number)
    return await work


class _Signalled:
    """Handles signals. The first signal cancels a task, and the second signal ends the process."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self._task = task
        self._first: float | None = None

    def __call__(self, number: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            self._task.cancel()
        elif now - self._first > _ONE_SIGNAL_SECONDS:
            typer.echo("Ended at once.", err=True)
            # No cleanup is needed: the service recovers from a kill.
            os._exit(128 + number)
