"""What lies in a data folder is its owner's alone."""

from __future__ import annotations

import os
import pwd
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO

import structlog

from service.errors import SetupProblem

_log = structlog.get_logger(__name__)

#: Of our process and of all that it starts: what they make is for nobody else.
UMASK = 0o077
_FILE, _FOLDER = 0o600, 0o700
#: PostgreSQL runs as another user where we are root: it passes the folder, and sees nothing of it.
_PASSED_THROUGH = 0o711


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step by one that nobody else may read."""
    part = path.with_name(f"{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    with open_private(part) as file:
        file.write(text.encode())
    part.replace(path)


def open_private(path: Path) -> IO[bytes]:
    """A new file for bytes, in the place of any that was there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _FILE), "wb")


def make_private(folder: Path, *, passed_through: bool = False) -> None:
    """Make the folder, or close one that was open. ``passed_through``: others may pass it, and no more."""
    mode = _PASSED_THROUGH if passed_through else _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    _close(folder, mode)


def close_contents(folder: Path) -> None:
    """Close the files and folders in a folder that earlier versions left open. What is in these folders
    is out of reach then. What is another user's is left to it."""
    for entry in folder.iterdir():
        if not entry.is_symlink() and entry.stat().st_uid == os.geteuid():
            _close(entry, _FOLDER if entry.is_dir() else _FILE)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 == mode:
        return
    try:
        path.chmod(mode)
    except OSError as problem:
        _log.warning("others may look into this folder", path=str(path), error=problem.strerror)


def demand_own(path: Path, owners: Collection[int] | None = None) -> None:
    """Raises ``SetupProblem`` where a file or folder is there that is not ours, nor one of ``owners``':
    who made it knows what is in it, and may change it."""
    try:
        owner = path.lstat().st_uid
    except FileNotFoundError:
        return
    if owner not in (owners if owners is not None else {os.geteuid()}):
        raise SetupProblem(
            f"{path} belongs to another user ({_name_of(owner)}), who may know or change its content: run "
            "Storytroupe as that user, give another --data folder, or, if you trust the content, make it "
            "yours with chown."
        )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
