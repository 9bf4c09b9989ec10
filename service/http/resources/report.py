"""``GET /api/v1/stories/{id}/report``: the checks of a book's pictures, and the cost of its calls."""

from __future__ import annotations

from aiohttp import web

from service.access.tokens import Identity
from service.api.responses import Report
from service.http.app.keys import SETTINGS, USERS
from service.http.io.bodies import success
from service.http.io.paths import story_id_of
from service.stories.reading import report


async def show(request: web.Request, caller: Identity) -> web.Response:
    """Answer with the report about the calls so far. The report is complete when the story has ended."""
    story_id = story_id_of(request)
    levels = request.app[SETTINGS].trait_levels
    found = await report(request.app[USERS].door(caller.user_id), story_id, levels)
    row, overall = found.story, found.story["asset_generation_status"]["overall"]
    about = {"story_id": story_id, "title": row["title"], "overall": overall}
    return success(Report(**dict(found.book), **about, budget_usd=found.brief.budget_usd))
