"""The store in a local folder, which is the default."""

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

#: How often a folder is created again. Another caller may delete the folder because it is still empty.
_TRIES = 100
#: Errors of the system that are not temporary: a person must fix their cause.
_LASTING = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EINVAL}
)


class FileStore:
    """A store of files in one folder. Each write is atomic and survives a crash.

    ``tries``: the total number of tries of a put.
    """

    def __init__(self, folder: Path, *, cdn_base_url: str = "", tries: int = TRIES) -> None:
        self._folder = folder.resolve()
        self._cdn = cdn_base_url.rstrip("/")
        self._tries = tries

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store a file: write a temporary file, flush it to the disk, and rename it. Raises
        ``Unavailable``."""
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
        """The bytes of a file. Raises ``NotFound`` and ``Unavailable``."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND") from error

    async def has(self, key: str) -> bool:
        """Whether the file exists. Raises ``Unavailable``."""
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        """Delete a file, and then the folders above it that became empty, because their names contain ids."""
        path = self._path(key)
        await asyncio.to_thread(_delete_folder if key.endswith("/") else _delete_file, path)
        await asyncio.to_thread(_delete_empty, path.parent, self._folder)

    def url(self, story_id: UUID, asset: str, key: str) -> str:
        """The path of this service under which clients find the file."""
        if self._cdn:
            return f"{self._cdn}/{key}"
        return served_path(story_id, asset, key)

    async def link(self, key: str, *, saved_as: str = "") -> str | None:
        """None, because only this service serves the files."""
        return f"{self._cdn}/{key}" if self._cdn else None

    def _path(self, key: str) -> Path:
        """The path of the file under a key. Raises ``NotFound`` for a key whose path is outside the
        folder."""
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
    """Delete the folder and the empty folders above it, below ``top``.

    Stops at the first folder that is not empty. A folder that receives a file at this moment also counts as
    not empty.
    """
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
    """Create a temporary file in the folder. Creates the folder again if another caller deletes it as
    empty."""
    for left in reversed(range(_TRIES)):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return tempfile.mkstemp(dir=folder, prefix=".part-")
        except (FileNotFoundError, FileExistsError):
            # The folder was deleted after it was created, or while it was checked.
            if not left:
                raise
    raise AssertionError("unreachable")
