"""``POST /api/v1/stories`` and ``POST /stories/``: create a story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web

from service.access.tokens import OPERATOR, Identity
from service.api.requests import StoryRequest
from service.api.responses import LegacyCreated, StoryCreated
from service.background.nudges import OUTBOX, QUEUE
from service.db.pool import Connection
from service.domain.legacy import PENDING
from service.domain.wishes import Unmet
from service.errors import Forbidden
from service.http.app.keys import BACKLOG, FORECASTS, REQUEST_ID, SETTINGS
from service.http.io.bodies import enveloped, flat, read_given
from service.http.io.idempotency import respond_idempotently
from service.http.resources.naming import errors_by_field, input_of, read_story
from service.http.resources.warnings import story_warnings, warned
from service.providers.estimate import Estimator
from service.stories.creation import CreatedStory, create
from service.stories.forecasts import budget_warnings
from service.stories.kind import story_channel

#: A function that returns the body of the answer about the new story.
Shape = Callable[[StoryCreated], str]


async def make(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories: make a story."""
    return await _make(request, caller, enveloped)


async def make_flat(request: web.Request, caller: Identity) -> web.Response:
    """POST /stories/: create a story. The source document defines the form of the answer."""
    return await _make(request, caller, _legacy)


async def _make(request: web.Request, caller: Identity, shape: Shape) -> web.Response:
    """Create the story that the body describes. Answers 201 with the story in the form that ``shape``
    makes."""
    given = await read_given(request, StoryRequest)
    body = await read_story(request, caller, given)
    with_fields = partial(errors_by_field, given)
    return await make_story(request, caller, body, given.raw, shape, errors=with_fields)


async def make_story(
    request: web.Request,
    caller: Identity,
    body: StoryRequest,
    raw: Mapping[str, Any],
    shape: Shape,
    *,
    errors: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> web.Response:
    """Create a story. Returns an answer 201 with the body that ``shape`` makes.

    ``raw`` is the body of the request. If a request repeats an ``Idempotency-Key``, it must have the same
    body. ``errors`` makes a context in which the story is created. It adds to an error the names of the
    request's fields that caused the error.
    """
    if body.priority != "normal" and not caller.operator:
        raise Forbidden(f"The priority {body.priority} needs a token with the scope {OPERATOR!r}.")
    await request.app[BACKLOG].admit(caller.user_id)
    estimator = None if body.budget_usd is None else await request.app[FORECASTS].estimator()

    async def effect(connection: Connection) -> str:
        with errors():
            created = await create(connection, caller.user_id, input_of(body), request_id=request[REQUEST_ID])
        warnings = story_warnings(body, created.brief, request.app[SETTINGS])
        return shape(_created(created, warnings + _of_budget(body, created, estimator)))

    return await respond_idempotently(
        request, caller, raw, effect, status=HTTPStatus.CREATED, topics=(QUEUE, OUTBOX)
    )


def _of_budget(body: StoryRequest, created: CreatedStory, estimator: Estimator | None) -> list[Unmet]:
    if estimator is None:
        return []
    return budget_warnings(estimator.book(created.brief, assets=body.generate_assets), body.budget_usd)


def _created(created: CreatedStory, warnings: list[Unmet]) -> StoryCreated:
    return StoryCreated(
        id=created.id,
        status="generating",
        asset_generation_status=created.state,
        realtime_channel=story_channel(created.id),
        task_id=created.task_id,
        **dict(warned(warnings)),
    )


def _legacy(story: StoryCreated) -> str:
    message = "Your story is about to begin."
    warned = {"warnings": story.warnings, "warning_details": story.warning_details}
    return flat(LegacyCreated(story_id=story.id, status=PENDING, status_message=message, **warned))
