"""Private folders for the sockets of the servers.

Any program can listen at a free loopback port. This includes the port of a server that has ended. So a client
could send its password to a program of another user. No other user can put a socket into these folders, even
while the server does not run.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from service.devstack.children import Account
from service.devstack.places import can_reach
from service.devstack.private import demand_own
from service.errors import SetupProblem

#: The longest socket path that all systems accept, and the longest file name in a socket folder, both in
#: bytes.
_LONGEST_PATH, _LONGEST_NAME = 103, len(".s.PGSQL.5432")
_PRIVATE = 0o700


def place_sockets(home: Path, former: Path | None, account: Account | None) -> Path:
    """Return a folder for sockets that only this user and the server's account can enter. Usually this is
    ``home``. If that path is too long, or if its disk does not support sockets, the ``former`` folder is used
    if it is still private. Otherwise, a new folder is made in a temporary place.

    Raises ``SetupProblem`` if no folder can be used, or if ``home`` belongs to another user.
    """
    if _is_short(home):
        home.mkdir(mode=_PRIVATE, exist_ok=True)
        _hand_over(home, account)
        if _takes_sockets(home):
            return home
    # The record in a copied data folder names the socket folder of the original. The copy must not use that
    # folder.
    stem = f"storytroupe-{hashlib.sha256(bytes(home)).hexdigest()[:8]}-"
    if former is not None and former.name.startswith(stem) and is_private(former, owners_of(account)):
        return former
    return _elsewhere(stem, account)


def owners_of(account: Account | None) -> frozenset[int]:
    """Return the users who may own files of a server: this user, and the server's account."""
    return frozenset({os.geteuid()} | ({account.uid} if account else set()))


def is_private(folder: Path, owners: frozenset[int]) -> bool:
    """Return whether a path is a folder that belongs to one of these users and that no other user can
    enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077


def clear(folder: Path) -> None:
    """Remove the files of a killed server. A lock file may name a process id that belongs to another program
    now."""
    for entry in folder.iterdir():
        entry.unlink()


def _is_short(folder: Path) -> bool:
    return len(bytes(folder)) + 1 + _LONGEST_NAME <= _LONGEST_PATH


def _hand_over(folder: Path, account: Account | None) -> None:
    """Make the server's account the owner of a folder. No other user can then enter the folder."""
    demand_own(folder, owners_of(account))
    folder.chmod(_PRIVATE)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _takes_sockets(folder: Path) -> bool:
    """Return whether a folder supports sockets. A disk that is shared with another system may not support
    them."""
    path = folder / f"try-{secrets.token_hex(2)}"
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.bind(str(path))
        except OSError:
            return False
    with suppress(OSError):
        path.unlink()
    return True


def _elsewhere(stem: str, account: Account | None) -> Path:
    """Make a folder with a random name in a temporary place. The folder stays when the servers have ended. So
    no other user can create a folder of this name while a client still connects to it."""
    bases = [tempfile.gettempdir(), "/tmp", "/var/tmp"]  # nosec B108
    for base in map(Path, bases):
        folder = base / f"{stem}{secrets.token_hex(8)}"
        if not (base.is_dir() and _is_short(folder) and can_reach(base, account)):
            continue
        with suppress(OSError):
            folder.mkdir(mode=_PRIVATE)
            _hand_over(folder, account)
            if _takes_sockets(folder):
                return folder
    raise SetupProblem(
        "No folder can hold the sockets of the servers: the path of the data folder is too long, or its disk"
        " does not support sockets, and no temporary folder can be used. Give another --data folder."
    )
