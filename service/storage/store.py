"""Where files are kept: one protocol, under one contract suite.

Keys are ``user_{user_id}/story_{story_id}/{asset}-{first 16 of its SHA-256}.{ext}``, those of a
character's pictures ``user_{user_id}/character_{character_id}/reference-….jpg``, so that a file under
a key never changes, and may be cached for ever.
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
    """A file that is in the store: verified to be there, with this SHA-256 (hex)."""

    key: str
    hash: str
    bytes: int
    media_type: str


class Store(Protocol):
    """Files by key. Raises ``NotFound`` for what is not there, ``Unavailable`` where it cannot tell."""

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store whole or not at all; the same key may be put again with the same bytes."""
        ...

    async def get(self, key: str) -> bytes: ...

    async def has(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Delete; what is not there is no error. A key that ends with a slash is a folder's: all under it."""
        ...

    def url(self, story_id: UUID, asset: str, key: str) -> str:
        """Where a client finds the file."""
        ...

    async def link(self, key: str, *, saved_as: str = "") -> str | None:
        """A URL of another host that gives the file's bytes to whoever has it, for an hour at least;
        None where only our own service gives them. ``saved_as``: a Content-Disposition to ask for."""
        ...


def served_path(story_id: UUID, asset: str, key: str) -> str:
    """Where our own service gives the file; the hash lets it be cached until there is another."""
    version = PurePosixPath(key).stem.rsplit("-", 1)[-1]
    return f"/api/v1/stories/{story_id}/assets/{asset}?v={version}"


def is_of(user_id: UUID, key: str) -> bool:
    """Whether a file is in the user's own folder, as every file of a user is."""
    return key.startswith(user_folder(user_id))


def user_folder(user_id: UUID) -> str:
    """Where all files of a user are."""
    return f"user_{user_id}/"


def story_folder(user_id: UUID, story_id: UUID) -> str:
    """Where all files of a story are."""
    return f"user_{user_id}/story_{story_id}/"


def character_folder(user_id: UUID, character_id: UUID) -> str:
    """Where all pictures of a character are."""
    return f"user_{user_id}/character_{character_id}/"


def story_key(user_id: UUID, story_id: UUID, asset: str, data: bytes, media_type: str) -> Stored:
    """Where a file of a story belongs, before it is stored."""
    return _place(f"{story_folder(user_id, story_id)}{asset}", data, media_type)


def character_key(user_id: UUID, character_id: UUID, data: bytes, media_type: str) -> Stored:
    """Where a picture of a character belongs, before it is stored."""
    return _place(f"{character_folder(user_id, character_id)}reference", data, media_type)


def _place(stem: str, data: bytes, media_type: str) -> Stored:
    digest = hashlib.sha256(data).hexdigest()
    return Stored(f"{stem}-{digest[:16]}.{EXTENSIONS[media_type]}", digest, len(data), media_type)
