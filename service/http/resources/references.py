"""The pictures of a character: given by a person, or taken over from a book; one of them approved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID, uuid4

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.requests import ApprovalBody
from service.api.responses import Deleted, Items, Reference
from service.db import characters as kept
from service.db.discarded import discard
from service.db.pool import Connection
from service.domain.references import (
    Images,
    ReferenceImage,
    Source,
    image_of,
    with_approved,
    with_image,
    without_image,
)
from service.errors import Conflict, Forbidden, NotFound
from service.http.app.keys import DECODERS, SERVICES, SETTINGS, UPLOADS, USERS
from service.http.io.bodies import read_body, success
from service.http.io.paths import character_id_of, reference_id_of
from service.http.io.uploads import take_upload
from service.http.resources.assets import answer_with_file
from service.storage.picture_process import decode_apart
from service.storage.pictures import MEDIA_TYPE, Plain
from service.storage.store import character_key

DRAWING, PHOTOGRAPH = "drawing", "photograph"


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/characters/{id}/references"""
    id_ = character_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        images = kept.images_of(await kept.get_character(connection, id_))
    return success(Items[Reference](items=[shown(id_, image) for image in images]))


async def add(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/characters/{id}/references: the bytes as they are, or a form with an ``image``.

    ``declared`` says what it is, in the query or the form: a ``drawing`` (or a painting, a toy), or a
    ``photograph`` of a person, which is refused unless the service's settings allow it.
    """
    id_ = character_id_of(request)
    # A place before a byte is read: what waits holds memory and disk.
    with request.app[UPLOADS].share(caller.user_id) as share:
        share.take(1)
        async with request.app[USERS].acting(caller.user_id) as connection:
            await kept.get_character(connection, id_)
        async with take_upload(request) as given:
            _check_declared(given.declared, photographs=request.app[SETTINGS].photographs)
            async with request.app[DECODERS].place(caller.user_id):
                plain = await decode_apart(await asyncio.to_thread(given.read))
        image = await _keep(request, caller.user_id, id_, plain, "upload")
    return success(shown(id_, image), status=HTTPStatus.CREATED)


async def show(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/characters/{id}/references/{reference}: the picture itself, for its owner alone."""
    async with request.app[USERS].acting(caller.user_id) as connection:
        row = await kept.get_character(connection, character_id_of(request))
    image = image_of(kept.images_of(row), reference_id_of(request))
    return await answer_with_file(request, caller.user_id, image.model_dump(), row["name"])


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/characters/{id}/references/{reference}"""
    id_ = character_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        before = kept.images_of(await kept.get_character(connection, id_, lock=True))
        gone = image_of(before, reference_id_of(request))
        await kept.store_images(connection, id_, without_image(before, gone.id))
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, [gone.key])
    return success(Deleted(id=gone.id))


async def approve(request: web.Request, caller: Identity) -> web.Response:
    """PUT /api/v1/characters/{id}/approved-reference: later books draw no sheet, but from this one."""
    id_, body = character_id_of(request), await read_body(request, ApprovalBody)
    image_id = body.image_id
    if body.story_id is not None:
        image_id = (await _take_over(request, caller.user_id, id_, body.story_id)).id
    async with request.app[USERS].acting(caller.user_id) as connection:
        images = await _change(connection, id_, lambda images: with_approved(images, image_id))
    return success(Items[Reference](items=[shown(id_, image) for image in images]))


def shown(character_id: UUID, image: ReferenceImage) -> Reference:
    """A picture as it is answered, with where its bytes are."""
    fields = image.model_dump(exclude={"key"})
    return Reference(**fields, url=f"/api/v1/characters/{character_id}/references/{image.id}")


async def _take_over(request: web.Request, user_id: UUID, id_: UUID, story_id: UUID) -> ReferenceImage:
    """Copy the sheet of a book, so that it outlives the book."""
    async with request.app[USERS].acting(user_id) as connection:
        await kept.get_character(connection, id_)
        sheet = await kept.sheet_of_book(connection, id_, story_id)
    if sheet is None:
        raise NotFound(
            "This book has no picture that shows this character alone: a sheet is drawn for a book of one "
            "hero that has none yet.",
            code="SHEET_NOT_FOUND",
        )
    async with request.app[DECODERS].place(user_id):
        plain = await decode_apart(await request.app[SERVICES].store.get(sheet["key"]))
    return await _keep(request, user_id, id_, plain, "book")


async def _keep(
    request: web.Request, user_id: UUID, id_: UUID, plain: Plain, source: Source
) -> ReferenceImage:
    """Store a picture, then write it down; what cannot be written down is not left in the store."""
    stored, services = character_key(user_id, id_, plain.data, MEDIA_TYPE), request.app[SERVICES]
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
    await services.store.put(stored.key, plain.data, MEDIA_TYPE)
    try:
        async with request.app[USERS].acting(user_id) as connection:
            images = await _change(connection, id_, lambda images: with_image(images, image))
    except (Conflict, NotFound):
        await discard(services.database, services.store.delete, [stored.key])
        raise
    return next(one for one in images if one.hash == image.hash)


async def _change(connection: Connection, id_: UUID, change: Callable[[Images], Images]) -> Images:
    """Change a character's pictures under its lock. Returns what they are now."""
    now = change(kept.images_of(await kept.get_character(connection, id_, lock=True)))
    await kept.store_images(connection, id_, now)
    return now


def _check_declared(declared: str, *, photographs: bool) -> None:
    if declared not in (DRAWING, PHOTOGRAPH):
        raise invalid([("declared", f"Say what the picture is: {DRAWING} or {PHOTOGRAPH}.")])
    if declared == PHOTOGRAPH and not photographs:
        raise Forbidden(
            "Photographs of people are not taken here. Give a drawing, or a picture of a toy or a doll.",
            code="PHOTOGRAPH_REFUSED",
        )
