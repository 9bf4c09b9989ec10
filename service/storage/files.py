"""The store in local files: the default."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from service.errors import NotFound
from service.storage.store import served_path
from service.storage.tries import TRIES, StoreFailed, tried

#: How often a folder is made that others delete, since it is empty, before there is a file in it.
_TRIES = 100
#: What does not pass by itself: a person has to mend it.
_LASTING = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EINVAL}
)


class FileStore:
    """Files under one folder. A write is whole or not there at all, and survives a crash.

    ``tries``: how often a put is tried in all.
    """

    def __init__(self, folder: Path, *, cdn_base_url: str = "", tries: int = TRIES) -> None:
        self._folder = folder.resolve()
        self._cdn = cdn_base_url.rstrip("/")
        self._tries = tries

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Write beside its place, flush to the disk, then move into place. Raises ``Unavailable``."""
        path = self._path(key)
        await tried(lambda: self._put(path, data), self._tries)

    async def _put(self, path: Path, data: bytes) -> None:
        try:
            await asyncio.to_thread(_write, path, data)
        except OSError as error:
            raise StoreFailed(
                f"The file could not be stored: {error.strerror}.", passing=error.errno not in _LASTING
            ) from error

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND") from error

    async def has(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        """With the folders above it that are empty then: their names are ids."""
        path = self._path(key)
        await asyncio.to_thread(_delete_folder if key.endswith("/") else _delete_file, path)
        await asyncio.to_thread(_delete_empty, path.parent, self._folder)

    def url(self, story_id: UUID, asset: str, key: str) -> str:
        if self._cdn:
            return f"{self._cdn}/{key}"
        return served_path(story_id, asset, key)

    async def link(self, key: str, *, saved_as: str = "") -> str | None:
        return f"{self._cdn}/{key}" if self._cdn else None

    def _path(self, key: str) -> Path:
        """The file of a key. Raises ``NotFound`` for a key that leads out of the folder."""
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder) or path == self._folder:
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND")
        return path


def _delete_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def _delete_folder(path: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(path)


def _delete_empty(folder: Path, top: Path) -> None:
    """The folder and those above it, below ``top``, up to the first that holds something: of that none is
    deleted, also not what is being put there in this moment."""
    while folder != top:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return
        folder = folder.parent


def _write(path: Path, data: bytes) -> None:
    handle, name = _begin(path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _begin(folder: Path) -> tuple[int, str]:
    """A new file in the folder, which is made again where it is deleted as empty meanwhile."""
    for left in reversed(range(_TRIES)):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return tempfile.mkstemp(dir=folder, prefix=".part-")
        except (FileNotFoundError, FileExistsError):
            # Gone after it was made, or just when it was looked at.
            if not left:
                raise
    raise AssertionError("unreachable")
