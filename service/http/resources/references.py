"""Routes for the reference pictures of a character. They are uploaded or copied from a book. At most one is
approved."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import invalid
from service.api.requests import ApprovalBody
from service.api.responses import Deleted, Items, Reference
from service.db.characters import get_character, images_of
from service.db.discarded import discard
from service.domain.references import ReferenceImage, image_of
from service.errors import Forbidden
from service.http.app.keys import DECODERS, SERVICES, SETTINGS, UPLOADS, USERS
from service.http.io.bodies import read_body, success
from service.http.io.paths import character_id_of, reference_id_of
from service.http.io.uploads import take_upload
from service.http.resources.assets import answer_with_file
from service.storage.picture_process import decode_apart
from service.storage.pictures import Plain
from service.stories.characters import Gallery, approve_image, remove_image

DRAWING, PHOTOGRAPH = "drawing", "photograph"


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/characters/{id}/references: list the reference pictures of a character."""
    id_ = character_id_of(request)
    row = await request.app[USERS].run(caller.user_id, lambda connection: get_character(connection, id_))
    return success(Items[Reference](items=[shown(id_, image) for image in images_of(row)]))


async def add(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/characters/{id}/references: the body is the picture, or a form with the part ``image``.

    ``declared``, in the query or the form, says what the picture shows. A ``drawing`` is also a painting or a
    picture of a toy. A ``photograph`` of a person is refused unless the settings of the service allow it.
    """
    id_ = character_id_of(request)
    # The request waits for its slot before it reads any byte, because an upload that waits would use memory
    # and disk.
    with request.app[UPLOADS].share(caller.user_id) as share:
        share.take(1)
        await request.app[USERS].run(caller.user_id, lambda connection: get_character(connection, id_))
        async with take_upload(request) as given:
            _check_declared(given.declared, photographs=request.app[SETTINGS].photographs)
            async with request.app[DECODERS].slot(caller.user_id):
                plain = await decode_apart(await asyncio.to_thread(given.read))
        image = await _gallery(request, caller).add(id_, plain, "upload")
    return success(shown(id_, image), status=HTTPStatus.CREATED)


async def show(request: web.Request, caller: Identity) -> web.StreamResponse:
    """GET /api/v1/characters/{id}/references/{reference}: the picture. Only its owner can read it."""
    id_ = character_id_of(request)
    row = await request.app[USERS].run(caller.user_id, lambda connection: get_character(connection, id_))
    image = image_of(images_of(row), reference_id_of(request))
    return await answer_with_file(request, caller.user_id, image.model_dump(), row["name"])


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/characters/{id}/references/{reference}: delete a reference picture of a character."""
    id_, image_id = character_id_of(request), reference_id_of(request)
    key = await request.app[USERS].run(
        caller.user_id, lambda connection: remove_image(connection, id_, image_id)
    )
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, [key])
    return success(Deleted(id=image_id))


async def approve(request: web.Request, caller: Identity) -> web.Response:
    """PUT /api/v1/characters/{id}/approved-reference: later books are drawn from this picture, and need no
    character sheet."""
    id_, body = character_id_of(request), await read_body(request, ApprovalBody)
    image_id = body.image_id

    async def decode(data: bytes) -> Plain:
        async with request.app[DECODERS].slot(caller.user_id):
            return await decode_apart(data)

    if body.story_id is not None:
        image_id = (await _gallery(request, caller).take_over(id_, body.story_id, decode)).id
    images = await request.app[USERS].run(
        caller.user_id, lambda connection: approve_image(connection, id_, image_id)
    )
    return success(Items[Reference](items=[shown(id_, image) for image in images]))


def shown(character_id: UUID, image: ReferenceImage) -> Reference:
    """Return a reference picture in the form of the API, with the URL of its file."""
    fields = image.model_dump(exclude={"key"})
    return Reference(**fields, url=f"/api/v1/characters/{character_id}/references/{image.id}")


def _gallery(request: web.Request, caller: Identity) -> Gallery:
    services, door = request.app[SERVICES], request.app[USERS].door(caller.user_id)
    return Gallery(door, services.database, services.store, caller.user_id)


def _check_declared(declared: str, *, photographs: bool) -> None:
    if declared not in (DRAWING, PHOTOGRAPH):
        raise invalid([("declared", f"This must say what the picture is: {DRAWING} or {PHOTOGRAPH}.")])
    if declared == PHOTOGRAPH and not photographs:
        raise Forbidden(
            "Photographs of people are not accepted. Send a drawing, or a picture of a toy or a doll.",
            code="PHOTOGRAPH_REFUSED",
        )
