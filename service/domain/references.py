"""The reference pictures of characters, and the choice of the pictures that books are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from service.domain.story import Value
from service.errors import Conflict, NotFound

#: The greatest number of reference pictures of a character. With four heroes, this is the most that a picture
#: model accepts.
MOST_IMAGES = 4

Source = Literal["upload", "book"]


class ReferenceImage(Value):
    """A picture of one character in the store. If it is ``approved``, books are drawn from this picture
    only."""

    id: UUID
    key: str
    hash: str
    bytes: int
    media_type: str
    width: int
    height: int
    source: Source
    approved: bool = False
    added_at: datetime


Images = tuple[ReferenceImage, ...]


def for_books(images: Sequence[ReferenceImage]) -> tuple[str, ...]:
    """Return the keys of a character's pictures that the illustrator of a book sees: the approved pictures,
    or all pictures if none is approved."""
    approved = tuple(image.key for image in images if image.approved)
    return approved or tuple(image.key for image in images)


def with_image(images: Images, new: ReferenceImage) -> Images:
    """Return the pictures with a new picture added. If the same picture exists already, nothing changes.

    Raises ``Conflict`` (TOO_MANY_IMAGES) if the character has the maximum number of pictures.
    """
    if any(image.hash == new.hash for image in images):
        return images
    if len(images) >= MOST_IMAGES:
        raise Conflict(
            f"A character has at most {MOST_IMAGES} pictures. Delete one first.", code="TOO_MANY_IMAGES"
        )
    return (*images, new)


def without_image(images: Images, id_: UUID) -> Images:
    """Return the pictures without the picture of this id. Raises ``NotFound`` if it does not exist."""
    _ = image_of(images, id_)
    return tuple(image for image in images if image.id != id_)


def with_approved(images: Images, id_: UUID | None) -> Images:
    """Return the pictures, of which only the picture with this id is approved. With None, no picture is
    approved. Raises ``NotFound`` if the picture does not exist."""
    if id_ is not None:
        _ = image_of(images, id_)
    return tuple(image.model_copy(update={"approved": image.id == id_}) for image in images)


def image_of(images: Sequence[ReferenceImage], id_: UUID) -> ReferenceImage:
    """Return the picture with this id. Raises ``NotFound`` if it does not exist."""
    for image in images:
        if image.id == id_:
            return image
    raise NotFound("This character does not have a picture with this id.", code="IMAGE_NOT_FOUND")
