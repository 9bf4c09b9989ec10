"""Makes the files of a data folder private to their owner."""

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

#: The umask of this process and of its children. It hides new files from all other users.
UMASK = 0o077
_FILE, _FOLDER = 0o600, 0o700
#: The mode of a folder that PostgreSQL's user must pass through. Other users cannot list such a folder.
_PASSED_THROUGH = 0o711


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read. An older file is replaced atomically."""
    part = path.with_name(f"{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    with open_private(part) as file:
        file.write(text.encode())
    part.replace(path)


def open_private(path: Path) -> IO[bytes]:
    """Open a new private file for writing bytes. It replaces an older file."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _FILE), "wb")


def make_private(folder: Path, *, passed_through: bool = False) -> None:
    """Make a folder private, and create it if necessary. With ``passed_through``, other users may pass
    through it but not list it."""
    mode = _PASSED_THROUGH if passed_through else _FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    _close(folder, mode)


def close_contents(folder: Path) -> None:
    """Make the files and folders in a folder private, because earlier versions did not. Other users can then
    not reach the content of inner folders. Files of other users do not change."""
    for entry in folder.iterdir():
        if not entry.is_symlink() and entry.stat().st_uid == os.geteuid():
            _close(entry, _FOLDER if entry.is_dir() else _FILE)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 == mode:
        return
    try:
        path.chmod(mode)
    except OSError as problem:
        _log.warning("other users can read this folder", path=str(path), error=problem.strerror)


def demand_own(path: Path, owners: Collection[int] | None = None) -> None:
    """Raise ``SetupProblem`` if a file or folder exists and belongs neither to this user nor to ``owners``.
    Its owner could know its content and change it."""
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
