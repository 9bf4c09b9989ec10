"""Retries operations of stores, in the same way for every store. No other code of the stores retries.

The client of S3 does not retry, so the setting gives the real number of tries. For a file that is already
paid for, the caller repeats the whole put for a longer time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from service.errors import Unavailable

T = TypeVar("T")

_log = structlog.get_logger(__name__)

#: The total number of tries if no setting gives another one. Reads and deletes always use this number.
TRIES = 3
#: The delay in seconds before the second try. It doubles before each later try, up to the longest delay.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0


class StoreFailed(Unavailable):
    """An operation of the store failed. If ``passing`` is true, the same operation may succeed a moment
    later."""

    code = "STORE_FAILED"

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


async def tried(deed: Callable[[], Awaitable[T]], tries: int = TRIES) -> T:
    """Run the operation, at most ``tries`` times, with a pause after each temporary failure.

    Raises the last ``StoreFailed``. Raises all other errors at once.
    """
    pause = _FIRST_PAUSE
    for left in reversed(range(tries)):
        try:
            return await deed()
        except StoreFailed as failed:
            if not (left and failed.passing):
                raise
            _log.warning("the store failed; it is tried again", error=failed, tries_left=left)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    raise AssertionError("unreachable")
