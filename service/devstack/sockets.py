"""Private folders for the sockets of the servers.

Any program can listen at a free port of loopback, also at the port of a server that has ended. A client that
sends its password there may send it to another user's program. No other user can put a socket into these
folders, whether the server runs or not.
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

#: In bytes: the longest path of a socket that all systems accept, and the longest name in a folder.
_LONGEST_PATH, _LONGEST_NAME = 103, len(".s.PGSQL.5432")
_PRIVATE = 0o700


def place_sockets(home: Path, former: Path | None, account: Account | None) -> Path:
    """A folder for sockets that only this user and the server's account can enter. It is ``home``. If that
    path is too long, or its disk does not support sockets, it is the ``former`` folder if that is still
    private, else a new one elsewhere.

    Raises ``SetupProblem`` if no folder can be used, or ``home`` belongs to another user.
    """
    if _is_short(home):
        home.mkdir(mode=_PRIVATE, exist_ok=True)
        _hand_over(home, account)
        if _takes_sockets(home):
            return home
    # A copy of a data folder has the path of the original's folder, which it must not use.
    stem = f"storytroupe-{hashlib.sha256(bytes(home)).hexdigest()[:8]}-"
    if former is not None and former.name.startswith(stem) and is_private(former, owners_of(account)):
        return former
    return _elsewhere(stem, account)


def owners_of(account: Account | None) -> frozenset[int]:
    """The users who may own files of a server: this user, and the server's account."""
    return frozenset({os.geteuid()} | ({account.uid} if account else set()))


def is_private(folder: Path, owners: frozenset[int]) -> bool:
    """Whether a path is a folder of one of these users that no other user can enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077


def clear(folder: Path) -> None:
    """Remove the files of a killed server: a lock may name a process id that another program has now."""
    for entry in folder.iterdir():
        entry.unlink()


def _is_short(folder: Path) -> bool:
    return len(bytes(folder)) + 1 + _LONGEST_NAME <= _LONGEST_PATH


def _hand_over(folder: Path, account: Account | None) -> None:
    """Give a folder to the server's account, and close it to all others."""
    demand_own(folder, owners_of(account))
    folder.chmod(_PRIVATE)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


def _takes_sockets(folder: Path) -> bool:
    """Whether a folder supports sockets. A disk that is shared with another system may not."""
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
    """A folder with a random name in a temporary place. It stays when the servers have ended, so that no
    other user can take its name while a client still connects there."""
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
