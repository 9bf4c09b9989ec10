"""The form of errors in the log: the class, the code and the stack of an error, never its message.

The message of an error may quote what a user or a model wrote. The class and the code of an error never do.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from itertools import islice

from structlog.typing import ExcInfo

from service.errors import StorytroupeError

#: The maximum number of causes that are shown of an error.
_MOST_CAUSES = 8


def named(error: BaseException) -> str:
    """The class and the code of an error and of its causes: ``A(CODE) from B(ECONNREFUSED)``."""
    return " from ".join(_with_code(one) for one in _chain(error))


def trace(exc_info: ExcInfo) -> str:
    """The stack traces of an error and its causes, without messages. The first cause comes first. Below each
    trace are the class and the code."""
    return "\n".join(reversed([_trace(one) for one in _chain(exc_info[1])]))


def _trace(error: BaseException) -> str:
    where = "".join(traceback.format_tb(error.__traceback__))
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return "\n".join([f"{where}{_with_code(error)}", *map(_trace, members)])


def _with_code(error: BaseException) -> str:
    code = _code(error)
    return f"{type(error).__name__}({code})" if code else type(error).__name__


def _code(error: BaseException) -> str:
    """The code of an error: the service's own code, PostgreSQL's SQLSTATE, the system's ``errno`` or a
    server's status. Empty if the error has none of these."""
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
