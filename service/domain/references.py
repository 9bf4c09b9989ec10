"""The reference images of characters, and the choice of those that books are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from service.domain.story import Value
from service.errors import Conflict, NotFound

#: With four heroes, this number for each is the most that a picture model accepts.
MOST_IMAGES = 4

Source = Literal["upload", "book"]


class ReferenceImage(Value):
    """A picture of one character in the store. ``approved``: books are drawn from this picture only."""

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
    """The keys of the pictures that books are drawn from: the approved one, or all of them."""
    approved = tuple(image.key for image in images if image.approved)
    return approved or tuple(image.key for image in images)


def with_image(images: Images, new: ReferenceImage) -> Images:
    """The pictures with one more. If the same picture exists already, nothing changes.

    Raises ``Conflict`` (TOO_MANY_IMAGES) if the character has the most pictures allowed.
    """
    if any(image.hash == new.hash for image in images):
        return images
    if len(images) >= MOST_IMAGES:
        raise Conflict(
            f"A character has at most {MOST_IMAGES} pictures. Delete one first.", code="TOO_MANY_IMAGES"
        )
    return (*images, new)


def without_image(images: Images, id_: UUID) -> Images:
    """The pictures without one. Raises ``NotFound``."""
    _ = image_of(images, id_)
    return tuple(image for image in images if image.id != id_)


def with_approved(images: Images, id_: UUID | None) -> Images:
    """The pictures with only this one approved; with None, none is. Raises ``NotFound``."""
    if id_ is not None:
        _ = image_of(images, id_)
    return tuple(image.model_copy(update={"approved": image.id == id_}) for image in images)


def image_of(images: Sequence[ReferenceImage], id_: UUID) -> ReferenceImage:
    """One of the pictures. Raises ``NotFound``."""
    for image in images:
        if image.id == id_:
            return image
    raise NotFound("This character has no picture with this id.", code="IMAGE_NOT_FOUND")
