"""``PATCH /api/v1/stories/{id}/content``: change the text of a story. Only assets that show the changed text
are made again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import ContentPatch
from service.api.responses import RunStarted
from service.db.pool import Connection
from service.http.app.keys import BACKLOG, REQUEST_ID, SETTINGS
from service.http.io.bodies import Given, read_given
from service.http.io.paths import story_id_of
from service.http.resources.runs import answer_change, started, wrong_beside
from service.http.resources.warnings import warned
from service.providers.wishes import unmet_by_edit
from service.stories import editing
from service.stories.remaking import Changed


async def change(request: web.Request, caller: Identity) -> web.Response:
    """Store the changed text. Assets that no longer match the text are marked as stale, or made again with
    ``rebuild``."""
    story_id, given = story_id_of(request), await read_given(request, ContentPatch)
    body = given.body
    if body is None:
        raise invalid(
            given.problems + await wrong_beside(request, caller, lambda story: _wrong(story, given))
        )
    if body.rebuild or body.cascade:
        await request.app[BACKLOG].admit(caller.user_id)

    async def work(connection: Connection) -> tuple[Changed, RunStarted]:
        edited = await editing.edit(connection, story_id, _edit_of(body), request_id=request[REQUEST_ID])
        unmet = unmet_by_edit(edited.brief, edited.before, edited.after, edited.scenes, request.app[SETTINGS])
        response = started(edited.change).model_copy(update=dict(warned(unmet)))
        return edited.change, response

    return await answer_change(request, caller, given.raw, work)


def _edit_of(body: ContentPatch) -> editing.TextEdit:
    return editing.TextEdit(
        scenes=[editing.NewWords(beat.index, beat.text, beat.alt) for beat in body.beats],
        title=body.title,
        summary=body.summary,
        rebuild=body.rebuild,
        cascade=body.cascade,
        expected_version=body.expected_version,
    )


def _wrong(story: Mapping[str, Any], given: Given[ContentPatch]) -> list[Problem]:
    """Return problems about scenes that the story does not have. It is used for a body that also has other
    problems."""
    beats = given.values_of("beats").values()
    indices = [beat.get("index") if isinstance(beat, dict) else None for beat in beats]
    count = len(story["content"].get("beats", ()) or range(story["scene_count"]))
    return editing.unknown_scenes(indices, count)
