"""The key of the studio: everyone who has it acts as the local user, without a token of their own."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from service.access.rates import Rates
from service.errors import Overloaded

#: Limits of wrong keys from one address: a rate by the second, and a number at once.
WRONG_PER_SECOND, WRONG_AT_ONCE = 0.1, 10
_BYTES = 32


class StudioKey:
    """A random key (256 bits). It is valid as long as this object exists, which is one run of `up`."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.text = secrets.token_urlsafe(_BYTES)
        self._wrong = Rates(WRONG_PER_SECOND, WRONG_AT_ONCE, clock=clock)

    def fits(self, given: str, address: str | None) -> bool:
        """Whether ``given`` is the key. Raises ``Overloaded`` for a wrong key from an address that has sent
        too many. The right key is always accepted: 256 bits cannot be guessed, and a guesser at the owner's
        address must not lock the owner out."""
        if hmac.compare_digest(given.encode(), self.text.encode()):
            return True
        source = _source(address)
        if wait := self._wrong.wait_of(source):
            raise Overloaded(
                "A wrong key of the studio was sent too often. Wait a moment, then try again.",
                code="RATE_LIMITED",
                retry_after=wait,
            )
        self._wrong.take(source)
        return False


def _source(address: str | None) -> str:
    """The address that is counted. A host may use any address of a /64 of IPv6, so these count as one."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return str(ip)
