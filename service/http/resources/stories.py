"""``/api/v1/stories``: create, list, read, cancel, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from aiohttp import web

from service.access.tokens import Identity
from service.api.queries import StoriesQuery
from service.api.requests import StoryPatch
from service.api.responses import Cost, Deleted, Items, Story, StoryListed, StoryState
from service.background.nudges import JOBS_CANCELLED
from service.db.discarded import discard, note_folder
from service.db.libraries import move_story
from service.db.pool import Connection
from service.db.sql import load
from service.http.app.keys import SERVICES, USERS
from service.http.io.bodies import enveloped, read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import story_id_of
from service.http.io.queries import read_query
from service.http.resources import creation
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.runtime.kinds import Kinds
from service.runtime.settlement import Settled, settle
from service.storage.store import story_folder
from service.stories.kind import story_channel
from service.stories.queries import Wanted, find_stories, get_story, live_status, stories_listed, story_jobs

_STORIES, _ACCOUNTS, _KEYS = load("stories"), load("accounts"), load("idempotency")
_WANTED = {field.name for field in fields(Wanted)}


async def create(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories"""
    return await creation.make_story(request, caller, enveloped)


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories"""
    query = read_query(StoriesQuery, request)
    page = page_of(query, order=query.sort.replace("title", "title_key"))
    wanted = Wanted(**query.model_dump(include=_WANTED))
    async with request.app[USERS].acting(caller.user_id) as connection:
        places = await find_stories(
            connection, caller.user_id, wanted=wanted, order=page.order, after=page.after, limit=page.rows
        )
        rows = await stories_listed(connection, [place["id"] for place in places[: page.limit]])
    return success(
        Items[StoryListed](items=[_listed(row) for row in rows], next_cursor=page.next_cursor(places))
    )


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}"""
    async with request.app[USERS].acting(caller.user_id) as connection:
        row = await get_story(connection, story_id_of(request))
    return success(_whole(row))


async def move(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/stories/{id}"""
    story_id, body = story_id_of(request), await read_body(request, StoryPatch)
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
        await move_story(connection, story_id, body.library_id)
        row = await get_story(connection, story_id)
    return success(state_of(row))


async def cancel(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/cancel; what has ended stays as it is."""
    services, story_id = request.app[SERVICES], story_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        settled = await _cancel_open(connection, services.kinds, story_id)
        row = await get_story(connection, story_id)
    services.settler.nudge(settled)
    return success(state_of(row))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/stories/{id}: what runs is cancelled, so that credit which is due comes back."""
    services, story_id = request.app[SERVICES], story_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
    await note_folder(services.database, story_folder(caller.user_id, story_id))
    async with request.app[USERS].acting(caller.user_id) as connection:
        await get_story(connection, story_id)
        await _cancel_open(connection, services.kinds, story_id)
        keys = await _files(connection, story_id)
        await connection.execute(_STORIES["delete_story"], story_id)
        await connection.execute(_KEYS["forget_story"], caller.user_id, str(story_id))
    services.nudges.send(JOBS_CANCELLED)
    await discard(services.database, services.store.delete, keys)
    return success(Deleted(id=story_id))


async def _cancel_open(connection: Connection, kinds: Kinds, story_id: UUID) -> Settled:
    """Cancel all open jobs, the last in the graph first: else the first would skip the rest."""
    jobs = await story_jobs(connection, story_id)
    open_jobs = [job.id for job in jobs if not job.status.final]
    return await settle(connection, kinds, [Move(id_, JobStatus.CANCELLED) for id_ in reversed(open_jobs)])


async def _files(connection: Connection, story_id: UUID) -> list[str]:
    files = await connection.fetch(_STORIES["files_of_story"], story_id)
    paid = await connection.fetch(_ACCOUNTS["paid_files"], story_id)
    return sorted({row["key"] for row in files} | {row["result_key"] for row in paid})


def _whole(row: Mapping[str, Any]) -> Story:
    state = live_status(row)
    return Story(
        id=row["id"],
        library_id=row["library_id"],
        status=row["status"],
        version=row["version"],
        title=row["title"],
        content=_content(row, state["assets"]),
        asset_generation_status=state,
        asset_generation_started_at=row["asset_generation_started_at"],
        asset_generation_completed_at=row["asset_generation_completed_at"],
        hue_extracted_colors=row["hue_extracted_colors"],
        audio_words=row["audio_words"],
        audio_blocks=row["audio_blocks"],
        activities=row["activities"],
        cost=Cost(
            usd=row["cost_usd"],
            set_aside_usd=row["set_aside_usd"],
            calls=row["calls"],
            budget_usd=row["brief"].get("budget_usd"),
        ),
        brief=row["brief"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        realtime_channel=story_channel(row["id"]),
    )


def _content(row: Mapping[str, Any], assets: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """The text as it is read; how its pictures are set is the troupe's own affair. Each ``alt`` says what
    is in the picture that stands, where that is known."""
    content, drawn = row["content"], {name: asset.get("alt") for name, asset in assets.items()}
    if not content:
        return None
    return {
        "title": content.get("title"),
        "summary": content.get("summary"),
        "language": content.get("language") or row["brief"].get("language"),
        "cover_alt": drawn.get("cover") or content.get("cover_alt"),
        "beats": [_beat(beat, drawn.get(f"scene_{beat['index']}")) for beat in content.get("beats", ())],
    }


def _beat(beat: Mapping[str, Any], drawn: str | None) -> dict[str, Any]:
    """As ``Beat.alt_of`` has it, of whatever is stored: a newer process may have written it."""
    alt = beat["alt"] if beat.get("described") or not drawn else drawn
    return {"index": beat["index"], "text": beat["text"], "alt": alt}


def _listed(row: Mapping[str, Any]) -> StoryListed:
    state = row["asset_generation_status"]
    assets = state["assets"]
    return StoryListed(
        id=row["id"],
        library_id=row["library_id"],
        status=row["status"],
        overall=state["overall"],
        progress=sum(asset["progress"] for asset in assets.values()) // max(1, len(assets)),
        version=row["version"],
        title=row["title"],
        summary=row["summary"],
        cover_url=assets.get("cover", {}).get("url"),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        realtime_channel=story_channel(row["id"]),
    )


def state_of(row: Mapping[str, Any]) -> StoryState:
    return StoryState(
        id=row["id"],
        status=row["status"],
        version=row["version"],
        asset_generation_status=live_status(row),
    )
