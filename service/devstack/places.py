"""Chooses the folder of PostgreSQL's files, and the user that PostgreSQL runs as.

PostgreSQL refuses to run as root. If this process runs as root, PostgreSQL runs as ``nobody``. This user
cannot enter a private folder, such as a home of mode 0700. In this case, PostgreSQL's data is stored in a
folder that all users can enter. Its programs are copied there if ``nobody`` cannot reach them.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from service.devstack.children import Account
from service.devstack.private import demand_own, make_private, write_private
from service.devstack.programs import PostgresPrograms
from service.errors import SetupProblem

#: Candidate folders for PostgreSQL's files: the folder for the state of services, and then a folder that all
#: users can enter on every system.
_OPEN_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # nosec B108
_CANDIDATES = ("nobody", "postgres")
#: The mode of folders that PostgreSQL's user must read. The umask does not change this mode.
_OPEN = 0o755


def choose_account(cluster: Path) -> Account | None:
    """Return the account that PostgreSQL runs as. None means the user of this process. If that is root,
    return the owner of the existing files, or ``nobody``.

    Raises ``SetupProblem`` if the files belong to a user who cannot own a cluster of Storytroupe.
    """
    if os.geteuid() != 0:
        return None
    accounts = _accounts()
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        demand_own(cluster, {account.uid for account in accounts})
        return Account(owner.st_uid, owner.st_gid)
    if not accounts:
        raise SetupProblem("PostgreSQL refuses to run as root: run Storytroupe as an ordinary user.")
    return accounts[0]


def _accounts() -> list[Account]:
    found = []
    for name in _CANDIDATES:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            found.append(Account(entry.pw_uid, entry.pw_gid))
    return found


def can_reach(path: Path, account: Account | None) -> bool:
    """Return whether ``account`` can enter every folder down to ``path``. The path must exist."""
    if account is None:
        return True
    path = path.resolve()
    return all(_may_enter(folder.stat(), account) for folder in (path, *path.parents) if folder.is_dir())


def _may_enter(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def place_cluster(data_dir: Path, account: Account | None) -> Path:
    """Return the folder for the files of a new cluster: in the data folder, or in a place that all users can
    enter."""
    if can_reach(data_dir, account):
        return data_dir / "postgres"
    # The name is random, so that a data folder that was deleted and created again does not use the old
    # cluster.
    name = f"{hashlib.sha256(bytes(data_dir)).hexdigest()[:8]}-{secrets.token_hex(4)}"
    folder = _open_place(account) / name
    make_private(folder, passed_through=True)
    write_private(folder / "belongs-to", f"{data_dir}\n")
    return folder / "postgres"


def strays() -> list[Path]:
    """Return unused clusters outside of data folders: their data folder does not exist or names another
    cluster. The service never deletes these clusters."""
    found = (mark for base in _OPEN_PLACES for mark in base.glob("storytroupe/*/belongs-to"))
    return [mark.parent for mark in found if not _claimed(mark)]


def _claimed(mark: Path) -> bool:
    try:
        owner = Path(mark.read_text().rstrip("\n"))
    except OSError:
        return True  # it was deleted meanwhile, or does not belong to Storytroupe
    try:
        return str(mark.parent) in (owner / "stack.json").read_text()
    except PermissionError:
        return True  # it belongs to another user, who may need it
    except OSError:
        return False


def reachable_programs(programs: PostgresPrograms, account: Account | None) -> PostgresPrograms:
    """Return the programs, or a copy of them in a place that ``account`` can reach."""
    if programs.root is None or can_reach(programs.folder, account):
        return programs
    size = programs.postgres.stat()
    key = hashlib.sha256(f"{programs.root}{size.st_size}{size.st_mtime_ns}".encode()).hexdigest()[:8]
    copy = _open_place(account) / f"programs-{key}"
    if not copy.exists():
        _copy(programs, copy)
    return PostgresPrograms(copy / programs.folder.relative_to(programs.root))


def _copy(programs: PostgresPrograms, copy: Path) -> None:
    """Copy the programs. The copy gets its final name only when it is complete."""
    assert programs.root is not None
    part = copy.with_name(f"{copy.name}.{secrets.token_hex(4)}")
    for name in programs.parts:
        if (programs.root / name).exists():
            shutil.copytree(
                programs.root / name, part / name, ignore=shutil.ignore_patterns("include", "*.a", "pgxs")
            )
    for folder in {part, *((part / name).parent for name in programs.parts)}:
        folder.chmod(_OPEN)
    try:
        part.rename(copy)
    except OSError:
        shutil.rmtree(part)
        if not copy.exists():
            raise


def _open_place(account: Account | None) -> Path:
    for base in _OPEN_PLACES:
        folder = base / "storytroupe"
        try:
            folder.mkdir(exist_ok=True)
            if folder.stat().st_uid == os.geteuid():
                folder.chmod(_OPEN)
        except OSError:
            continue
        # In /var/tmp, another user could have created the folder first.
        if folder.stat().st_uid == os.geteuid() and can_reach(folder, account) and os.access(folder, os.W_OK):
            return folder
    raise SetupProblem(
        "PostgreSQL runs as an ordinary user, who cannot enter the data folder:"
        " give a --data folder outside of private home folders, or do not run as root."
    )
