"""``GET /api/v1/stories/{id}/report``: what a book's pictures were checked for, and what it cost."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.responses import Report
from service.domain.report import book_report
from service.domain.story import StoryBrief
from service.http.app.keys import SETTINGS, USERS
from service.http.io.bodies import success
from service.http.io.paths import story_id_of
from service.stories.queries import calls_of, get_story, live_status, made_by


async def show(request: web.Request, caller: Identity) -> web.Response:
    """What the ledger says, so far; whole once the story has ended."""
    story_id = story_id_of(request)
    async with request.app[USERS].acting(caller.user_id) as connection:
        row = await get_story(connection, story_id)
        calls = await calls_of(connection, story_id)
        files = await made_by(connection, story_id)
    brief = StoryBrief.model_validate(row["brief"])
    levels = request.app[SETTINGS].trait_levels
    told = book_report(brief, calls, live_status(row)["assets"], levels, made_by=files)
    overall = row["asset_generation_status"]["overall"]
    about = {"story_id": story_id, "title": row["title"], "overall": overall, "budget_usd": brief.budget_usd}
    return success(Report(**dict(told), **about))
