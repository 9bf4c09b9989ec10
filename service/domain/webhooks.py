"""Webhooks as Standard Webhooks defines them: secrets, signatures, and delays between tries. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence

#: Seconds from each try to the next, sixteen hours in all. After the last try, the delivery is a dead letter.
DELAYS = (5.0, 30.0, 300.0, 1800.0, 7200.0, 18_000.0, 28_800.0)
#: A random part of a delay, up to this share, is added, so that failed deliveries do not return at the same
#: moment.
JITTER = 0.2
#: The longest Retry-After of a receiver that is obeyed, in seconds.
MOST_PATIENCE = 86_400.0

#: The messages for users about a failed try. A user gets one of these and no details: with more details, the
#: sender of URLs could explore a network and read its answers. Operators find the details in the log.
UNREACHABLE = (
    "The receiver could not be reached. Check its host, its port, and that it is open to the internet."
)
UNANSWERED = "The receiver was reached and gave no HTTP answer in time."
INSECURE = "TLS with the receiver failed. Check its certificate: the names, the dates and the chain."
NOT_ALLOWED = (
    "This service may not call this URL. Use one that begins with https:// and leads to the public internet."
)
DELETED = "The subject of this message has been deleted."

_PREFIX = "whsec_"


def refused_with(status: int) -> str:
    """The message for the user if the receiver answered without success."""
    return f"The receiver answered with HTTP {status}."


def new_secret() -> str:
    """A new secret as text: ``whsec_`` and the base64 of 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signatures(secrets_: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature`` of a body: one signature for each valid secret.

    ``timestamp`` is in seconds since the epoch.
    """
    return " ".join(sign(secret, message_id, timestamp, body) for secret in secrets_)


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature with its version."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def delay_after(tries: int, retry_after: float | None = None) -> float | None:
    """Seconds until the next try, after this number of failed tries; None means no more tries."""
    if tries > len(DELAYS):
        return None
    usual = DELAYS[tries - 1] * (1 + random.uniform(0, JITTER))
    return max(usual, min(retry_after or 0.0, MOST_PATIENCE))
