"""Signed URLs. Everyone who has a signed URL may read its file until the URL expires.

Signed URLs are for clients that cannot send an authorization header: HTML elements, media players and
e-readers. The signature covers the user, the path, the query and the time of expiry. It also covers the time
of the user's last sign-out. A new sign-out therefore makes the URL invalid.
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from math import ceil
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from uuid import UUID

from service.errors import Unauthorized

#: The parameters of a signed URL: the user, the time of expiry (Unix seconds), and the signature.
USER, EXPIRES, SIGNATURE = "user", "exp", "sig"
#: The parameter that the signature does not cover. It says how a browser saves the file, not which file is
#: read.
DOWNLOAD = "download"

#: A signed query has at most this many fields.
MOST_FIELDS = 50

_OWN = frozenset({USER, EXPIRES, SIGNATURE, DOWNLOAD})
_LONGEST_NUMBER = 12

#: A function that returns the time of a user's last sign-out, or None.
Since = Callable[[UUID], datetime | None]


class Links:
    """Signs URLs and verifies signed URLs. Every process has the same key, and the key has no other use."""

    def __init__(self, key: bytes, since: Since, *, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._since = since
        self._clock = clock

    def expiry(self, seconds: int) -> int:
        """Return the time of expiry, in Unix seconds, of a link that is valid for at least ``seconds``. The
        time is rounded up by at most half of ``seconds``. So a file keeps the same URL for a while, and
        browsers can cache the file."""
        step = max(1, seconds // 2)
        return ceil((self._clock() + seconds) / step) * step

    def sign(self, user_id: UUID, url: str, expires: int) -> str:
        """Sign a URL (a path with its query) for a user. It is valid until ``expires`` (Unix seconds)."""
        parts = urlsplit(url)
        rest = [(name, value) for name, value in _pairs(parts.query) if name not in _OWN]
        signature = self._signature(user_id, parts.path, rest, expires)
        signed = [*rest, (USER, str(user_id)), (EXPIRES, str(expires)), (SIGNATURE, signature)]
        return f"{parts.path}?{urlencode(signed, quote_via=quote)}"

    def verify(self, path: str, query: str) -> UUID:
        """Return the user for whom the URL was signed. Raises ``Unauthorized`` with LINK_EXPIRED or
        LINK_INVALID."""
        try:
            pairs = _pairs(query)
            given = dict(pairs)
            user_id, expires = UUID(given[USER]), _number(given[EXPIRES])
            signature = given[SIGNATURE].encode()
        except (KeyError, ValueError) as error:
            raise _invalid() from error
        rest = [(name, value) for name, value in pairs if name not in _OWN]
        wanted = self._signature(user_id, path, rest, expires)
        repeated = sum(name in _OWN - {DOWNLOAD} for name, _ in pairs) != len(_OWN) - 1
        if repeated or not hmac.compare_digest(wanted.encode(), signature):
            raise _invalid()
        if expires < self._clock():
            raise Unauthorized("The signed URL has expired. Request a new one.", code="LINK_EXPIRED")
        return user_id

    def _signature(self, user_id: UUID, path: str, rest: list[tuple[str, str]], expires: int) -> str:
        since = self._since(user_id)
        parts = [
            path.rstrip("/"),
            urlencode(sorted(rest)),
            str(user_id),
            str(expires),
            since.isoformat() if since else "",
        ]
        # Each part is one line. No part can contain a line end, so two different inputs never give the same
        # text.
        digest = hmac.digest(self._key, "\n".join(map(quote, parts)).encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_signed(query: str) -> bool:
    """Return whether a query has a signature. The signature may be invalid."""
    return f"{SIGNATURE}=" in query


def count_fields(query: str) -> int:
    """Return the number of fields of a query that is not empty. The fields are not parsed."""
    return 1 + query.count("&")


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise ValueError("not a number")
    return int(text)


def _invalid() -> Unauthorized:
    return Unauthorized(
        "The signature of the URL is not valid. Request a new signed URL.", code="LINK_INVALID"
    )
