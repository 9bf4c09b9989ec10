"""How often, and how long after a failure, a job is tried again.

The numbers stand in the actors' specs, and count attempts in all. A provider's
``Retry-After`` always wins, and waiting for it costs nothing of the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.errors import OutcomeUnknown, ProviderThrottled, StorytroupeError, Unavailable
from service.jobs.outcomes import Discard, Hold, Outcome, Retry, Snooze

#: Up to this share of a delay is added at random, so that failures do not return in step.
JITTER = 0.25
#: What a throttled job waits where the provider does not say.
DEFAULT_SNOOZE_SECONDS = 5.0
#: What a job waits where something of our own was away, which is not the job's failure.
AWAY_SNOOZE_SECONDS = 1.0
MAX_DELAY_SECONDS = 300.0
#: The codes of errors that a person has to mend at the provider, or in its key. Jobs wait for that as
#: for a throttle.
PROVIDER_BLOCKED_CODES = ("INSUFFICIENT_QUOTA", "PROVIDER_KEY_REFUSED")
#: The codes of all errors that a person has to act on, also where no provider is at fault.
BLOCKED_CODES = (*PROVIDER_BLOCKED_CODES, OutcomeUnknown.code)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``attempts`` in all; ``base`` seconds, doubled or repeated by ``backoff``."""

    attempts: int
    backoff: Literal["none", "linear", "exponential"] = "none"
    base: float = 0.0

    def delay(self, failures: int, jitter: float) -> float:
        """Seconds to wait after the n-th failure (from 1); ``jitter`` is drawn from [0, 1)."""
        delay = {
            "none": 0.0,
            "linear": self.base,
            "exponential": self.base ** max(failures, 1),
        }[self.backoff]
        return min(delay, MAX_DELAY_SECONDS) * (1 + JITTER * jitter)


def outcome_of(error: BaseException, failures: int, policy: RetryPolicy, jitter: float) -> Outcome:
    """What follows a raised error, where ``failures`` counts those before this one.

    Throttling snoozes, what may pass is tried again within the budget, the rest is given
    up. An error that nobody planned is taken for one that may pass.
    """
    code = error.code if isinstance(error, StorytroupeError) else "INTERNAL"
    message = str(error) or type(error).__name__
    if isinstance(error, ProviderThrottled):
        return Snooze(code, message, error.retry_after or DEFAULT_SNOOZE_SECONDS)
    if code == Unavailable.code:
        return Snooze(code, message, AWAY_SNOOZE_SECONDS)
    if isinstance(error, OutcomeUnknown):
        return Hold(code, message)
    hopeless = isinstance(error, StorytroupeError) and not error.temporary
    if hopeless or failures + 1 >= policy.attempts:
        return Discard(code, message)
    return Retry(code, message, policy.delay(failures + 1, jitter))
