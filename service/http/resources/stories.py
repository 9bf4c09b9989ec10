"""``/api/v1/stories``: routes that list, read, move, cancel and delete stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.api.queries import StoriesQuery
from service.api.requests import StoryPatch
from service.api.responses import Cost, Deleted, Items, Story, StoryListed, StoryState
from service.background.nudges import DELETED, JOBS_CANCELLED
from service.db.discarded import discard
from service.http.app.keys import SERVICES, USERS
from service.http.io.bodies import read_body, success
from service.http.io.paging import page_of
from service.http.io.paths import story_id_of
from service.http.io.queries import read_query
from service.stories import reading, removal
from service.stories.kind import story_channel
from service.stories.queries import Wanted, get_story, live_status

_WANTED = {field.name for field in fields(Wanted)}


async def index(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories: list your stories, by default newest first."""
    query = read_query(StoriesQuery, request)
    page = page_of(query, order=query.sort.replace("title", "title_key"))
    wanted = Wanted(**query.model_dump(include=_WANTED))
    positions, rows = await request.app[USERS].run(
        caller.user_id,
        lambda connection: reading.list_stories(
            connection, caller.user_id, wanted=wanted, order=page.order, after=page.after, limit=page.limit
        ),
    )
    return success(
        Items[StoryListed](items=[_listed(row) for row in rows], next_cursor=page.next_cursor(positions))
    )


async def show(request: web.Request, caller: Identity) -> web.Response:
    """GET /api/v1/stories/{id}: read a story with its text and the state of its assets."""
    story_id = story_id_of(request)
    row = await request.app[USERS].run(caller.user_id, lambda connection: get_story(connection, story_id))
    return success(_whole(row))


async def move(request: web.Request, caller: Identity) -> web.Response:
    """PATCH /api/v1/stories/{id}: move a story to another library."""
    story_id, body = story_id_of(request), await read_body(request, StoryPatch)
    row = await request.app[USERS].run(
        caller.user_id, lambda connection: reading.move(connection, story_id, body.library_id)
    )
    return success(state_of(row))


async def cancel(request: web.Request, caller: Identity) -> web.Response:
    """POST /api/v1/stories/{id}/cancel. Assets that have ended do not change."""
    services, story_id = request.app[SERVICES], story_id_of(request)
    settled, row = await request.app[USERS].run(
        caller.user_id, lambda connection: removal.cancel(connection, services.kinds, story_id)
    )
    services.settler.nudge(settled)
    return success(state_of(row))


async def delete(request: web.Request, caller: Identity) -> web.Response:
    """DELETE /api/v1/stories/{id}: delete a story and its files."""
    services, story_id = request.app[SERVICES], story_id_of(request)
    keys = await removal.delete(
        request.app[USERS].door(caller.user_id),
        database=services.database,
        kinds=services.kinds,
        user_id=caller.user_id,
        story_id=story_id,
    )
    services.nudges.send(JOBS_CANCELLED, DELETED)
    await discard(services.database, services.store.delete, keys)
    return success(Deleted(id=story_id))


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
    """Return the text in the form of the API, without the internal settings of its pictures. ``alt``
    describes the current picture, if that description is known."""
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
    """Return a scene in the form of the API. ``alt`` is chosen as in ``Beat.alt_of``. This works on the
    stored JSON, because a newer version of the service may have written it."""
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
    """Return the state of a story in the form of the API, made from its row."""
    return StoryState(
        id=row["id"],
        status=row["status"],
        version=row["version"],
        asset_generation_status=live_status(row),
    )
