"""Making a story: one transaction in which it is all there, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID, uuid4

from aiohttp import web

from service.access.quota import find_credit
from service.access.tokens import OPERATOR, Identity
from service.api.requests import StoryRequest
from service.api.responses import StoryCreated
from service.background.nudges import OUTBOX, QUEUE
from service.db.pool import Connection
from service.domain.assets import plan_build
from service.domain.story import Character
from service.errors import Forbidden
from service.http.app.keys import BACKLOG, FORECASTS, REQUEST_ID, SETTINGS
from service.http.io.bodies import read_given
from service.http.io.once import answer_once
from service.http.resources.forecasts import budget_warnings
from service.http.resources.naming import find_named, read_story
from service.http.resources.warnings import story_warnings, warned
from service.providers.estimate import Estimator
from service.settings import Settings
from service.stories.create import NewStory, create_story
from service.stories.kind import story_channel
from service.telemetry.context import about

#: Writes the body of an answer about the story that was made.
Shape = Callable[[StoryCreated], str]


async def make_story(request: web.Request, caller: Identity, shape: Shape) -> web.Response:
    """Make the story that the body asks for; 201 with it as ``shape`` shows it."""
    given = await read_given(request, StoryRequest)
    raw, body = given.raw, await read_story(request, caller, given)
    if body.priority != "normal" and not caller.operator:
        raise Forbidden(f"A priority of {body.priority} needs a token with the scope {OPERATOR!r}.")
    await request.app[BACKLOG].admit(caller.user_id)
    settings = request.app[SETTINGS]
    estimator = None if body.budget_usd is None else await request.app[FORECASTS].estimator()

    async def effect(connection: Connection) -> str:
        characters = await find_named(connection, raw, body)
        new = _planned(caller.user_id, body, characters, await find_credit(connection, caller.user_id))
        new = replace(new, request_id=request[REQUEST_ID])
        # Whoever has the story's id finds its request in the log.
        about(aggregate=new.id)
        return shape(await _make(connection, new, body, settings, estimator))

    return await answer_once(request, caller, raw, effect, status=HTTPStatus.CREATED, topics=(QUEUE, OUTBOX))


async def _make(
    connection: Connection,
    new: NewStory,
    body: StoryRequest,
    settings: Settings,
    estimator: Estimator | None,
) -> StoryCreated:
    state = await create_story(connection, new)
    warnings = story_warnings(body, new.brief, settings)
    if estimator is not None:
        forecast = estimator.book(new.brief, assets=body.generate_assets)
        warnings += budget_warnings(forecast, body.budget_usd)
    return StoryCreated(
        id=new.id,
        status="generating",
        asset_generation_status=state,
        realtime_channel=story_channel(new.id),
        task_id=new.task_id,
        **dict(warned(warnings)),
    )


def _planned(user_id: UUID, body: StoryRequest, characters: Sequence[Character], from_pack: bool) -> NewStory:
    brief = body.brief(characters)
    sheet = any(not character.reference_images for character in brief.characters)
    plan = plan_build(brief.scene_count, character_sheet=sheet, assets=body.generate_assets)
    return NewStory(uuid4(), user_id, body.library_id, brief, plan, body.priority, from_pack=from_pack)
