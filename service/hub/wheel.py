"""One timer for thousands of connections: callbacks in buckets of a granularity. No clock of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import ceil

import structlog

log = structlog.get_logger(__name__)

#: Called with the time; says when to be called again, or None.
Callback = Callable[[float], float | None]


class TimerWheel:
    """Calls back at or shortly after the time asked for, at most one granularity late.

    There is no cancelling: a callback that is no longer wanted answers None when it comes up.
    A callback that is scheduled twice for one turn is called once.
    """

    def __init__(self, granularity: float = 1.0) -> None:
        self.granularity = granularity
        self._buckets: defaultdict[int, dict[Callback, None]] = defaultdict(dict)
        self._turn: int | None = None

    def schedule(self, when: float, callback: Callback) -> None:
        """Ask to be called at ``when``; a time that is past means the next turn."""
        turn = ceil(when / self.granularity)
        if self._turn is not None:
            turn = max(turn, self._turn + 1)
        self._buckets[turn][callback] = None

    def advance(self, now: float) -> None:
        """Make the calls that are due."""
        turn = int(now / self.granularity)
        due = [key for key in self._buckets if key <= turn]
        self._turn = turn
        for key in sorted(due):
            for callback in self._buckets.pop(key):
                self._call(callback, now)

    def _call(self, callback: Callback, now: float) -> None:
        """Make one call; a failure is that one's alone."""
        try:
            again = callback(now)
        except Exception:
            log.exception("timer.failed")
            return
        if again is not None:
            self.schedule(again, callback)
