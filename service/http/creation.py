"""Making a story: one transaction in which it is all there, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID, uuid4

from aiohttp import web

from service.access.quota import reserve
from service.access.tokens import OPERATOR, Identity
from service.background.nudges import OUTBOX, QUEUE
from service.db.characters import find_characters
from service.db.pool import Connection
from service.db.sql import load
from service.db.stories import NewStory, create_story
from service.domain.assets import plan_build
from service.domain.channels import channel_of
from service.domain.story import StoryBrief
from service.errors import Forbidden, NotFound
from service.http.answers import StoryCreated
from service.http.bodies import json_response, read_object
from service.http.fields import read_as
from service.http.idempotency import REPLAYED, IdempotencyKey, Kept, key_of
from service.http.keys import BACKLOG, SERVICES, SETTINGS, USERS
from service.http.schemas import StoryRequest, story_warnings

_USERS = load("users")

#: Writes the body of an answer about the story that was made.
Shape = Callable[[StoryCreated], str]


async def make_story(request: web.Request, caller: Identity, shape: Shape) -> web.Response:
    """Make the story that the body asks for; 201 with it as ``shape`` shows it."""
    raw = await read_object(request)
    body = read_as(StoryRequest, raw)
    if body.priority != "normal" and not caller.operator:
        raise Forbidden(f"A priority of {body.priority} needs a token with the scope {OPERATOR!r}.")
    key = key_of(request, caller.user_id, raw)
    await request.app[BACKLOG].admit()
    warnings = story_warnings(body, offline=request.app[SETTINGS].text_provider == "offline")
    answer, replayed = await _make_once(request, caller, body, key, warnings, shape)
    if replayed:
        return json_response(answer, status=HTTPStatus.CREATED, headers={REPLAYED: "true"})
    request.app[SERVICES].nudges.send(QUEUE, OUTBOX)
    return json_response(answer, status=HTTPStatus.CREATED)


async def _make_once(
    request: web.Request,
    caller: Identity,
    body: StoryRequest,
    key: IdempotencyKey | None,
    warnings: list[str],
    shape: Shape,
) -> tuple[str, bool]:
    """The answer, and whether it is that of an earlier request with the same key."""
    async with request.app[USERS].acting(caller.user_id) as connection:
        kept = await key.take(connection) if key else None
        if kept is not None:
            return kept.body, True
        created = await _make(connection, caller.user_id, body, warnings)
        answer = shape(created)
        if key is not None:
            await key.keep(connection, Kept(HTTPStatus.CREATED, answer))
    return answer, False


async def _make(
    connection: Connection, user_id: UUID, body: StoryRequest, warnings: list[str]
) -> StoryCreated:
    brief = body.brief(await find_characters(connection, body.wanted_ids))
    library_id = await _library(connection, user_id, body.library_id)
    new = _planned(user_id, library_id, brief, body)
    await reserve(connection, user_id, new.id)
    state = await create_story(connection, new)
    return StoryCreated(
        id=new.id,
        status="generating",
        asset_generation_status=state,
        realtime_channel=channel_of("story", new.id),
        task_id=new.task_id,
        warnings=warnings,
    )


def _planned(user_id: UUID, library_id: UUID, brief: StoryBrief, body: StoryRequest) -> NewStory:
    sheet = any(not character.reference_images for character in brief.characters)
    plan = plan_build(brief.scene_count, character_sheet=sheet, assets=body.generate_assets)
    return NewStory(uuid4(), user_id, library_id, brief, plan, body.priority)


async def _library(connection: Connection, user_id: UUID, library_id: UUID | None) -> UUID:
    """The library asked for, or the default one. Raises ``NotFound``."""
    if library_id is None:
        return await default_library(connection, user_id)
    found: UUID | None = await connection.fetchval(_USERS["library"], library_id)
    if found is None:
        raise NotFound("There is no such library.", code="LIBRARY_NOT_FOUND")
    return found


async def default_library(connection: Connection, user_id: UUID) -> UUID:
    """The user's default library, made on first use."""
    made: UUID | None = await connection.fetchval(_USERS["default_library"], user_id)
    # Where another request made it meanwhile, that statement saw neither; the next one does.
    return made or await connection.fetchval(_USERS["default_library"], user_id)
