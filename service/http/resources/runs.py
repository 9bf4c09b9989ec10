"""Routes that start later runs of a story: resume, regenerate, and restore an earlier version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel
from pydantic.alias_generators import to_snake

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import RegenerateRequest, ResumeRequest
from service.api.responses import Items, RunStarted, Version
from service.db.discarded import discard
from service.db.pool import Connection
from service.domain.lineage import is_public
from service.errors import NotFound
from service.http.app.keys import BACKLOG, REQUEST_ID, SERVICES, USERS
from service.http.io.bodies import Given, enveloped, read_given, read_raw_and_body, success
from service.http.io.idempotency import respond_idempotently
from service.http.io.paths import asset_of, story_id_of, version_of
from service.http.resources.stories import state_of
from service.stories import reading, remaking
from service.stories.images import ImageJobs
from service.stories.queries import get_story, live_status
from service.stories.remaking import Changed

C = TypeVar("C", Changed, ImageJobs)


async def resume_story(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/resume: make the assets that failed or were cancelled, in the same run
    (task_id)."""
    raw, body = await read_raw_and_body(request, ResumeRequest, optional=True)
    story_id = story_id_of(request)

    async def effect(connection: Connection) -> str:
        row = await remaking.resume_story(
            connection,
            request.app[SERVICES].kinds,
            caller.user_id,
            story_id,
            budget_usd=body.budget_usd,
            request_id=request[REQUEST_ID],
        )
        return enveloped(state_of(row))

    return await respond_idempotently(request, caller, raw, effect)


async def regenerate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/assets/regenerate: make some assets again. This does not count against the
    quota of stories."""
    story_id, given = story_id_of(request), await read_given(request, RegenerateRequest)
    body = given.body
    if body is None:
        raise invalid(
            given.problems + await wrong_beside(request, caller, lambda story: _wrong(story, given))
        )
    await request.app[BACKLOG].admit(caller.user_id)

    async def work(connection: Connection) -> tuple[Changed, RunStarted]:
        change = await remaking.regenerate(
            connection,
            caller.user_id,
            story_id,
            body.asset_types,
            cascade=body.cascade,
            look={"instructions": body.instructions} if body.instructions else {},
            request_id=request[REQUEST_ID],
        )
        return change, started(change)

    return await answer_change(request, caller, given.raw, work, status=HTTPStatus.ACCEPTED)


async def versions(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/assets/{asset}/versions: list the files that were made for an asset."""
    story_id, asset = story_id_of(request), asset_of(request)
    rows = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.versions(connection, story_id, asset)
    )
    path = f"/api/v1/stories/{story_id}/assets/{asset}"
    items = [Version(**row, url=f"{path}?version={row['version']}") for row in rows]
    return success(Items[Version](items=items))


async def restore(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/assets/{asset}/versions/{version}/restore: restore an earlier file."""
    story_id, asset = story_id_of(request), asset_of(request)

    async def work(connection: Connection) -> tuple[Changed, RunStarted]:
        change = await remaking.restore(
            connection, story_id, asset, version_of(request), url=request.app[SERVICES].store.url
        )
        return change, started(change)

    return await answer_change(request, caller, {}, work)


async def answer_change(
    request: web.Request,
    caller: Identity,
    raw: Mapping[str, Any],
    work: Callable[[Connection], Awaitable[tuple[C, BaseModel]]],
    *,
    status: int = HTTPStatus.OK,
    shape: Callable[[BaseModel], str] = enveloped,
) -> web.Response:
    """Answer as ``respond_idempotently`` does, and delete the files that the change leaves unused."""
    discarded: list[str] = []

    async def effect(connection: Connection) -> str:
        change, response = await work(connection)
        discarded.extend(change.discarded)
        return shape(response)

    answer = await respond_idempotently(request, caller, raw, effect, status=status)
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, discarded)
    return answer


async def wrong_beside(
    request: web.Request, caller: Identity, find: Callable[[Mapping[str, Any]], list[Problem]]
) -> list[Problem]:
    """Return further problems of an invalid body: problems that depend on the story in the path."""
    story_id = story_id_of(request)
    try:
        story = await request.app[USERS].run(
            caller.user_id, lambda connection: get_story(connection, story_id)
        )
    except NotFound:
        return []
    return find(story)


def started(change: Changed) -> RunStarted:
    """Return a stored run in the form of the API."""
    row, run, state = change.story, change.run, live_status(change.story)
    return RunStarted(
        id=row["id"],
        status=row["status"],
        version=row["version"],
        asset_generation_status=state,
        task_id=run.task_id,
        assets=[name for name in run.names if is_public(name)],
        stale=[name for name, asset in state["assets"].items() if asset.get("stale")],
    )


def _wrong(story: Mapping[str, Any], given: Given[RegenerateRequest]) -> list[Problem]:
    """Return problems about names that are not assets of the story. Names that already have a problem are
    skipped."""
    names = list(given.values_of("asset_types").values())
    wrong, refused = remaking.unknown_assets(names, story["scene_count"]), given.refused
    return [one for one in wrong if one[0] not in refused and to_snake(one[0]) not in refused]
