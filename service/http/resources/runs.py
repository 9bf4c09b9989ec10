"""Runs of a story after its first: resume, regenerate, and bringing back what was made before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web
from pydantic.alias_generators import to_snake

from service.access.quota import reserve_again
from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import RegenerateRequest, ResumeRequest
from service.api.responses import Items, RunStarted, Version
from service.db.discarded import discard
from service.db.pool import Connection
from service.domain.lineage import all_assets, is_public, plan_regenerate
from service.errors import Conflict, NotFound
from service.http.app.keys import BACKLOG, REQUEST_ID, SERVICES, USERS
from service.http.io.bodies import enveloped, read_given, read_raw_and_body, success
from service.http.io.once import answer_once
from service.http.io.paths import asset_of, story_id_of, version_of
from service.http.resources.stories import state_of
from service.jobs.jobs import release, resume, unfinished
from service.runtime.ledger import allow_once_more
from service.runtime.runs import note_request
from service.runtime.settlement import settle
from service.stories import runs
from service.stories.queries import current_file, get_story, live_status, story_jobs


async def resume_story(request: web.Request, caller: Identity) -> web.Response:
    """Set unfinished work going again, under the same task_id; what is ready is used as it is, but for
    books that lacked what is now made: these are bound again by a run of their own."""
    raw, body = await read_raw_and_body(request, ResumeRequest, optional=True)
    story_id = story_id_of(request)

    async def effect(connection: Connection) -> str:
        await get_story(connection, story_id)
        if body.budget_usd is not None:
            await runs.set_budget(connection, story_id, body.budget_usd)
        await _resume(connection, request, story_id, caller.user_id)
        return enveloped(state_of(await get_story(connection, story_id)))

    return await answer_once(request, caller, raw, effect)


async def _resume(connection: Connection, request: web.Request, story_id: UUID, user_id: UUID) -> None:
    moves = resume(unfinished(await story_jobs(connection, story_id)))
    if not moves:
        raise Conflict("There is nothing to go on with: every part is ready or being made.",
                       code="NOTHING_TO_RESUME")  # fmt: skip
    # Settled first: the aggregate's lock comes before the user's row.
    settled = await settle(connection, request.app[SERVICES].kinds, moves)
    await allow_once_more(connection, [story_id])
    if not settled.steps:
        raise Conflict("The story changed meanwhile; look again.", code="NOTHING_TO_RESUME")
    await note_request(connection, (step.after for step in settled.steps), request[REQUEST_ID])
    await runs.bind_again(connection, story_id, request[REQUEST_ID])
    await reserve_again(connection, user_id, story_id)


async def regenerate(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/assets/regenerate: a run over some assets; it costs no story credit."""
    story_id, given = story_id_of(request), await read_given(request, RegenerateRequest)
    raw, body, problems = given.raw, given.body, given.problems
    if body is None:
        raise invalid(problems + await _wrong_beside(request, caller, raw, {path for path, _ in problems}))
    await request.app[BACKLOG].admit(caller.user_id)
    collected: list[str] = []

    async def effect(connection: Connection) -> str:
        desk = await runs.take_up(connection, story_id, request[REQUEST_ID])
        if wrong := _check_assets(body.asset_types, desk.scene_count):
            raise invalid(wrong)
        if "content" not in body.asset_types:
            _ = desk.written
        run = await _make_again(connection, desk, body)
        # Only text that was given up and paid back is paid for again.
        await reserve_again(connection, caller.user_id, story_id)
        collected.extend(await runs.collect_versions(connection, story_id))
        return enveloped(await started(connection, run, story_id))

    answer = await answer_once(request, caller, raw, effect, status=HTTPStatus.ACCEPTED)
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, collected)
    return answer


async def _make_again(connection: Connection, desk: runs.Desk, body: RegenerateRequest) -> runs.Run:
    """Let the held jobs among the assets go on in their own run, and open a run for the others."""
    held = [
        desk.standing[name] for name in body.asset_types if name in desk.standing and desk.standing[name].held
    ]
    moves = release(held)
    if moves:
        await allow_once_more(connection, [desk.aggregate.id])
        await note_request(connection, held, desk.request_id)
    others = set(body.asset_types) - {job.name for job in held}
    if not others:
        settled = await runs.change(connection, desk, moves)
        return runs.Run(held[0].run_id, tuple(job.name for job in held), settled)
    later = plan_regenerate(
        desk.jobs,
        desk.scene_count,
        others,
        nonce=str(uuid4()),
        cascade=body.cascade,
        character_sheet=desk.lacks_references,
    )
    return await runs.open_run(connection, desk, later, moves)


async def started(connection: Connection, run: runs.Run, story_id: UUID) -> RunStarted:
    """What is said of a run that has been written down."""
    row = await get_story(connection, story_id)
    state = live_status(row)
    return RunStarted(
        id=story_id,
        status=row["status"],
        version=row["version"],
        asset_generation_status=state,
        task_id=run.task_id,
        assets=[name for name in run.names if is_public(name)],
        stale=[name for name, asset in state["assets"].items() if asset.get("stale")],
    )


def _check_assets(names: Sequence[Any], scene_count: int) -> list[Problem]:
    """What is no asset of such a story."""
    known = all_assets(scene_count)
    told = f"An asset of this story is one of {', '.join(known)}."
    return [(f"assetTypes.{index}", told) for index, name in enumerate(names) if name not in known]


async def _wrong_beside(
    request: web.Request, caller: Identity, raw: Mapping[str, Any], told: Set[str]
) -> list[Problem]:
    """The wrong names of assets in a body that is not valid for other reasons, but those ``told`` of."""
    names = raw.get("assetTypes", raw.get("asset_types"))
    if not isinstance(names, list):
        return []
    try:
        async with request.app[USERS].acting(caller.user_id) as connection:
            story = await get_story(connection, story_id_of(request))
    except NotFound:
        return []
    wrong = _check_assets(names, story["scene_count"])
    return [one for one in wrong if one[0] not in told and to_snake(one[0]) not in told]


async def versions(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}/assets/{asset}/versions"""
    story_id, asset = story_id_of(request), asset_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
        rows = await runs.versions(connection, story_id, asset)
    if not rows:
        raise NotFound("This asset has no files.", code="ASSET_NOT_FOUND")
    path = f"/api/v1/stories/{story_id}/assets/{asset}"
    items = [Version(**row, url=f"{path}?version={row['version']}") for row in rows]
    return success(Items[Version](items=items))


async def restore(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/assets/{asset}/versions/{version}/restore"""
    story_id, asset = story_id_of(request), asset_of(request)
    store = request.app[SERVICES].store

    async def effect(connection: Connection) -> str:
        desk = await runs.take_up(connection, story_id)
        await current_file(connection, story_id, asset)
        settled = await runs.restore(
            connection, desk, asset, version_of(request), lambda key: store.url(story_id, asset, key)
        )
        return enveloped(await started(connection, runs.Run(None, (asset,), settled), story_id))

    return await answer_once(request, caller, {}, effect)
