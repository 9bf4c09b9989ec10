"""Structured logs on stderr: for a console, or one JSON object a line.

What libraries log by Python's own loggers goes the same way, from warnings on: below them they tell of
URLs and headers. So do Python's warnings and errors that nobody caught.
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

from service.telemetry.secrets import Hide

Form = Literal["console", "json"]


def configure_logging(level: str = "info", form: Form = "console", *, secrets: Iterable[str] = ()) -> None:
    """Configure the logs once, at the start of a process. ``secrets`` are shown nowhere."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    first: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    last: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.StackInfoRenderer(),
        Hide(secrets),
    ]
    stderr: Any = _Stderr()
    structlog.configure(
        processors=[*first, *last, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # A line is one write: processes share the stream.
        logger_factory=structlog.WriteLoggerFactory(stderr),
        cache_logger_on_first_use=False,
    )
    _take_others(stderr, [*first, *last], renderer, max(number, logging.WARNING))
    if form == "json":
        sys.excepthook = _note
        threading.excepthook = lambda one: _note(one.exc_type, one.exc_value, one.exc_traceback)


class _Stderr:
    """Standard error as it is when a line is written: whoever runs a command within may have put another
    in its place, and closed it since."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Ours(logging.StreamHandler[Any]):
    """The handler of Python's loggers, which a second configuration puts another in the place of."""


def _take_others(stderr: Any, steps: list[Processor], renderer: Processor, level: int) -> None:
    """Python's own loggers and warnings, in the same form."""
    handler = _Ours(stderr)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(formatter(foreign_pre_chain=[_name_logger, *steps], processors=[renderer]))
    root = logging.getLogger()
    root.handlers[:] = [*(one for one in root.handlers if not isinstance(one, _Ours)), handler]
    root.setLevel(level)
    logging.captureWarnings(True)


def _name_logger(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Which library says so; a warning's text ends with a line of source and its break."""
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog")
    return {**event, "event": str(event["event"]).strip(), "logger": record.name}


def _note(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """An error that ends the process or a thread, as a line like any other."""
    structlog.get_logger().critical("process.failed", exc_info=(kind, error, trace))
