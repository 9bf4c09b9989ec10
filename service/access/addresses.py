"""Checks the network address behind a user's URL: it must be public, unless an operator allows others.

Every request to a user's URL uses ``outward``. It checks the address of each socket before the socket
connects. An unusual spelling of a host cannot avoid this check, and a DNS answer cannot avoid it.
"""

from __future__ import annotations

import errno
import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import AddrInfoType, TCPConnector
from yarl import URL

#: IANA's registry of special-purpose IPv4 addresses, with multicast, the former class E, and the metadata
#: address of a cloud (the last).
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
#: The range of all IPv6 addresses of the public internet. Addresses outside of it are special or unassigned.
_GLOBAL6 = IPv6Network("2000::/3")
#: The special-purpose addresses in ``2000::/3``: protocols (Teredo, benchmarks, ORCHID), documentation, 6to4.
_SPECIAL6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: The prefix of NAT64. The last 32 bits are an IPv4 address, and that address is checked.
_NAT64 = IPv6Network("64:ff9b::/96")
#: The middle of an ISATAP address, which a machine may treat as a tunnel to the IPv4 address in it.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)

#: Names that always lead into a private network (RFC 6761, 6762, 8375; ICANN's ``internal``).
_INWARD = ("localhost", "localdomain", "local", "internal", "home.arpa")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
#: A host in brackets is an address: of IPv6, or of a future version (RFC 3986).
_BRACKETS = re.compile(r"[^/]*//[^/?#]*\[")
#: A port number in ASCII digits. Port 0 is not allowed.
_PORT = re.compile(r"[^/]*//[^/?#]*:0*[1-9][0-9]*([/?#]|$)")
#: Characters that some programs remove, or read as a slash. These programs would see a different host.
_ODD = re.compile(r"[\s\\]")
#: A host whose last label is a number. It is read as an IPv4 address in decimal, octal or hexadecimal.
_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")


class PrivateAddress(OSError):
    """Raised when an address is not on the public internet, or belongs to this machine."""


def outward(*, private: bool, limit: int) -> TCPConnector:
    """Make a connector for URLs of users, with up to ``limit`` connections at once.

    It connects only to public addresses of other machines, unless ``private`` allows all addresses.
    """
    # The check is at the socket, since every connection needs a socket. A resolver would not see a literal
    # address.
    return TCPConnector(limit=limit, use_dns_cache=False, socket_factory=None if private else public_socket)


def public_socket(info: AddrInfoType) -> socket.socket:
    """Make a socket for the address of ``info``. Raises ``PrivateAddress`` if the address is not allowed."""
    family, kind, protocol, _, address = info
    host = str(address[0])
    if not is_public(host):
        raise PrivateAddress(errno.EACCES, f"{host} is not an address of the public internet")
    if is_own(host):
        raise PrivateAddress(errno.EACCES, f"{host} is an address of this machine")
    return socket.socket(family, kind, protocol)


def is_public(text: str) -> bool:
    """Return whether a text is a public internet address. False for a text that is not an address.

    An address with a zone belongs to a local link of this machine, so it is not public.
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
    """Return whether an address belongs to this machine. A firewall does not stop packets from a machine to
    itself."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            # This sends no packet. It asks the system which source address such a packet would have.
            probe.connect((text, 9))
        except OSError:
            return False
        return bool(probe.getsockname()[0] == probe.getpeername()[0])


def fault_of(url: str, *, private: bool = False) -> str | None:
    """Return what is wrong with a user's URL, as a sentence, or None if these checks find no fault.

    The host is checked as the HTTP client reads it. ``outward`` checks the host's addresses later, at
    connection. ``private`` allows http, and addresses that are not public.
    """
    if _ODD.search(url) or not url.isprintable():
        return "The URL must not contain a space, a backslash or an invisible character."
    try:
        parts = URL(url)
    except ValueError:
        return "This is not a URL."
    host = (parts.raw_host or "").lower().rstrip(".")
    if parts.scheme not in ("https", "http") or not host:
        return "The URL must begin with https:// and name a host."
    if parts.user is not None or parts.password is not None:
        return "The URL must not contain a user name or a password."
    if _BRACKETS.match(url) and ":" not in host:
        return "The brackets in this URL do not contain an IPv6 address."
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
        return "The URL must lead to the public internet. Give a full host name, such as example.org."
    return None
