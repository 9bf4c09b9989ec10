"""Which addresses users may make us call: those of the public internet, unless an operator says otherwise.

The check is on the address that the connection is made to, after the name was resolved, so a
name that leads elsewhere on its second resolution is caught, too.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddress(OSError):
    """The address is not one of the public internet."""


def is_public(text: str) -> bool:
    """Whether this is an address that anyone may be made to call; False for what is no address."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast for each in _meant(address))


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and those that it wraps for one way or another from IPv6 to IPv4."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    wrapped = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        wrapped.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return [address, *(inner for inner in wrapped if inner is not None)]


def fault_of(url: str, *, private: bool = False) -> str | None:
    """What is wrong with a URL that we are to call, as a sentence; None if nothing is.

    ``private`` allows http, and addresses that are not public.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "This is no URL."
    if parts.scheme not in ("https", "http") or not host:
        return "The URL must begin with https:// and name a host."
    if parts.username is not None or parts.password is not None:
        return "The URL must not hold a user or a password."
    if private:
        return None
    if parts.scheme != "https":
        return "The URL must begin with https://."
    if host == "localhost" or host.endswith(".localhost") or (_is_address(host) and not is_public(host)):
        return "The URL must lead to the public internet."
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class PublicResolver(AbstractResolver):
    """Resolves names, to public addresses only. An address in place of a name never gets here:
    ``fault_of`` is for those."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises ``PrivateAddress`` if any of the name's addresses is not public."""
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            if not is_public(result["host"]):
                raise PrivateAddress(errno.EACCES, "The name leads to an address that is not public")
        return found

    async def close(self) -> None:
        await self._resolver.close()
