"""The rules of webhooks, after the specification "Standard Webhooks": secrets, signatures, and delays between
tries. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence

#: The seconds from each try to the next, sixteen hours in total. After the last try, the delivery is a dead
#: letter.
DELAYS = (5.0, 30.0, 300.0, 1800.0, 7200.0, 18_000.0, 28_800.0)
#: A random addition to each delay, up to this fraction of the delay. Without it, failed deliveries would be
#: retried at the same moment.
JITTER = 0.2
#: The longest ``Retry-After`` of a receiver that the service follows, in seconds.
MOST_PATIENCE = 86_400.0

#: The messages for users about a failed try. A user gets one of these messages without details. With details,
#: users could explore a private network through webhooks. Operators find the details in the log.
UNREACHABLE = (
    "The receiver could not be reached. Check its host, its port, and that it is open to the internet."
)
UNANSWERED = "The receiver was reached and gave no HTTP answer in time."
INSECURE = "TLS with the receiver failed. Check its certificate: the names, the dates and the chain."
NOT_ALLOWED = "This service may not call this URL. Use a URL with https:// that leads to the public internet."
DELETED = "The subject of this message has been deleted."

_PREFIX = "whsec_"


def refused_with(status: int) -> str:
    """Return the message for the user about a receiver that answered with an error status."""
    return f"The receiver answered with HTTP {status}."


def new_secret() -> str:
    """Return a new secret: ``whsec_`` and the base64 of 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signatures(secrets_: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header ``webhook-signature`` for a body: one signature for each valid secret.

    ``timestamp`` is in seconds since the epoch.
    """
    return " ".join(sign(secret, message_id, timestamp, body) for secret in secrets_)


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature with its version prefix."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def delay_after(tries: int, retry_after: float | None = None) -> float | None:
    """Return the seconds until the next try, after this number of failed tries. None means that no more tries
    follow."""
    if tries > len(DELAYS):
        return None
    usual = DELAYS[tries - 1] * (1 + random.uniform(0, JITTER))
    return max(usual, min(retry_after or 0.0, MOST_PATIENCE))
