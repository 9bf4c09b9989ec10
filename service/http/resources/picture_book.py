"""``POST /api/v1/novels/{id}/picture-book``: a story of a novel, through the same use case as any story."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import read_as
from service.api.requests import PictureBookRequest, StoryRequest
from service.api.responses import PictureBook
from service.domain.offline import OFFLINE
from service.http.app.keys import SETTINGS, USERS
from service.http.io.bodies import enveloped, read_raw_and_body, success
from service.http.io.paths import novel_id_of
from service.http.resources.creation import make_story
from service.http.resources.warnings import warned
from service.novels.picture_book import story_request
from service.novels.reading import read_tree


async def make(request: web.Request, caller: Identity) -> web.Response:
    """Make the story, or show its request with ``preview``."""
    raw, body = await read_raw_and_body(request, PictureBookRequest, optional=True)
    novel_id = novel_id_of(request)
    tree, _ = await request.app[USERS].run(caller.user_id, lambda connection: read_tree(connection, novel_id))
    settings = request.app[SETTINGS]
    asked = story_request(
        tree,
        body.people,
        body.chapters,
        offline=settings.text_provider == OFFLINE,
        paged="scene_count" not in body.story,
    )
    wanted = {**asked.request, **body.story}
    warnings = warned([one for one in asked.warnings if one.field not in body.story])
    story = read_as(StoryRequest, wanted)
    if body.preview:
        return success(PictureBook(request=wanted, **dict(warnings)), status=HTTPStatus.OK)
    return await make_story(
        request,
        caller,
        story,
        raw,
        lambda made: enveloped(PictureBook(request=wanted, story=made, **dict(warnings))),
    )
