"""Structured logs on stderr: for a console, or one JSON object per line.

Libraries that use Python's own loggers write in the same form. Only their warnings and errors are logged,
because their lower levels contain URLs and headers. Python's warnings and uncaught errors have the same form,
too.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from service.telemetry.errors import trace
from service.telemetry.secrets import Hide

Form = Literal["console", "json"]


def configure_logging(level: str = "info", form: Form = "console", *, secrets: Iterable[str] = ()) -> None:
    """Configure logging once, at the start of a process. Each value in ``secrets`` is hidden in every
    line."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    first: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    last: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(trace),
        structlog.processors.StackInfoRenderer(),
        Hide(secrets),
    ]
    stderr: Any = _Stderr()
    structlog.configure(
        processors=[*first, *last, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # One line is one write: several processes share the stream.
        logger_factory=structlog.WriteLoggerFactory(stderr),
        cache_logger_on_first_use=False,
    )
    _take_others(stderr, [*first, *last], renderer, max(number, logging.WARNING))
    if form == "json":
        sys.excepthook = _note
        threading.excepthook = lambda one: _note(one.exc_type, one.exc_value, one.exc_traceback)


class _Stderr:
    """A stream that writes each line to the current ``sys.stderr``. A caller that runs a command inside this
    process may replace and close ``sys.stderr``."""

    def write(self, text: str) -> int:
        """Write to the current standard error. Returns the number of characters."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush the current standard error."""
        sys.stderr.flush()


class _Ours(logging.StreamHandler[Any]):
    """Our handler for Python's own loggers. Its class identifies it, so that a second configuration can
    replace it."""


def _take_others(stderr: Any, steps: list[Processor], renderer: Processor, level: int) -> None:
    """Send the lines of Python's own loggers, and Python's warnings, through our handler."""
    handler = _Ours(stderr)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(formatter(foreign_pre_chain=[_name_logger, *steps], processors=[renderer]))
    root = logging.getLogger()
    root.handlers[:] = [*(one for one in root.handlers if not isinstance(one, _Ours)), handler]
    root.setLevel(level)
    logging.captureWarnings(True)


def _name_logger(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the name of the library to a log event. Also cut the text: a Python warning ends with a line of
    source code, and a message of asyncio ends with a task and its error."""
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog")
    said = str(event["event"]).strip()
    if record.name == "asyncio":
        said = said.partition("\n")[0]
    return {**event, "event": said, "logger": record.name}


def _note(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log an error that ends the process or a thread."""
    structlog.get_logger().critical("process.failed", exc_info=(kind, error, trace))
