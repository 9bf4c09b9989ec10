"""One timer for thousands of connections, with callbacks in buckets. The owner of the wheel passes the time
to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import ceil

import structlog

log = structlog.get_logger(__name__)

#: A function that is called with the current time. It returns the time of its next call, or None for no
#: further call.
Callback = Callable[[float], float | None]


class TimerWheel:
    """Calls callbacks at their scheduled time, or at most ``granularity`` seconds later.

    A callback cannot be cancelled. If it is no longer needed, it should return None when it is called. A
    callback that is scheduled twice for the same bucket is called once.
    """

    def __init__(self, granularity: float = 1.0) -> None:
        self.granularity = granularity
        self._buckets: defaultdict[int, dict[Callback, None]] = defaultdict(dict)
        self._turn: int | None = None

    def schedule(self, when: float, callback: Callback) -> None:
        """Schedule a call at ``when``. A time in the past means the next bucket."""
        turn = ceil(when / self.granularity)
        if self._turn is not None:
            turn = max(turn, self._turn + 1)
        self._buckets[turn][callback] = None

    def advance(self, now: float) -> None:
        """Call the callbacks that are due."""
        turn = int(now / self.granularity)
        due = [key for key in self._buckets if key <= turn]
        self._turn = turn
        for key in sorted(due):
            for callback in self._buckets.pop(key):
                self._call(callback, now)

    def _call(self, callback: Callback, now: float) -> None:
        """Call one callback. Its error does not affect other callbacks."""
        try:
            again = callback(now)
        except Exception:
            log.exception("timer.failed")
            return
        if again is not None:
            self.schedule(again, callback)
