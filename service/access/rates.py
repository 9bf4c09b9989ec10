"""How often a user may ask: a bucket of tokens for each, that fills up again as time goes by.

Each process counts by itself. What this guards is the process; a user's stories, money and place
in line are guarded by rows that all processes share. So no other server is asked, and none can
close the API by being away; a user of several processes may ask that many times as often.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil

_MOST_USERS = 100_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A user's bucket after a request. ``remaining`` requests may follow at once; ``reset`` is in
    how many seconds it is full again, ``wait`` in how many the next request may come (0: now)."""

    admitted: bool
    quota: int
    window: int
    remaining: int
    reset: int
    wait: int


class Rates:
    """The buckets: ``burst`` requests at once, ``per_second`` in the long run; 0 is no limit."""

    def __init__(self, per_second: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        # When each user's bucket will be full, the least recent first. Who is not here has a full one.
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, user_id: Hashable) -> Standing | None:
        """Count a request of the user; None where there is no limit."""
        if not self._per_second:
            return None
        now, cost = self._clock(), 1 / self._per_second
        full_at, lacking = self._level(user_id, now)
        admitted = lacking <= self._burst - 1
        if admitted:
            lacking += 1
            self._remember(user_id, full_at + cost, now)
        return Standing(
            admitted=admitted,
            quota=self._burst,
            window=ceil(self._burst * cost),
            remaining=max(0, int(self._burst - lacking)),
            reset=ceil(lacking * cost),
            wait=0 if admitted else self._wait(lacking),
        )

    def wait_of(self, user_id: Hashable) -> int:
        """In how many seconds the next request may come, without counting one; 0: now."""
        _, lacking = self._level(user_id, self._clock()) if self._per_second else (0.0, 0.0)
        return 0 if lacking <= self._burst - 1 else self._wait(lacking)

    def _level(self, user_id: Hashable, now: float) -> tuple[float, float]:
        """When the bucket will be full, and how much it lacks of that now."""
        full_at = max(now, self._full_at.get(user_id, now))
        return full_at, (full_at - now) * self._per_second

    def _wait(self, lacking: float) -> int:
        return max(1, ceil((lacking - self._burst + 1) / self._per_second))

    def _remember(self, user_id: Hashable, full_at: float, now: float) -> None:
        self._full_at[user_id] = full_at
        self._full_at.move_to_end(user_id)
        while len(self._full_at) > _MOST_USERS or next(iter(self._full_at.values())) <= now:
            self._full_at.popitem(last=False)
