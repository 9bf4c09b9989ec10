"""Signed URLs: whoever has one may read that very file, until it expires.

For elements and programs that cannot send a header: pictures, players, e-readers. A URL is
bound to its user, its path and the rest of its query (hence to story, asset and version), to its
end, and to the user's last sign-out: that ends it, too.
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

#: The parts of a signed query: for whom, until when (Unix seconds), and the signature.
USER, EXPIRES, SIGNATURE = "user", "exp", "sig"
#: Also in a signed query, and not covered by it: how the file is saved does not change what is read.
DOWNLOAD = "download"

#: A query of more fields is none of ours.
MOST_FIELDS = 50

_OWN = frozenset({USER, EXPIRES, SIGNATURE, DOWNLOAD})
_LONGEST_NUMBER = 12

#: When the user was last signed out.
Since = Callable[[UUID], datetime | None]


class Links:
    """Signs and verifies. The key is the same in every process, and serves nothing else."""

    def __init__(self, key: bytes, since: Since, *, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._since = since
        self._clock = clock

    def expiry(self, seconds: int) -> int:
        """When a link ends that is to be good for so many seconds: then, or by half as much later, so that
        the same file has the same URL for a while, and is not loaded again."""
        step = max(1, seconds // 2)
        return ceil((self._clock() + seconds) / step) * step

    def sign(self, user_id: UUID, url: str, expires: int) -> str:
        """The URL (a path with its query) for that user, good until then (Unix seconds)."""
        parts = urlsplit(url)
        rest = [(name, value) for name, value in _pairs(parts.query) if name not in _OWN]
        signature = self._signature(user_id, parts.path, rest, expires)
        signed = [*rest, (USER, str(user_id)), (EXPIRES, str(expires)), (SIGNATURE, signature)]
        return f"{parts.path}?{urlencode(signed, quote_via=quote)}"

    def verify(self, path: str, query: str) -> UUID:
        """For whom the URL was signed. Raises ``Unauthorized``: LINK_EXPIRED or LINK_INVALID."""
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
        # A line each: no part can hold the end of a line.
        digest = hmac.digest(self._key, "\n".join(map(quote, parts)).encode(), "sha256")
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_signed(query: str) -> bool:
    """Whether a query bears a signature, be it good or not."""
    return f"{SIGNATURE}=" in query


def count_fields(query: str) -> int:
    """The number of fields of a query that is not empty, without a look at any of them."""
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
