"""Characters of a user and their pictures: uploaded by a person, or copied from a book.

``door`` opens transactions of the user. Files are written and read outside these transactions. If a function
returns keys, the caller must delete the files under these keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from service.db import characters as kept
from service.db.discarded import discard, note_folder
from service.db.pool import Connection, Database, Door
from service.domain.references import (
    Images,
    ReferenceImage,
    Source,
    image_of,
    with_approved,
    with_image,
    without_image,
)
from service.domain.story import Character
from service.errors import Conflict, NotFound
from service.storage.pictures import MEDIA_TYPE, Plain
from service.storage.store import Store, character_folder, character_key


async def change_character(
    connection: Connection, id_: UUID, change: Callable[[Character], Character]
) -> asyncpg.Record:
    """Change a character under its lock. Returns its row. Raises ``NotFound``."""
    row = await kept.get_character(connection, id_, lock=True)
    return await kept.store_character(connection, id_, change(kept.character_of(row)))


async def delete_character(door: Door, database: Database, user_id: UUID, id_: UUID) -> list[str]:
    """Delete a character with its pictures. Stories with this character stay unchanged. Raises
    ``NotFound``."""
    async with door() as connection:
        await kept.get_character(connection, id_)
    await note_folder(database, character_folder(user_id, id_))
    async with door() as connection:
        return await kept.delete_character(connection, id_)


async def remove_image(connection: Connection, id_: UUID, image_id: UUID) -> str:
    """Remove a picture from a character. Returns the picture's key. Raises ``NotFound``."""
    before = kept.images_of(await kept.get_character(connection, id_, lock=True))
    gone = image_of(before, image_id)
    await kept.store_images(connection, id_, without_image(before, gone.id))
    return gone.key


async def approve_image(connection: Connection, id_: UUID, image_id: UUID | None) -> Images:
    """Approve one picture of a character, so that later books are drawn from this picture only. If
    ``image_id`` is None, books are drawn from all pictures of the character. Returns the pictures. Raises
    ``NotFound``."""
    return await _change_images(connection, id_, lambda images: with_approved(images, image_id))


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of a user's characters in the store."""

    door: Door
    database: Database
    store: Store
    user_id: UUID

    async def add(self, id_: UUID, plain: Plain, source: Source) -> ReferenceImage:
        """Store a picture of a character, then record the picture in the database. If the database refuses
        the record, the file is deleted again.

        Raises ``NotFound``, and ``Conflict`` if the character has too many pictures.
        """
        stored = character_key(self.user_id, id_, plain.data, MEDIA_TYPE)
        image = ReferenceImage(
            id=uuid4(),
            key=stored.key,
            hash=stored.hash,
            bytes=stored.bytes,
            media_type=MEDIA_TYPE,
            width=plain.width,
            height=plain.height,
            source=source,
            added_at=datetime.now(UTC),
        )
        await self.store.put(stored.key, plain.data, MEDIA_TYPE)
        try:
            async with self.door() as connection:
                images = await _change_images(connection, id_, lambda images: with_image(images, image))
        except (Conflict, NotFound):
            await discard(self.database, self.store.delete, [stored.key])
            raise
        return next(one for one in images if one.hash == image.hash)

    async def take_over(
        self, id_: UUID, story_id: UUID, decode: Callable[[bytes], Awaitable[Plain]]
    ) -> ReferenceImage:
        """Copy a character's sheet from a book. The copy stays when the book is deleted. Raises the same
        errors as ``add``."""
        async with self.door() as connection:
            await kept.get_character(connection, id_)
            sheet = await kept.sheet_of_book(connection, id_, story_id)
        if sheet is None:
            raise NotFound(
                "This book has no picture that shows this character alone. Only a book with one hero, who "
                "has no picture yet, gets such a picture.",
                code="SHEET_NOT_FOUND",
            )
        return await self.add(id_, await decode(await self.store.get(sheet["key"])), "book")


async def _change_images(connection: Connection, id_: UUID, change: Callable[[Images], Images]) -> Images:
    """Change a character's pictures under its lock. Returns the new pictures."""
    now = change(kept.images_of(await kept.get_character(connection, id_, lock=True)))
    await kept.store_images(connection, id_, now)
    return now
