"""How often a file is put into a store: the same in every store, and in no other place.

S3's own client tries nothing again beneath this, so that the number of tries is the one that the settings
name. Only what was paid for is offered again by its caller, for longer than such tries last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from service.errors import Unavailable

T = TypeVar("T")

_log = structlog.get_logger(__name__)

#: Tries in all, where no setting says otherwise. Reading and deleting always have so many.
TRIES = 3
#: Seconds before the second try; twice as long before each later one, up to the longest.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 4.0


class StoreFailed(Unavailable):
    """The store could not do it. ``passing``: the same may go well a moment later."""

    code = "STORE_FAILED"

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


async def tried(deed: Callable[[], Awaitable[T]], tries: int = TRIES) -> T:
    """Do it, and again after a short pause where it failed and that may pass: ``tries`` times in all.

    Raises the last ``StoreFailed``, and whatever else the deed raises at once.
    """
    pause = _FIRST_PAUSE
    for left in reversed(range(tries)):
        try:
            return await deed()
        except StoreFailed as failed:
            if not (left and failed.passing):
                raise
            _log.warning("the store failed; it is tried again", error=failed.message, tries_left=left)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    raise AssertionError("unreachable")
