"""Limits the number of open connections of all clients together and of one address."""

from __future__ import annotations

import ipaddress
import resource
from collections import Counter

#: The number of open files that a process needs in addition to its clients: for the database, Redis, files
#: and providers.
_OTHER_FILES = 256
_MOST_FILES = 65_536


class Gate:
    """Counts open connections. ``in_all`` is the limit of all clients together, and ``of_address`` is the
    limit of one address. 0 means no limit."""

    def __init__(self, in_all: int, of_address: int) -> None:
        self._in_all = in_all
        self._of_address = of_address
        self._inside: Counter[str] = Counter()
        self._count = 0
        self.refused = 0

    def __len__(self) -> int:
        return self._count

    def enter(self, address: str) -> bool:
        """Count a new connection. If a limit is reached, the connection is not counted and the result is
        False."""
        full = self._in_all and self._count >= self._in_all
        if full or (self._of_address and self._inside[address] >= self._of_address):
            self.refused += 1
            return False
        self._inside[address] += 1
        self._count += 1
        return True

    def leave(self, address: str) -> None:
        """Stop counting a connection that ``enter`` counted."""
        self._count -= 1
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]


def address_of(peer: object) -> str:
    """Return the address that is counted: an IPv4 address, or the /64 network of an IPv6 address, which
    usually belongs to one client."""
    host = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def raise_file_limit() -> int:
    """Raise the limit of open files of this process. Returns how many connections the new limit allows.

    Some files are reserved for the process itself. Without them, it could not connect to the database again.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (ValueError, OSError):
            pass
    room = _MOST_FILES if soft == resource.RLIM_INFINITY else soft
    return max(room - _OTHER_FILES, room // 2)
