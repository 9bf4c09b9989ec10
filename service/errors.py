"""All errors that the code of Storytroupe raises.

::

    StorytroupeError
    ├── InvalidInput          the request is not valid (``data.errors`` names the fields)
    ├── NotFound              the object does not exist, or belongs to another user
    ├── Conflict              the present state does not allow the request
    ├── Unauthorized          the token is missing or not valid
    ├── Forbidden             the token is valid, but does not allow the request
    │   └── QuotaExceeded
    ├── TooLarge              the body is over its limit
    ├── TooSlow               the request did not arrive completely in time
    ├── Overloaded            a limit of waiting work or of requests is reached (``retry_after`` seconds)
    ├── Unavailable           a server that the service needs does not answer now
    ├── SetupProblem          the machine or a setting is wrong; the message says what to do
    ├── Fenced                a write came from an attempt that is not the job's current one
    ├── WorkerExpired         the lease of this process has expired; it must start nothing more
    ├── Draining              this process is ending; it starts no more calls
    └── ProviderError
        ├── ProviderRetryable   a timeout, a 5xx status or a broken connection
        ├── ProviderThrottled   429, with ``retry_after`` seconds if the provider says how long
        ├── ProviderRefused     moderation or a refusal; the same call is never made again
        ├── ProviderPermanent   400, 404, 422: the call itself is wrong
        ├── OutcomeUnknown      the answer was lost twice; a person decides about a third call
        └── ProviderBlocked     401, 403 or no credit; the provider is blocked until a person acts

``code`` is stable, for programs. The message is for people: it says what happened, and what to do. If an
error is raised without a message, the docstring of its class is the message. Only ``detail`` may contain text
that a user, a model or a provider wrote. Users see ``detail`` in answers about their own stories. Operators
see only the code and the message.
"""

from __future__ import annotations

from typing import Any, ClassVar


class StorytroupeError(Exception):
    """The service has a fault."""

    code: ClassVar[str] = "INTERNAL"
    temporary: ClassVar[bool] = False

    def __init__(
        self, message: str | None = None, *, code: str | None = None, detail: str = "", **data: Any
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        super().__init__(self.message)
        self.detail = detail
        self.data = data
        if code is not None:
            self.code = code  # type: ignore[misc]


class InvalidInput(StorytroupeError):
    """The request is not valid."""

    code = "INVALID_INPUT"


class NotFound(StorytroupeError):
    """The object does not exist, or belongs to another user."""

    code = "NOT_FOUND"


class Conflict(StorytroupeError):
    """The present state does not allow this request. Read the state, and decide again."""

    code = "CONFLICT"


class Unauthorized(StorytroupeError):
    """The request has no bearer token. Send the header Authorization: Bearer with a token."""

    code = "UNAUTHORIZED"


class Forbidden(StorytroupeError):
    """The token does not allow this request."""

    code = "FORBIDDEN"


class QuotaExceeded(Forbidden):
    """You've reached your story limit. Upgrade to create more stories."""

    code = "QUOTA_EXCEEDED"


class TooLarge(StorytroupeError):
    """The body of the request is too large. Send less."""

    code = "BODY_TOO_LARGE"


class TooSlow(StorytroupeError):
    """The request did not arrive completely in time. Send it again, over a faster connection."""

    code = "REQUEST_TIMEOUT"


class Overloaded(StorytroupeError):
    """Too much work waits in the service. Try again later."""

    code = "OVERLOADED"
    temporary = True


class Unavailable(StorytroupeError):
    """The service cannot answer now. Try again in a moment."""

    code = "UNAVAILABLE"
    temporary = True


class SetupProblem(StorytroupeError):
    """Storytroupe cannot start on this machine with these settings."""

    code = "SETUP"


class Fenced(StorytroupeError):
    """The job has a newer attempt, so this attempt may not write any more."""

    code = "FENCED"


class WorkerExpired(StorytroupeError):
    """The lease of this process has expired, and other processes took over its jobs."""

    code = "WORKER_BURIED"


class Draining(StorytroupeError):
    """This process is ending. Another process continues the job."""

    code = "DRAINING"


class ProviderError(StorytroupeError):
    """A call to a provider failed."""

    code = "PROVIDER_ERROR"


class ProviderRetryable(ProviderError):
    """The provider did not answer properly."""

    code = "PROVIDER_UNAVAILABLE"
    temporary = True


class ProviderThrottled(ProviderError):
    """The provider asks to wait before the next call."""

    code = "PROVIDER_THROTTLED"
    temporary = True

    def __init__(self, message: str | None = None, *, retry_after: float | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.retry_after = retry_after


class ProviderCrowded(ProviderThrottled):
    """The provider runs as many calls of the account as it allows. The next call waits until one ends."""

    code = "PROVIDER_CROWDED"


class ProviderRefused(ProviderError):
    """The provider refuses to make this. Change the request."""

    code = "PROVIDER_REFUSED"


class ProviderPermanent(ProviderError):
    """The provider rejects the call as wrong."""

    code = "PROVIDER_REJECTED"


class OutcomeUnknown(ProviderError):
    """The answer to a paid call was lost twice. If you resume the story, the call is paid for once more."""

    code = "PROVIDER_OUTCOME_UNKNOWN"


class ProviderBlocked(ProviderError):
    """The provider refuses the key or the account. An operator must check them."""

    code = "PROVIDER_KEY_REFUSED"
