"""Routes for image jobs. An image job makes all pictures of a story again. A story has at most one open image
job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from service.access.tokens import Identity
from service.api.requests import ImagesOfStory, ImagesRequest, OfStory
from service.api.responses import Cleared, ImageJob, ImageJobBegun
from service.db.pool import Connection
from service.domain.lineage import LOOK
from service.domain.story import StoryBrief
from service.http.app.keys import BACKLOG, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import enveloped, flat, read_body, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paths import story_id_of
from service.http.resources.runs import answer_change
from service.http.resources.warnings import warned
from service.providers.wishes import unmet_in_pictures
from service.stories import images
from service.telemetry.context import about

Shape = Callable[[BaseModel], str]


async def generate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/images/generate: make all pictures again; 409 while they are being made."""
    raw, body = await read_raw_and_body(request, ImagesRequest, optional=True)
    return await _generate(request, caller, raw, story_id_of(request), body, enveloped)


async def generate_of_body(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/generate_images: the source document defines this path and the answer."""
    raw, body = await read_raw_and_body(request, ImagesOfStory)
    return await _generate(request, caller, raw, body.story_id, body, flat)


async def clear(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/images/clear: end the image job of a story."""
    return await _clear(request, caller, story_id_of(request), enveloped)


async def clear_of_body(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/clear_image_job: the source document defines this path and the answer."""
    body = await read_body(request, OfStory)
    return await _clear(request, caller, body.story_id, flat)


async def job(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/images/job: read the newest image job of a story."""
    story_id = story_id_of(request)
    row = await request.app[USERS].run(
        caller.user_id, lambda connection: images.newest_job(connection, story_id)
    )
    return success(ImageJob(**row))


async def _generate(
    request: web.Request,
    caller: Identity,
    raw: Mapping[str, Any],
    story_id: UUID,
    body: ImagesRequest,
    shape: Shape,
) -> web.Response:
    about(aggregate=story_id)
    await request.app[BACKLOG].admit(caller.user_id)
    look = body.model_dump(include=set(LOOK), exclude_none=True)
    wishes = warned(unmet_in_pictures(StoryBrief(characters=(), **look), request.app[SETTINGS]))
    kinds = request.app[SERVICES].kinds

    async def work(connection: Connection) -> tuple[images.ImageJobs, ImageJobBegun]:
        done = await images.generate(connection, kinds, story_id, look=look, request_id=request[REQUEST_ID])
        return done, ImageJobBegun(**(done.newest or {}), **dict(wishes))

    return await answer_change(request, caller, raw, work, status=HTTPStatus.ACCEPTED, shape=shape)


async def _clear(request: web.Request, caller: Identity, story_id: UUID, shape: Shape) -> web.Response:
    async def effect(connection: Connection) -> str:
        done = await images.clear(connection, request.app[SERVICES].kinds, story_id)
        last = ImageJob(**done.newest) if done.newest is not None else None
        return shape(Cleared(story_id=story_id, cleared=int(done.cleared), job=last))

    return await respond_idempotently(request, caller, {"story_id": str(story_id)}, effect)
