"""The rate limit of users: a token bucket for each user.

Each process counts separately, because the limit protects one process. Quota, budget and queue order are
protected by database rows that all processes share. The rate limit needs no other server, so it works while
other servers are down. A user who sends requests to two processes has twice the rate.
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
    """The state of a user's bucket after a request. The user may send ``remaining`` more requests at once.
    The bucket is full again after ``reset`` seconds. The user may send the next request after ``wait``
    seconds (0: now)."""

    admitted: bool
    quota: int
    window: int
    remaining: int
    reset: int
    wait: int


class Rates:
    """The token buckets of all users. A bucket holds ``burst`` requests and refills at ``per_second`` (0: no
    limit)."""

    def __init__(self, per_second: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        # The time at which each user's bucket is full again, least recently used first. A user who is not
        # here has a full bucket.
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def take(self, user_id: Hashable) -> Standing | None:
        """Count a request of the user. Returns the state of the bucket, or None if no limit is set."""
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
        """Return the seconds until the user may send the next request (0: now). This does not count as a
        request."""
        _, lacking = self._level(user_id, self._clock()) if self._per_second else (0.0, 0.0)
        return 0 if lacking <= self._burst - 1 else self._wait(lacking)

    def _level(self, user_id: Hashable, now: float) -> tuple[float, float]:
        """Return the time at which the bucket is full, and the number of requests that are missing from it
        now."""
        full_at = max(now, self._full_at.get(user_id, now))
        return full_at, (full_at - now) * self._per_second

    def _wait(self, lacking: float) -> int:
        return max(1, ceil((lacking - self._burst + 1) / self._per_second))

    def _remember(self, user_id: Hashable, full_at: float, now: float) -> None:
        self._full_at[user_id] = full_at
        self._full_at.move_to_end(user_id)
        while len(self._full_at) > _MOST_USERS or next(iter(self._full_at.values())) <= now:
            self._full_at.popitem(last=False)
