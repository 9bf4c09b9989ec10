"""Webhooks as Standard Webhooks has them: secrets, signatures, and when to try again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence

#: Seconds from each try to the next; after the last one it is a dead letter. Sixteen hours in all.
DELAYS = (5.0, 30.0, 300.0, 1800.0, 7200.0, 18_000.0, 28_800.0)
#: Up to so much of a delay is added by chance, so that what failed together does not come back together.
JITTER = 0.2
#: The longest that a receiver's Retry-After is heeded, in seconds.
MOST_PATIENCE = 86_400.0

#: What a user is told of a try that failed: one of these, and no more. Whoever gives us URLs could learn
#: from more than that what answers where, and what it says. Operators find the details in the log.
UNREACHABLE = (
    "The receiver could not be reached. Check its host, its port, and that it is open to the internet."
)
UNANSWERED = "The receiver was reached and gave no HTTP answer in time."
INSECURE = "TLS with the receiver failed. Check its certificate: the names, the dates and the chain."
NOT_ALLOWED = (
    "This URL may not be called. Give one that begins with https:// and leads to the public internet."
)
DELETED = "What this was about has been deleted."

_PREFIX = "whsec_"


def refused_with(status: int) -> str:
    """What a user is told where the receiver answered, but not with success."""
    return f"The receiver answered with HTTP {status}."


def new_secret() -> str:
    """A secret in its textual form: ``whsec_`` and the base64 of 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signatures(secrets_: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature`` for a body: one signature for each secret that counts.

    ``timestamp`` is in seconds since the epoch.
    """
    return " ".join(sign(secret, message_id, timestamp, body) for secret in secrets_)


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, with its version."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def delay_after(tries: int, retry_after: float | None = None) -> float | None:
    """Seconds until the next try, after so many have failed; None: no more."""
    if tries > len(DELAYS):
        return None
    usual = DELAYS[tries - 1] * (1 + random.uniform(0, JITTER))
    return max(usual, min(retry_after or 0.0, MOST_PATIENCE))
