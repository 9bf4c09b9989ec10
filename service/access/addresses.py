"""Which addresses users may make us call: those of the public internet, unless an operator says otherwise.

Whatever leaves by a user's URL leaves through ``outward``. It judges the address of each socket before
the socket connects, so neither the way a host is written nor what a name leads to can go around it.
"""

from __future__ import annotations

import errno
import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import AddrInfoType, TCPConnector
from yarl import URL

#: IANA's registry of special purposes for IPv4, with multicast, the former class E, and the address at
#: which a cloud's machines find their host (the last).
_SPECIAL4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        ),
    )
)  # fmt: skip
#: All of IPv6 that was ever given to the public internet; what is outside is special, or nobody's.
_GLOBAL6 = IPv6Network("2000::/3")
#: What is special in there: protocols (Teredo, benchmarks, ORCHID), documentation, and 6to4.
_SPECIAL6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: A translator's way to an address of IPv4, which is the one that counts.
_NAT64 = IPv6Network("64:ff9b::/96")
#: The middle of an address of ISATAP, which a machine may take for a tunnel to the IPv4 behind it.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

#: Names that lead into a network of one's own, whoever asks (RFC 6761, 6762, 8375; ICANN's ``internal``).
_INWARD = ("localhost", "localdomain", "local", "internal", "home.arpa")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
#: In brackets stands an address: of IPv6, or of a kind that there will be one day (RFC 3986).
_BRACKETS = re.compile(r"[^/]*//[^/?#]*\[")
#: A port in plain digits, and not 0.
_PORT = re.compile(r"[^/]*//[^/?#]*:0*[1-9][0-9]*([/?#]|$)")
#: What some programs drop or read as a slash, so that they see another host.
_ODD = re.compile(r"[\s\\]")
#: Whatever ends so is read as an address of IPv4, in decimal, octal or hexadecimal numbers.
_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")


class PrivateAddress(OSError):
    """The address is not one of the public internet, or it is this machine's own."""


def outward(*, private: bool, limit: int) -> TCPConnector:
    """A connector for URLs of users, of up to ``limit`` connections at once.

    It reaches public addresses of other machines only, unless ``private`` says that all may be reached.
    """
    # The socket is where every way ends: literal addresses, for one, are never resolved.
    return TCPConnector(limit=limit, use_dns_cache=False, socket_factory=None if private else public_socket)


def public_socket(info: AddrInfoType) -> socket.socket:
    """A socket that may be connected to the address of ``info``. Raises ``PrivateAddress``."""
    family, kind, protocol, _, address = info
    host = str(address[0])
    if not is_public(host):
        raise PrivateAddress(errno.EACCES, f"{host} is not an address of the public internet")
    if is_own(host):
        raise PrivateAddress(errno.EACCES, f"{host} is an address of this machine")
    return socket.socket(family, kind, protocol)


def is_public(text: str) -> bool:
    """Whether this is an address of the public internet; False for what is no address.

    An address with a zone is of one of this machine's own links, so it is not public.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _is_public6(address)
    return not any(address in network for network in _SPECIAL4)


def _is_public6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None or address in _NAT64:
        return is_public(str(inner))
    if address not in _GLOBAL6 or any(address in network for network in _SPECIAL6):
        return False
    return (int(address) >> 32) & 0xFFFF_FFFF not in _ISATAP


def is_own(text: str) -> bool:
    """Whether a packet to this address stays on this machine, whose firewall lets its own packets pass."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only asks from which address such a packet would go out.
            probe.connect((text, 9))
        except OSError:
            return False
        return bool(probe.getsockname()[0] == probe.getpeername()[0])


def fault_of(url: str, *, private: bool = False) -> str | None:
    """What is wrong with a URL that we are to call, as a sentence; None if nothing is evidently wrong.

    The host is judged as the client will read it. What its name leads to is judged later, by ``outward``.
    ``private`` allows http, and addresses that are not public.
    """
    if _ODD.search(url) or not url.isprintable():
        return "The URL must not hold a space, a backslash or a character that cannot be seen."
    try:
        parts = URL(url)
    except ValueError:
        return "This is not a URL."
    host = (parts.raw_host or "").lower().rstrip(".")
    if parts.scheme not in ("https", "http") or not host:
        return "The URL must begin with https:// and name a host."
    if parts.user is not None or parts.password is not None:
        return "The URL must not hold a user or a password."
    if _BRACKETS.match(url) and ":" not in host:
        return "What stands in brackets in this URL is no address of IPv6."
    if parts.explicit_port is not None and _PORT.match(url) is None:
        return "The URL's port must be a number from 1 to 65535."
    if private:
        return None
    if parts.scheme != "https":
        return "The URL must begin with https://."
    return _fault_of_host(host)


def _fault_of_host(host: str) -> str | None:
    if ":" in host or _NUMBER.fullmatch(host):
        if is_public(host):
            return None
        return "The host of the URL is a number, but not a public address. Give a name, or a public address."
    inward = any(host == name or host.endswith(f".{name}") for name in _INWARD)
    if inward or _NAME.fullmatch(host) is None:
        return "The URL must lead to the public internet. Give the whole name of a host, as example.org."
    return None
