"""How often a failed job is tried again, and after which delay.

The actors' specs contain the numbers of attempts, which include the first attempt. If a provider answers
with ``Retry-After``, the job waits for that time. Such an attempt does not use up one of the job's attempts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.errors import OutcomeUnknown, ProviderThrottled, StorytroupeError, Unavailable
from service.jobs.outcomes import Discard, Hold, Outcome, Retry, Snooze

#: Each delay grows by a random share of up to this value, so that failed jobs do not return at the same
#: moment.
JITTER = 0.25
#: The delay in seconds of a throttled job if the provider gives none.
DEFAULT_SNOOZE_SECONDS = 5.0
#: The delay in seconds after a failure of our own infrastructure, which does not count as the job's failure.
AWAY_SNOOZE_SECONDS = 1.0
MAX_DELAY_SECONDS = 300.0
#: The codes of errors that a person must fix, in the account at the provider or in the key. Until then, the
#: jobs wait as they do for a throttled provider.
PROVIDER_BLOCKED_CODES = ("INSUFFICIENT_QUOTA", "PROVIDER_KEY_REFUSED")
#: The codes of all errors for which a job waits for a person. The last code does not concern the provider's
#: key or account.
BLOCKED_CODES = (*PROVIDER_BLOCKED_CODES, OutcomeUnknown.code)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The retry policy of an actor. ``attempts`` is the total number of attempts. ``base`` is the first delay
    in seconds; ``backoff`` says whether each later delay doubles or stays the same."""

    attempts: int
    backoff: Literal["none", "linear", "exponential"] = "none"
    base: float = 0.0

    def delay(self, failures: int, jitter: float) -> float:
        """The delay in seconds after the n-th failure (from 1). ``jitter`` is a random number in [0, 1)."""
        delay = {
            "none": 0.0,
            "linear": self.base,
            "exponential": self.base ** max(failures, 1),
        }[self.backoff]
        return min(delay, MAX_DELAY_SECONDS) * (1 + JITTER * jitter)


def outcome_of(error: BaseException, failures: int, policy: RetryPolicy, jitter: float) -> Outcome:
    """The outcome after a raised error. ``failures`` counts the failures before this one.

    A throttled job snoozes. After a temporary error, the job is retried while it has attempts left. After any
    other error, the job fails permanently. An unexpected error counts as temporary.
    """
    code, message, detail = described(error)
    if isinstance(error, ProviderThrottled):
        return Snooze(code, message, error.retry_after or DEFAULT_SNOOZE_SECONDS, detail)
    if code == Unavailable.code:
        return Snooze(code, message, AWAY_SNOOZE_SECONDS, detail)
    if isinstance(error, OutcomeUnknown):
        return Hold(code, message, detail)
    hopeless = isinstance(error, StorytroupeError) and not error.temporary
    if hopeless or failures + 1 >= policy.attempts:
        return Discard(code, message, detail)
    return Retry(code, message, policy.delay(failures + 1, jitter), detail)


def described(error: BaseException) -> tuple[str, str, str]:
    """An error's code, its message and its detail. The text of an unexpected error becomes the detail,
    because this text may quote what a user or a model wrote."""
    if isinstance(error, StorytroupeError):
        return error.code, error.message, error.detail
    return "INTERNAL", type(error).__name__, str(error)
