"""Errors as the log shows them: what they are and where they arose, never what they say.

The message of an error may quote what a person or a model wrote. Its class and its code do not.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from itertools import islice

from structlog.typing import ExcInfo

from service.errors import StorytroupeError

#: Longer chains of causes are cut.
_MOST_CAUSES = 8


def named(error: BaseException) -> str:
    """The class of an error with its code, and those of its causes: ``A(CODE) from B(ECONNREFUSED)``."""
    return " from ".join(_with_code(one) for one in _chain(error))


def trace(exc_info: ExcInfo) -> str:
    """Where an error and its causes arose, the first cause first; under each trace its class and code."""
    return "\n".join(reversed([_trace(one) for one in _chain(exc_info[1])]))


def _trace(error: BaseException) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return "\n".join([f"{where}{_with_code(error)}", *map(_trace, members)])


def _with_code(error: BaseException) -> str:
    code = _code(error)
    return f"{type(error).__name__}({code})" if code else type(error).__name__


def _code(error: BaseException) -> str:
    """Our code, PostgreSQL's SQLSTATE, the system's ``errno`` or a server's status; else empty."""
    if isinstance(error, StorytroupeError):
        return error.code
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    sqlstate, status = getattr(error, "sqlstate", None), getattr(error, "status_code", None)
    return sqlstate if isinstance(sqlstate, str) else str(status) if isinstance(status, int) else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    return islice(_causes(error), _MOST_CAUSES)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
