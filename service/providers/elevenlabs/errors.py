"""Converts error responses of ElevenLabs to this project's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.errors import (
    ProviderBlocked,
    ProviderCrowded,
    ProviderError,
    ProviderPermanent,
    ProviderRefused,
    ProviderRetryable,
    ProviderThrottled,
)

#: The wait for a free slot of the account, in seconds. A slot becomes free when one of the account's calls
#: ends.
_SLOT_SECONDS = 3.0
_BUSY_SECONDS = 10.0
#: Error codes of an account that has no characters left.
_NOTHING_LEFT = frozenset({"quota_exceeded", "insufficient_credits", "payment_required"})
#: Error codes of an account whose concurrent calls have reached the limit.
_CROWDED = frozenset({"too_many_concurrent_requests", "concurrent_limit_exceeded"})

_KEY = (
    "ElevenLabs turned the key away. Set ELEVENLABS_API_KEY to one that is valid and may use "
    "text to speech, and start again."
)
_LOCKED = (
    "ElevenLabs has locked the account for unusual activity, as it does with free plans behind a VPN. Choose "
    "a paid plan, or write to its support; then work continues automatically."
)
_SPENT = (
    "ElevenLabs's account has no characters left. Raise its plan or wait for the next month; "
    "then work continues automatically."
)


def error_of(status: int, body: Any, headers: Mapping[str, str]) -> ProviderError:
    """The error for a response without success. ``body`` is the JSON of the response, if it has any."""
    code, detail = _detail(body)
    if code in _NOTHING_LEFT or status == 402:
        return ProviderBlocked(_SPENT, code="INSUFFICIENT_QUOTA")
    if code == "voice_not_found":
        return ProviderPermanent(
            "ElevenLabs does not have this voice. Set STORYTROUPE_VOICE, or the voice of the story, to the "
            "id of a voice that the account may use.",
            code="VOICE_NOT_FOUND",
        )
    if status == 429:
        return _throttled(code, headers)
    if code == "detected_unusual_activity":
        return ProviderBlocked(_LOCKED, code="PROVIDER_KEY_REFUSED")
    if code == "content_against_policy":
        return ProviderRefused("ElevenLabs refused to speak this text.", code="SPEECH_REFUSED", detail=detail)
    if code in ("invalid_api_key", "missing_permissions") or status in (401, 403):
        return ProviderBlocked(_KEY, code="PROVIDER_KEY_REFUSED")
    if status in (408, 409) or status >= 500:
        return _unwell(status, headers)
    return ProviderPermanent(f"ElevenLabs rejected the call ({status}).", detail=detail)


def _throttled(code: str, headers: Mapping[str, str]) -> ProviderThrottled:
    wait = _retry_after(headers)
    if code in _CROWDED:
        return ProviderCrowded(
            "The account has no free slot at ElevenLabs.", retry_after=wait or _SLOT_SECONDS
        )
    busy = _BUSY_SECONDS if code == "system_busy" else None
    return ProviderThrottled(
        "ElevenLabs received too many requests. They are sent again later.",
        retry_after=busy if wait is None else wait,
    )


def _unwell(status: int, headers: Mapping[str, str]) -> ProviderError:
    wait = _retry_after(headers)
    if wait is not None:
        return ProviderThrottled(f"ElevenLabs has an internal error ({status}).", retry_after=wait)
    return ProviderRetryable(f"ElevenLabs has an internal error ({status}).")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return None


def _detail(body: Any) -> tuple[str, str]:
    """The code and the message of ``{"detail": {"type", "code", "message"}}``, or of other forms.

    Older responses have ``status`` instead of the code.
    """
    detail = body.get("detail") if isinstance(body, Mapping) else None
    if isinstance(detail, Mapping):
        return str(detail.get("code") or detail.get("status") or ""), str(detail.get("message", ""))[:200]
    return "", str(detail or "no reason given")[:200]
