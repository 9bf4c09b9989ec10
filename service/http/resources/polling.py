"""For those who poll: the source documents' paths and words, flat."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.responses import GenerationStatus, LegacyCreated, LegacyStatus, Status, StoryCreated
from service.domain.assets import INTERNAL
from service.domain.legacy import PENDING, legacy_status
from service.domain.projection import mean_progress, overall_of
from service.errors import NotFound
from service.http.app.keys import POLLS, USERS
from service.http.io.bodies import flat
from service.http.io.paths import story_id_of
from service.http.live.long_poll import Read
from service.http.resources import creation
from service.jobs.jobs import Job, latest_by_name
from service.stories.kind import story_channel
from service.stories.queries import newest_run, story_jobs


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /stories/"""
    return await creation.make_story(request, caller, _created)


async def status(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/status"""

    async def read() -> str:
        return flat(_status(await _assets(request, caller)))

    return await _answer(request, caller, read)


async def legacy(request: web.Request, caller: Identity) -> web.Response:
    """GET /stories/{id}/status: the source document's two fields, and no other"""

    async def read() -> str:
        told = legacy_status(await _assets(request, caller))
        return flat(LegacyStatus(status=told.status, status_message=told.status_message))

    return await _answer(request, caller, read)


async def generation_status(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/generation-status"""

    async def read() -> str:
        async with request.app[USERS].acting(caller.user_id) as connection:
            run = await newest_run(connection, story_id_of(request))
        fields = {name: run[name] for name in GenerationStatus.model_fields}
        return flat(GenerationStatus(**fields))

    return await _answer(request, caller, read)


async def _answer(request: web.Request, caller: Identity, read: Read) -> web.Response:
    channel = story_channel(story_id_of(request))
    return await request.app[POLLS].answer(request, caller.user_id, channel, read)


async def _assets(request: web.Request, caller: Identity) -> dict[str, Job]:
    """The newest job of each asset. Raises ``NotFound``: a story has had jobs from the first."""
    async with request.app[USERS].acting(caller.user_id) as connection:
        jobs = await story_jobs(connection, story_id_of(request))
    if not jobs:
        raise NotFound("There is no such story.", code="STORY_NOT_FOUND")
    return latest_by_name(jobs)


def _status(assets: dict[str, Job]) -> Status:
    told = legacy_status(assets)
    shown = [job for name, job in assets.items() if name not in INTERNAL]
    return Status(
        status=told.status,
        status_message=told.status_message,
        progress=mean_progress(shown),
        overall=overall_of(assets).value,
    )


def _created(story: StoryCreated) -> str:
    message = "Your story is about to begin."
    warned = {"warnings": story.warnings, "warning_details": story.warning_details}
    return flat(LegacyCreated(story_id=story.id, status=PENDING, status_message=message, **warned))
