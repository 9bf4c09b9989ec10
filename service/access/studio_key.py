"""The key of the studio. Everyone who has this key acts as the local user, and needs no token."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from service.access.rates import Rates
from service.errors import Overloaded

#: Limits for wrong keys from one address: the rate per second, and the greatest burst.
WRONG_PER_SECOND, WRONG_AT_ONCE = 0.1, 10
_BYTES = 32


class StudioKey:
    """A random key (256 bits). It is valid as long as this object exists, which is one run of `up`."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.text = secrets.token_urlsafe(_BYTES)
        self._wrong = Rates(WRONG_PER_SECOND, WRONG_AT_ONCE, clock=clock)

    def fits(self, given: str, address: str | None) -> bool:
        """Return whether ``given`` is the key. Raises ``Overloaded`` for a wrong key if the address has sent
        too many wrong keys. The right key is always accepted, so another program at the owner's address
        cannot lock the owner out. A key of 256 bits cannot be guessed."""
        if hmac.compare_digest(given.encode(), self.text.encode()):
            return True
        source = _source(address)
        if wait := self._wrong.wait_of(source):
            raise Overloaded(
                "Too many wrong studio keys were sent from this address. Wait a moment, then try again.",
                code="RATE_LIMITED",
                retry_after=wait,
            )
        self._wrong.take(source)
        return False


def _source(address: str | None) -> str:
    """Return the address that is counted. All IPv6 addresses of one /64 network count as one address, since
    one host may use all of them."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return str(ip)
