"""Rate limits, a window of concurrent calls and a circuit breaker, as values that get the time as an
argument. Pure.

Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from service.errors import ProviderBlocked


@dataclass(slots=True)
class TokenBucket:
    """A limit per minute. Bursts may use up to a whole minute's amount. ``per_minute`` None means no
    limit."""

    per_minute: float | None = None
    _level: float = field(default=0.0, init=False)
    _at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._level = self.per_minute or 0.0

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` is available; 0 if it may be taken now."""
        if self.per_minute is None:
            return 0.0
        self._refill(now)
        # An amount larger than the bucket is only possible as a debt, taken from a full bucket.
        lacking = min(amount, self.per_minute) - self._level
        return max(0.0, lacking / (self.per_minute / 60))

    def take(self, amount: float, now: float) -> None:
        """Take an amount that ``wait`` allowed. A large amount may make the level negative."""
        if self.per_minute is not None:
            self._refill(now)
            self._level -= amount

    def observe(self, limit: float, remaining: float, now: float) -> None:
        """Use the values of the provider's own headers: its limit per minute and the rest of it."""
        self.per_minute = limit
        self._level, self._at = min(remaining, limit), now

    def _refill(self, now: float) -> None:
        assert self.per_minute is not None
        gained = max(0.0, now - self._at) * self.per_minute / 60 if self._at else 0.0
        self._level, self._at = min(self.per_minute, self._level + gained), now


#: A call that takes this many times the usual time is a sign of an overloaded provider.
_SLOW = 3.0
#: The weight of the newest call in the usual time.
_NEWEST = 0.1
#: The share of the window that stays after a throttle, and after a slow call.
_AFTER_THROTTLE, _AFTER_SLOW = 0.5, 0.9


@dataclass(slots=True)
class Window:
    """The number of calls that may run at once: from 1 to ``most``.

    It grows by one after each full window of successful calls. It shrinks at once if the provider throttles,
    or answers much more slowly than usual for calls of the same kind. Of calls that ran at the same time,
    only the first shrinks it, because they all met the same overload.
    """

    most: int
    size: float = field(default=0.0, init=False)
    _shrunk_at: float = field(default=float("-inf"), init=False)
    _usual: dict[str, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.size = float(self.most)

    def room(self, running: int) -> bool:
        """Whether one more call may start besides the running ones."""
        return running < max(1, int(self.size))

    def succeed(self, kind: str, began: float, now: float) -> None:
        """A call of some kind succeeded."""
        took, usual = now - began, self._usual.get(kind, now - began)
        self._usual[kind] = usual + _NEWEST * (took - usual)
        if took > _SLOW * usual:
            self._shrink(self.size * _AFTER_SLOW, began, now)
        else:
            self.size = min(float(self.most), self.size + 1 / self.size)

    def throttled(self, began: float, now: float) -> None:
        """The provider throttled a call, or is overloaded."""
        self._shrink(self.size * _AFTER_THROTTLE, began, now)

    def crowded(self, running: int, began: float, now: float) -> None:
        """The provider has no slot for one of ``running`` calls: its limit is lower than that."""
        self._shrink(min(self.size, float(running - 1)), began, now)

    def _shrink(self, size: float, began: float, now: float) -> None:
        if began >= self._shrunk_at:
            self.size, self._shrunk_at = max(1.0, size), now


#: The longest pause between two probes of a provider that blocks this service, in cooldowns.
_MOST_COOLDOWNS = 8


@dataclass(slots=True)
class Breaker:
    """Opens after ``threshold`` failures in a row, for ``cooldown`` seconds; then one call probes.

    ``block`` opens it because the provider blocks this service, with the error that said so. After a
    cooldown, one call probes whether a person has fixed the key or the account. Each failed probe doubles the
    pause, up to eight cooldowns.
    """

    threshold: int = 5
    cooldown: float = 15.0
    blocked: ProviderBlocked | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _blocks: int = field(default=0, init=False)
    _open_until: float | None = field(default=None, init=False)
    _probing: bool = field(default=False, init=False)

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 admits one. A probe is admitted alone."""
        if self._open_until is None:
            return 0.0
        if now < self._open_until:
            return self._open_until - now
        if self._probing:
            # Calls that wait for the end of a block wake up then. Other failures usually pass soon.
            return self.pause if self.blocked else self.cooldown / 10
        self._probing = True
        return 0.0

    def succeed(self) -> None:
        """The provider answered: close the breaker."""
        self._failures, self._blocks, self._open_until, self._probing, self.blocked = 0, 0, None, False, None

    def fail(self, now: float) -> None:
        """The provider failed to answer."""
        self._failures += 1
        self._probing = False
        if self._failures >= self.threshold:
            self._open_until = now + self.cooldown

    def block(self, error: ProviderBlocked, now: float) -> None:
        """The provider blocks this service. Calls that ran at the same time count as one block."""
        if self.blocked is None or now >= (self._open_until or 0.0):
            self._blocks += 1
            self._open_until = now + self.pause
        self.blocked, self._probing = error, False

    def look_again(self) -> None:
        """A person may have fixed the key or the account: the next call probes."""
        if self.blocked is not None:
            self._open_until = float("-inf")

    @property
    def pause(self) -> float:
        """Seconds from a block to the next probe."""
        return self.cooldown * float(min(2 ** max(self._blocks - 1, 0), _MOST_COOLDOWNS))

    def release(self) -> None:
        """A call ended without showing whether the provider works."""
        self._probing = False
