"""The protocol of all stores of files. One suite of contract tests tests every store.

Keys are ``user_{user_id}/story_{story_id}/{asset}-{first 16 of its SHA-256}.{ext}``. Keys of a character's
pictures are ``user_{user_id}/character_{character_id}/reference-….jpg``. Because a key contains the hash, the
file under a key never changes and can be cached forever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol
from uuid import UUID

from service.domain.media import EXTENSIONS

MEDIA_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """A verified file in the store. ``hash`` is its SHA-256 in hexadecimal digits."""

    key: str
    hash: str
    bytes: int
    media_type: str


class Store(Protocol):
    """A store of files by key. All methods raise ``NotFound`` if a file does not exist, and ``Unavailable``
    if the store does not answer."""

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store a file completely or not at all. A caller may put the same bytes under the same key again."""
        ...

    async def get(self, key: str) -> bytes:
        """The bytes of a file."""
        ...

    async def has(self, key: str) -> bool:
        """Whether the file exists."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a file. A file that does not exist is not an error. A key that ends with a slash deletes a
        whole folder."""
        ...

    def url(self, story_id: UUID, asset: str, key: str) -> str:
        """The URL or path under which clients find the file."""
        ...

    async def link(self, key: str, *, saved_as: str = "") -> str | None:
        """A URL at another host that gives read access to the file for at least an hour. None if only this
        service serves the file. ``saved_as`` is the Content-Disposition of the response."""
        ...


def served_path(story_id: UUID, asset: str, key: str) -> str:
    """The path under which this service serves the file. The path contains the hash, so that clients can
    cache the file until a new file exists."""
    version = PurePosixPath(key).stem.rsplit("-", 1)[-1]
    return f"/api/v1/stories/{story_id}/assets/{asset}?v={version}"


def is_of(user_id: UUID, key: str) -> bool:
    """Whether the file under a key belongs to the user. All files of a user are in the user's folder."""
    return key.startswith(user_folder(user_id))


def user_folder(user_id: UUID) -> str:
    """The folder of all files of a user."""
    return f"user_{user_id}/"


def story_folder(user_id: UUID, story_id: UUID) -> str:
    """The folder of all files of a story."""
    return f"user_{user_id}/story_{story_id}/"


def character_folder(user_id: UUID, character_id: UUID) -> str:
    """The folder of all pictures of a character."""
    return f"user_{user_id}/character_{character_id}/"


def story_key(user_id: UUID, story_id: UUID, asset: str, data: bytes, media_type: str) -> Stored:
    """The key, hash and size of a story's file. The function does not store the file."""
    return _place(f"{story_folder(user_id, story_id)}{asset}", data, media_type)


def character_key(user_id: UUID, character_id: UUID, data: bytes, media_type: str) -> Stored:
    """The key, hash and size of a character's picture. The function does not store the picture."""
    return _place(f"{character_folder(user_id, character_id)}reference", data, media_type)


def _place(stem: str, data: bytes, media_type: str) -> Stored:
    digest = hashlib.sha256(data).hexdigest()
    return Stored(f"{stem}-{digest[:16]}.{EXTENSIONS[media_type]}", digest, len(data), media_type)
