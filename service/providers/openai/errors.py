"""Converts errors of the OpenAI client to this project's errors.

If the connection broke after a call was sent, the work may have been done and paid for. Its error has
``ambiguous=True``, and the ledger then has ``unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
import httpx2
import openai

from service.errors import (
    ProviderBlocked,
    ProviderError,
    ProviderPermanent,
    ProviderRefused,
    ProviderRetryable,
    ProviderThrottled,
)

#: Codes of a request that the provider refuses, whatever the status.
_REFUSALS = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
#: Codes of an account that cannot pay for more calls. Since 2026 the code names the limit and
#: ``insufficient_quota`` is the type of all of them. Compatible servers and older responses have it as the
#: code.
_SPENT = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "billing_not_active",
    }
)
#: Errors before anything was sent.
_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@contextmanager
def translating() -> Iterator[None]:
    """Raises :class:`ProviderError` for the errors of the client in the block."""
    try:
        yield
    except openai.OpenAIError as error:
        raise translated(error) from error
    except (ValueError, httpx2.HTTPError, aiohttp.ClientError) as error:
        # The client parses the body as JSON and does not convert its errors.
        raise ProviderRetryable(
            "OpenAI's answer could not be read.", code="PROVIDER_ANSWER_BROKEN", ambiguous=True
        ) from error


def translated(error: openai.OpenAIError) -> ProviderError:
    """This project's error for an error of the client."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIConnectionError):
        return _broken(error)
    if isinstance(error, openai.APIError):
        return _of_code(error)
    return ProviderPermanent("OpenAI's client refused the call.", code="PROVIDER_CLIENT", detail=str(error))


def _of_status(error: openai.APIStatusError) -> ProviderError:
    status, code = error.status_code, error.code or ""
    if code in _REFUSALS:
        return ProviderRefused("OpenAI's moderation refused the request.", code="MODERATION_BLOCKED")
    if _is_spent(error):
        return _spent(code)
    if status in (401, 403):
        return ProviderBlocked(
            "OpenAI rejected the key. Set OPENAI_API_KEY to one that is valid and may use the model, and "
            "start again.",
            code="PROVIDER_KEY_REFUSED",
            detail=_message_of(error),
        )
    if status == 429:
        return ProviderThrottled(
            "OpenAI received too many requests. They are sent again later.",
            retry_after=retry_after(error.response.headers),
        )
    if status in (408, 409) or status >= 500:
        return _unwell(error)
    return ProviderPermanent(
        f"OpenAI rejected the call ({status}).", code=_permanent(code), detail=_message_of(error)
    )


def _is_spent(error: openai.APIError) -> bool:
    return not _SPENT.isdisjoint((error.code, error.type))


def _spent(code: str) -> ProviderBlocked:
    return ProviderBlocked(
        f"OpenAI's account has nothing left to spend ({code if code in _SPENT else 'insufficient_quota'}). "
        "Add credit or raise "
        "its limit at platform.openai.com; then work continues automatically.",
        code="INSUFFICIENT_QUOTA",
    )


def _unwell(error: openai.APIStatusError) -> ProviderError:
    wait = retry_after(error.response.headers)
    if wait is not None:
        return ProviderThrottled(f"OpenAI has an internal error ({error.status_code}).", retry_after=wait)
    if error.response.headers.get("x-should-retry") == "false":
        return ProviderPermanent("OpenAI failed, and does not allow another try.", detail=_message_of(error))
    return ProviderRetryable(f"OpenAI has an internal error ({error.status_code}).")


def _of_code(error: openai.APIError) -> ProviderError:
    """The error for an error in the middle of a stream, which has no status, only a code."""
    code = error.code or ""
    if code in _REFUSALS:
        return ProviderRefused("OpenAI's moderation stopped the answer.", code="MODERATION_BLOCKED")
    if _is_spent(error):
        return _spent(code)
    return ProviderRetryable(
        "OpenAI stopped in the middle of its answer.", code="PROVIDER_BROKE_OFF", ambiguous=True
    )


def _broken(error: openai.APIConnectionError) -> ProviderError:
    """The error by its first cause at the socket: the client reports a cut connection as a time-out."""
    first = _first_cause(error)
    ambiguous: dict[str, Any] = {} if isinstance(first, _NEVER_SENT) else {"ambiguous": True}
    if isinstance(first, TimeoutError):
        return ProviderRetryable("OpenAI did not answer in time.", code="PROVIDER_TIMEOUT", **ambiguous)
    return ProviderRetryable("The connection to OpenAI broke.", code="PROVIDER_CONNECTION", **ambiguous)


def _first_cause(error: BaseException) -> BaseException:
    """The first error of the chain, as far as aiohttp knows it."""
    while error.__cause__ is not None and not isinstance(error, aiohttp.ClientError):
        error = error.__cause__
    return error


def _permanent(code: str) -> str:
    return "MODEL_NOT_FOUND" if code == "model_not_found" else ProviderPermanent.code


def _message_of(error: openai.APIStatusError) -> str:
    """The provider's own message, shortened, and without a key that it may quote."""
    body = error.body if isinstance(error.body, Mapping) else {}
    words = str(body.get("message") or error.code or "no reason given")
    return re.sub(r"\b(sk|key)-[\w*.-]+", "…", words)[:200]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a response's headers ask to wait; None if they ask for nothing."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            return max(0.0, float(value) * scale)
        except ValueError:
            continue
    return None


def seconds(duration: str) -> float | None:
    """``6m0s``, ``1s``, ``17ms`` as seconds; None if it is not a duration."""
    if not re.fullmatch(rf"({_DURATION.pattern})+", duration):
        return None
    return sum(float(value) * _SECONDS[unit] for value, unit in _DURATION.findall(duration))
