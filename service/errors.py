"""Every error that Storytroupe raises on purpose.

::

    StorytroupeError
    ├── InvalidInput          the request is not valid (``data.errors`` names the fields)
    ├── NotFound              it does not exist, or not for this user
    ├── Conflict              it cannot be done in the present state
    ├── Unauthorized          no token, or not a good one
    ├── Forbidden             a good token that may not do this
    │   └── QuotaExceeded
    ├── TooLarge              the body is over its limit
    ├── TooSlow               the request did not come whole in time
    ├── Overloaded            the backlog or a rate limit is full (``retry_after`` seconds)
    ├── Unavailable           something that we need does not answer just now
    ├── SetupProblem          this machine or its settings; the message says what to do
    ├── Fenced                a write came from an attempt that is no longer the job's
    ├── WorkerExpired         this process was taken for dead; it must start nothing more
    ├── Draining              this process is leaving; it begins no more calls
    └── ProviderError
        ├── ProviderRetryable   time-outs, 5xx, cut connections
        ├── ProviderThrottled   429, with ``retry_after`` seconds where it is known
        ├── ProviderRefused     moderation or a refusal: never repeated as it was
        ├── ProviderPermanent   400, 404, 422: the call itself is wrong
        ├── OutcomeUnknown      the answer was lost twice; a person decides about a third call
        └── ProviderBlocked     401, 403, spent quota: the provider is blocked until a person acts

``code`` is stable and for programs; the message is a sentence for a person.
"""

from __future__ import annotations

from typing import Any, ClassVar


class StorytroupeError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL"
    temporary: ClassVar[bool] = False

    def __init__(self, message: str | None = None, *, code: str | None = None, **data: Any) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        super().__init__(self.message)
        self.data = data
        if code is not None:
            self.code = code  # type: ignore[misc]


class InvalidInput(StorytroupeError):
    """The request is not valid."""

    code = "INVALID_INPUT"


class NotFound(StorytroupeError):
    """There is no such thing."""

    code = "NOT_FOUND"


class Conflict(StorytroupeError):
    """That cannot be done in the present state."""

    code = "CONFLICT"


class Unauthorized(StorytroupeError):
    """A bearer token is needed: send it as Authorization: Bearer …"""

    code = "UNAUTHORIZED"


class Forbidden(StorytroupeError):
    """This token may not do that."""

    code = "FORBIDDEN"


class QuotaExceeded(Forbidden):
    """You've reached your story limit. Upgrade to create more stories."""

    code = "QUOTA_EXCEEDED"


class TooLarge(StorytroupeError):
    """The request's body is too large."""

    code = "BODY_TOO_LARGE"


class TooSlow(StorytroupeError):
    """The request did not come whole in time. Send it again, faster."""

    code = "REQUEST_TIMEOUT"


class Overloaded(StorytroupeError):
    """There is more work than can be taken on now. Try again later."""

    code = "OVERLOADED"
    temporary = True


class Unavailable(StorytroupeError):
    """The service cannot answer just now. Try again in a moment."""

    code = "UNAVAILABLE"
    temporary = True


class SetupProblem(StorytroupeError):
    """Storytroupe cannot start here."""

    code = "SETUP"


class Fenced(StorytroupeError):
    """The job has moved on to another attempt."""

    code = "FENCED"


class WorkerExpired(StorytroupeError):
    """This worker was taken for dead, and its jobs were given to others."""

    code = "WORKER_BURIED"


class Draining(StorytroupeError):
    """This process is leaving; another process goes on with the job."""

    code = "DRAINING"


class ProviderError(StorytroupeError):
    """A provider's call failed."""

    code = "PROVIDER_ERROR"


class ProviderRetryable(ProviderError):
    """The provider did not answer properly."""

    code = "PROVIDER_UNAVAILABLE"
    temporary = True


class ProviderThrottled(ProviderError):
    """The provider asks us to wait."""

    code = "PROVIDER_THROTTLED"
    temporary = True

    def __init__(self, message: str | None = None, *, retry_after: float | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.retry_after = retry_after


class ProviderCrowded(ProviderThrottled):
    """The provider has no slot for one more call of ours; there is one when another ends."""

    code = "PROVIDER_CROWDED"


class ProviderRefused(ProviderError):
    """The provider will not make this."""

    code = "PROVIDER_REFUSED"


class ProviderPermanent(ProviderError):
    """The provider cannot make sense of the call."""

    code = "PROVIDER_REJECTED"


class OutcomeUnknown(ProviderError):
    """The answer to a paid call was lost twice. Let the story go on, and the call is paid for once more."""

    code = "PROVIDER_OUTCOME_UNKNOWN"


class ProviderBlocked(ProviderError):
    """The provider turned us away; an operator must look at its key or account."""

    code = "PROVIDER_KEY_REFUSED"
