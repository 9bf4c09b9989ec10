"""Image jobs: all pictures of a story anew, one job at a time for each story.

The database refuses a second job, not a check before it. One of which nothing has been heard
for five minutes is cleared by the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web
from pydantic import BaseModel

from service.access.tokens import Identity
from service.api.requests import ImagesOfStory, ImagesRequest, OfStory
from service.api.responses import Cleared, ImageJob, ImageJobBegun
from service.db.discarded import discard
from service.db.pool import Connection
from service.domain.lineage import LOOK, plan_images
from service.domain.story import StoryBrief
from service.errors import NotFound
from service.http.app.keys import BACKLOG, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import enveloped, flat, read_body, read_raw_and_body, success
from service.http.io.once import answer_once
from service.http.io.paths import story_id_of
from service.http.resources.warnings import warned
from service.providers.wishes import unmet_in_pictures
from service.stories import runs
from service.stories.queries import get_story
from service.telemetry.context import about

Shape = Callable[[BaseModel], str]


async def generate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/images/generate"""
    raw, body = await read_raw_and_body(request, ImagesRequest, optional=True)
    return await _generate(request, caller, raw, story_id_of(request), body, enveloped)


async def generate_of_body(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/generate_images, as the source document has it"""
    raw, body = await read_raw_and_body(request, ImagesOfStory)
    return await _generate(request, caller, raw, body.story_id, body, flat)


async def clear(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/images/clear"""
    return await _clear(request, caller, story_id_of(request), enveloped)


async def clear_of_body(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/clear_image_job, as the source document has it"""
    body = await read_body(request, OfStory)
    return await _clear(request, caller, body.story_id, flat)


async def job(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/images/job"""
    story_id = story_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
        row = await runs.image_job(connection, story_id)
    if row is None:
        raise NotFound("No pictures of this story were ever asked for.", code="IMAGE_JOB_NOT_FOUND")
    return success(ImageJob(**runs.job_row(row)))


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
    collected: list[str] = []

    async def effect(connection: Connection) -> str:
        await runs.clear_images(connection, request.app[SERVICES].kinds, story_id, silent=True)
        desk = await runs.take_up(connection, story_id, request[REQUEST_ID])
        later = plan_images(
            desk.jobs, desk.scene_count, nonce=str(uuid4()), look=look, character_sheet=desk.lacks_references
        )
        await runs.open_run(connection, desk, later, needs_text=True)
        collected.extend(await runs.collect_versions(connection, story_id))
        begun = await _newest(connection, story_id)
        return shape(ImageJobBegun(**dict(begun), **dict(wishes)))

    answer = await answer_once(request, caller, raw, effect, status=HTTPStatus.ACCEPTED)
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, collected)
    return answer


async def _newest(connection: Connection, story_id: UUID) -> ImageJob:
    row = await runs.image_job(connection, story_id)
    assert row is not None
    return ImageJob(**runs.job_row(row))


async def _clear(request: web.Request, caller: Identity, story_id: UUID, shape: Shape) -> web.Response:
    async def effect(connection: Connection) -> str:
        settled = await runs.clear_images(connection, request.app[SERVICES].kinds, story_id)
        row = await runs.image_job(connection, story_id)
        last = ImageJob(**runs.job_row(row)) if row is not None else None
        return shape(Cleared(story_id=story_id, cleared=int(settled.told), job=last))

    return await answer_once(request, caller, {"story_id": str(story_id)}, effect)
