"""Routes for clients that poll the state of a story. The source documents define the paths and fields.
Answers have no envelope."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.responses import GenerationStatus, LegacyStatus, Status
from service.domain.assets import INTERNAL
from service.domain.legacy import legacy_status
from service.domain.projection import mean_progress, overall_of
from service.http.app.keys import POLLS, USERS
from service.http.io.bodies import flat
from service.http.io.paths import story_id_of
from service.http.live.long_poll import Read
from service.jobs.jobs import Job
from service.stories.kind import story_channel
from service.stories.queries import newest_run
from service.stories.reading import newest_jobs


async def status(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/status: read the state of a story, for clients that poll."""

    async def read() -> str:
        return flat(_status(await _assets(request, caller)))

    return await _answer(request, caller, read)


async def legacy(request: web.Request, caller: Identity) -> web.Response:
    """GET /stories/{id}/status: only the two fields of the source document."""

    async def read() -> str:
        legacy = legacy_status(await _assets(request, caller))
        return flat(LegacyStatus(status=legacy.status, status_message=legacy.status_message))

    return await _answer(request, caller, read)


async def generation_status(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/generation-status: read the newest run of a story."""

    async def read() -> str:
        story_id = story_id_of(request)
        run = await request.app[USERS].run(
            caller.user_id, lambda connection: newest_run(connection, story_id)
        )
        fields = {name: run[name] for name in GenerationStatus.model_fields}
        return flat(GenerationStatus(**fields))

    return await _answer(request, caller, read)


async def _answer(request: web.Request, caller: Identity, read: Read) -> web.Response:
    channel = story_channel(story_id_of(request))
    return await request.app[POLLS].answer(request, caller.user_id, channel, read)


async def _assets(request: web.Request, caller: Identity) -> dict[str, Job]:
    """Return the newest job of each asset of a story. Raises ``NotFound`` if the story does not exist."""
    story_id = story_id_of(request)
    return await request.app[USERS].run(caller.user_id, lambda connection: newest_jobs(connection, story_id))


def _status(assets: dict[str, Job]) -> Status:
    legacy = legacy_status(assets)
    shown = [job for name, job in assets.items() if name not in INTERNAL]
    return Status(
        status=legacy.status,
        status_message=legacy.status_message,
        progress=mean_progress(shown),
        overall=overall_of(assets).value,
    )
