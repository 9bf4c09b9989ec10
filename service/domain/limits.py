"""Rate limits, a window of calls at once and a circuit breaker, as values that are told the time. Pure.

Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from service.errors import ProviderBlocked


@dataclass(slots=True)
class TokenBucket:
    """So much a minute, with bursts up to a minute's worth. ``per_minute`` None is no limit."""

    per_minute: float | None = None
    _level: float = field(default=0.0, init=False)
    _at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._level = self.per_minute or 0.0

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` is there; 0 when it may be taken now."""
        if self.per_minute is None:
            return 0.0
        self._refill(now)
        # More than the bucket holds can only ever be taken on credit, from a full one.
        lacking = min(amount, self.per_minute) - self._level
        return max(0.0, lacking / (self.per_minute / 60))

    def take(self, amount: float, now: float) -> None:
        """Take what ``wait`` allowed; the level may fall below nothing by a large amount."""
        if self.per_minute is not None:
            self._refill(now)
            self._level -= amount

    def observe(self, limit: float, remaining: float, now: float) -> None:
        """The provider's own headers win: its limit a minute and what remains of it."""
        self.per_minute = limit
        self._level, self._at = min(remaining, limit), now

    def _refill(self, now: float) -> None:
        assert self.per_minute is not None
        gained = max(0.0, now - self._at) * self.per_minute / 60 if self._at else 0.0
        self._level, self._at = min(self.per_minute, self._level + gained), now


#: A call that takes this much longer than such calls do as a rule is a sign of a crowd.
_SLOW = 3.0
#: How much of the newest call goes into what is usual.
_NEWEST = 0.1
#: What is left of the window after a throttle, and after a slow call.
_AFTER_THROTTLE, _AFTER_SLOW = 0.5, 0.9


@dataclass(slots=True)
class Window:
    """How many calls may be under way at once: from 1 to ``most``.

    It grows by one for each full window of calls that went well, and shrinks at once when the
    provider throttles, or answers much slower than is usual for calls of the same kind. Of calls that
    were under way together only the first shrinks it: they all met the same crowd.
    """

    most: int
    size: float = field(default=0.0, init=False)
    _shrunk_at: float = field(default=float("-inf"), init=False)
    _usual: dict[str, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.size = float(self.most)

    def room(self, running: int) -> bool:
        """Whether one more call may begin beside those that run."""
        return running < max(1, int(self.size))

    def succeed(self, kind: str, began: float, now: float) -> None:
        """A call of some kind went well."""
        took, usual = now - began, self._usual.get(kind, now - began)
        self._usual[kind] = usual + _NEWEST * (took - usual)
        if took > _SLOW * usual:
            self._shrink(self.size * _AFTER_SLOW, began, now)
        else:
            self.size = min(float(self.most), self.size + 1 / self.size)

    def throttled(self, began: float, now: float) -> None:
        """The provider had too many calls of ours, or is out of breath."""
        self._shrink(self.size * _AFTER_THROTTLE, began, now)

    def crowded(self, running: int, began: float, now: float) -> None:
        """The provider has no slot for one of ``running`` calls: there are fewer than that."""
        self._shrink(min(self.size, float(running - 1)), began, now)

    def _shrink(self, size: float, began: float, now: float) -> None:
        if began >= self._shrunk_at:
            self.size, self._shrunk_at = max(1.0, size), now


#: The longest pause between two probes of a provider that turned us away, in cooldowns.
_MOST_COOLDOWNS = 8


@dataclass(slots=True)
class Breaker:
    """Opens after ``threshold`` failures in a row, for ``cooldown`` seconds; then one call probes.

    ``block`` opens it where the provider blocks us, with the error that said so: one call probes
    whether a person has repaired the key or the account, after a cooldown, and after twice as long each
    time that nobody has, up to eight.
    """

    threshold: int = 5
    cooldown: float = 15.0
    blocked: ProviderBlocked | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _blocks: int = field(default=0, init=False)
    _open_until: float | None = field(default=None, init=False)
    _probing: bool = field(default=False, init=False)

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 lets one through, and as a probe only one."""
        if self._open_until is None:
            return 0.0
        if now < self._open_until:
            return self._open_until - now
        if self._probing:
            # Calls that wait for a block to end wake up then; a provider that stumbled is soon there again.
            return self.pause if self.blocked else self.cooldown / 10
        self._probing = True
        return 0.0

    def succeed(self) -> None:
        """The provider answered: all is well again."""
        self._failures, self._blocks, self._open_until, self._probing, self.blocked = 0, 0, None, False, None

    def fail(self, now: float) -> None:
        """The provider did not answer properly."""
        self._failures += 1
        self._probing = False
        if self._failures >= self.threshold:
            self._open_until = now + self.cooldown

    def block(self, error: ProviderBlocked, now: float) -> None:
        """The provider turned us away. Calls that were under way together count as one block."""
        if self.blocked is None or now >= (self._open_until or 0.0):
            self._blocks += 1
            self._open_until = now + self.pause
        self.blocked, self._probing = error, False

    def look_again(self) -> None:
        """A person may have repaired the key or the account: the next call probes."""
        if self.blocked is not None:
            self._open_until = float("-inf")

    @property
    def pause(self) -> float:
        """Seconds from a block to the next probe."""
        return self.cooldown * float(min(2 ** max(self._blocks - 1, 0), _MOST_COOLDOWNS))

    def release(self) -> None:
        """A call ended without telling whether the provider is well."""
        self._probing = False
