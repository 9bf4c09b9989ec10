"""The key of the studio: who has it is the person at this machine, without a token of their own."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from service.access.rates import Rates
from service.errors import Overloaded

#: Wrong tries from one address: so many in the long run, by the second, and so many at once.
WRONG_PER_SECOND, WRONG_AT_ONCE = 0.1, 10
_BYTES = 32


class StudioKey:
    """A random key (256 bits) that is good as long as this object is asked, which is one run of `up`."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.text = secrets.token_urlsafe(_BYTES)
        self._wrong = Rates(WRONG_PER_SECOND, WRONG_AT_ONCE, clock=clock)

    def fits(self, given: str, address: str | None) -> bool:
        """Whether this is the key. Raises ``Overloaded`` for a wrong one of an address that has guessed too
        often. The right one is let in whatever else came from there: nobody guesses 256 bits, and whoever
        guesses beside the owner must not lock the owner out."""
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
    """Who guesses: a host has a whole /64 of IPv6 to itself."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return str(ip)
