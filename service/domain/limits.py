"""Rate limits, a limit of concurrent calls, and a circuit breaker. Each function gets the current time as an
argument. Pure.

Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from service.errors import ProviderBlocked


@dataclass(slots=True)
class TokenBucket:
    """A limit per minute. A burst may use the amount of a whole minute at once. ``per_minute`` None means no
    limit."""

    per_minute: float | None = None
    _level: float = field(default=0.0, init=False)
    _at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._level = self.per_minute or 0.0

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until ``amount`` is available. 0 means that it is available now."""
        if self.per_minute is None:
            return 0.0
        self._refill(now)
        # An amount that is larger than the bucket needs a full bucket. The level then becomes negative.
        lacking = min(amount, self.per_minute) - self._level
        return max(0.0, lacking / (self.per_minute / 60))

    def take(self, amount: float, now: float) -> None:
        """Take an amount from the bucket, after ``wait`` returned 0. A large amount may make the level
        negative."""
        if self.per_minute is not None:
            self._refill(now)
            self._level -= amount

    def observe(self, limit: float, remaining: float, now: float) -> None:
        """Adopt the values in the provider's headers: the limit per minute and the remaining amount."""
        self.per_minute = limit
        self._level, self._at = min(remaining, limit), now

    def _refill(self, now: float) -> None:
        assert self.per_minute is not None
        gained = max(0.0, now - self._at) * self.per_minute / 60 if self._at else 0.0
        self._level, self._at = min(self.per_minute, self._level + gained), now


#: A call that takes this many times longer than usual means that the provider is overloaded.
_SLOW = 3.0
#: The weight of the newest call in the average that is the usual time.
_NEWEST = 0.1
#: The factors that shrink the window after a throttled call and after a slow call.
_AFTER_THROTTLE, _AFTER_SLOW = 0.5, 0.9


@dataclass(slots=True)
class Window:
    """The number of calls that may run at once: from 1 to ``most``.

    A window of 5 becomes 6 after 5 successful calls, and so on. It shrinks immediately if the provider
    throttles a call, or answers much more slowly than usual for calls of the same type. If calls that ran at
    the same time fail for the same overload, only the first failure shrinks the window.
    """

    most: int
    size: float = field(default=0.0, init=False)
    _shrunk_at: float = field(default=float("-inf"), init=False)
    _usual: dict[str, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.size = float(self.most)

    def room(self, running: int) -> bool:
        """Return whether one more call may start while ``running`` calls run."""
        return running < max(1, int(self.size))

    def succeed(self, kind: str, began: float, now: float) -> None:
        """Record a successful call of a given type."""
        took, usual = now - began, self._usual.get(kind, now - began)
        self._usual[kind] = usual + _NEWEST * (took - usual)
        if took > _SLOW * usual:
            self._shrink(self.size * _AFTER_SLOW, began, now)
        else:
            self.size = min(float(self.most), self.size + 1 / self.size)

    def throttled(self, began: float, now: float) -> None:
        """Record that the provider throttled a call or is overloaded."""
        self._shrink(self.size * _AFTER_THROTTLE, began, now)

    def crowded(self, running: int, began: float, now: float) -> None:
        """Record that the provider has no slot for one of ``running`` calls. So its limit is lower than
        ``running``."""
        self._shrink(min(self.size, float(running - 1)), began, now)

    def _shrink(self, size: float, began: float, now: float) -> None:
        if began >= self._shrunk_at:
            self.size, self._shrunk_at = max(1.0, size), now


#: The longest pause between two probes of a blocked provider, as a multiple of the cooldown.
_MOST_COOLDOWNS = 8


@dataclass(slots=True)
class Breaker:
    """A circuit breaker. It opens after ``threshold`` failures in a row and lets no call through for
    ``cooldown`` seconds. Then one call probes the provider.

    ``block`` opens the breaker because of an error that a person must fix, such as a refused key. After a
    cooldown, one call probes whether the key or the account works again. Each failed probe doubles the pause,
    up to eight cooldowns.
    """

    threshold: int = 5
    cooldown: float = 15.0
    blocked: ProviderBlocked | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _blocks: int = field(default=0, init=False)
    _open_until: float | None = field(default=None, init=False)
    _probing: bool = field(default=False, init=False)

    def wait(self, now: float) -> float:
        """Return the seconds until a call is allowed. 0: the caller may make one call now.

        While the breaker is open, one call at a time tests the provider, and other callers wait.
        """
        if self._open_until is None:
            return 0.0
        if now < self._open_until:
            return self._open_until - now
        if self._probing:
            # Calls that wait for the end of a block wake up when the probe ends. Other failures usually pass
            # soon.
            return self.pause if self.blocked else self.cooldown / 10
        self._probing = True
        return 0.0

    def succeed(self) -> None:
        """Record an answer of the provider. This closes the breaker."""
        self._failures, self._blocks, self._open_until, self._probing, self.blocked = 0, 0, None, False, None

    def fail(self, now: float) -> None:
        """Record that the provider did not answer."""
        self._failures += 1
        self._probing = False
        if self._failures >= self.threshold:
            self._open_until = now + self.cooldown

    def block(self, error: ProviderBlocked, now: float) -> None:
        """Record that the provider blocks this service. Calls that ran at the same time count as one
        block."""
        if self.blocked is None or now >= (self._open_until or 0.0):
            self._blocks += 1
            self._open_until = now + self.pause
        self.blocked, self._probing = error, False

    def look_again(self) -> None:
        """Let the next call probe the provider, because a person may have fixed the key or the account."""
        if self.blocked is not None:
            self._open_until = float("-inf")

    @property
    def pause(self) -> float:
        """Return the seconds from a block to the next probe."""
        return self.cooldown * float(min(2 ** max(self._blocks - 1, 0), _MOST_COOLDOWNS))

    def release(self) -> None:
        """Record a call that ended without showing whether the provider works."""
        self._probing = False
