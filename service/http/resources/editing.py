"""``PATCH /api/v1/stories/{id}/content``: a person changes the text, and only what shows it is made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from service.access.tokens import Identity
from service.api.fields import Problem, invalid
from service.api.requests import BeatPatch, ContentPatch
from service.db.discarded import discard
from service.db.pool import Connection
from service.domain.assets import scene_number
from service.domain.lineage import STALE_SCENES, Edit, Later, dependants, plan_edit, plan_regenerate
from service.domain.story import Beat, StoryContent
from service.errors import Conflict, NotFound
from service.http.app.keys import BACKLOG, REQUEST_ID, SERVICES, SETTINGS, USERS
from service.http.io.bodies import enveloped, read_given
from service.http.io.once import answer_once
from service.http.io.paths import story_id_of
from service.http.resources.runs import started
from service.http.resources.warnings import warned
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.providers.wishes import unmet_by_edit
from service.stories import runs
from service.stories.queries import get_story


async def change(request: web.Request, caller: Identity) -> web.Response:
    """Store the text; mark what no longer fits it, or make it again with ``rebuild``."""
    story_id, given = story_id_of(request), await read_given(request, ContentPatch)
    raw, body = given.raw, given.body
    if body is None:
        raise invalid(given.problems + await _wrong_beside(request, caller, raw))
    if body.rebuild or body.cascade:
        await request.app[BACKLOG].admit(caller.user_id)
    collected: list[str] = []

    async def effect(connection: Connection) -> str:
        desk = await runs.take_up(connection, story_id, request[REQUEST_ID])
        _check_version(body, desk.aggregate.version)
        edited, edit = _edited(desk.written, body, _drawn(desk))
        run = await _store(connection, desk, body, edited, edit)
        if run.task_id is not None:
            collected.extend(await runs.collect_versions(connection, story_id))
        told = await started(connection, run, story_id)
        scenes = edit.pictured
        unmet = unmet_by_edit(desk.brief, desk.written, edited, scenes, request.app[SETTINGS])
        return enveloped(told.model_copy(update=dict(warned(unmet))))

    answer = await answer_once(request, caller, raw, effect)
    services = request.app[SERVICES]
    await discard(services.database, services.store.delete, collected)
    return answer


def _check_version(body: ContentPatch, version: int) -> None:
    if body.expected_version is not None and body.expected_version != version:
        raise Conflict("The story has changed since you read it.", code="VERSION_CONFLICT", version=version)


async def _store(
    connection: Connection, desk: runs.Desk, body: ContentPatch, edited: StoryContent, edit: Edit
) -> runs.Run:
    if edited == desk.written:
        return runs.Run(None, (), await runs.change(connection, desk, []))
    later = _later(desk, body, edit)
    text = runs.text_of(desk)
    runs.refuse_open(desk, edit.outdates | later.names)
    moves = [
        Move(
            text.id,
            None,
            result={**text.result, "data": edited.public()},
            patch={"content": edited.model_dump(mode="json"), "title": edited.title},
        ),
        *_outdated(desk, edit),
    ]
    if not later.plan:
        return runs.Run(None, (), await runs.change(connection, desk, moves))
    return await runs.open_run(connection, desk, later, moves)


def _later(desk: runs.Desk, body: ContentPatch, edit: Edit) -> Later:
    """The run that the edit wants: none, the least, or everything that is made from the text."""
    if body.cascade:
        wanted = dependants(["content"], desk.scene_count) & desk.standing.keys()
        return plan_regenerate(desk.jobs, desk.scene_count, wanted, nonce=None, kind="edit")
    if body.rebuild:
        return plan_edit(desk.jobs, desk.scene_count, edit)
    return Later("edit", ())


def _outdated(desk: runs.Desk, edit: Edit) -> list[Move]:
    """What does not fit the text any more. It is marked also where a run makes it again at once:
    should that be cancelled, what there was stands, and is stale."""
    moves = runs.stale_marks(desk, edit.outdates)
    direction = desk.standing.get("direction")
    if direction is None or direction.status is not JobStatus.READY or not edit.pictured:
        return moves
    scenes = sorted(edit.pictured.union(direction.result.get(STALE_SCENES, ())))
    return [*moves, Move(direction.id, None, result={**direction.result, STALE_SCENES: scenes})]


def _drawn(desk: runs.Desk) -> dict[int, str]:
    """What is in the pictures that stand, where that is known, by scene."""
    numbered = {scene_number(name): job.result.get("alt") for name, job in desk.standing.items()}
    return {number: alt for number, alt in numbered.items() if number is not None and alt}


def _edited(content: StoryContent, body: ContentPatch, drawn: Mapping[int, str]) -> tuple[StoryContent, Edit]:
    """The text with the changes in it. Raises ``InvalidInput`` for a scene that it does not have."""
    given = {beat.index: beat for beat in body.beats}
    if wrong := _no_scenes([beat.index for beat in body.beats], len(content.beats)):
        raise invalid(wrong)
    beats = tuple(
        _reworded(beat, given.get(beat.index), beat.alt_of(drawn.get(beat.index))) for beat in content.beats
    )
    whole = body.model_dump(include={"title", "summary"}, exclude_none=True)
    edited = content.model_copy(update={**whole, "beats": beats})
    return edited, Edit(
        spoken=_differing([beat.text for beat in content.beats], [beat.text for beat in beats]),
        described=_differing(_shown(content.beats), _shown(beats)),
    )


def _no_scenes(indices: Sequence[Any], count: int) -> list[Problem]:
    """The indices for which the story has no scene; what is no number is told of elsewhere."""
    told = f"This story has the scenes 1 to {count}."
    return [
        (f"beats.{at}.index", told)
        for at, index in enumerate(indices)
        if type(index) is int and not 1 <= index <= count
    ]


async def _wrong_beside(request: web.Request, caller: Identity, raw: Mapping[str, Any]) -> list[Problem]:
    """The scenes that there are not, in a body that is not valid for other reasons."""
    beats = raw.get("beats")
    if not isinstance(beats, list):
        return []
    try:
        async with request.app[USERS].acting(caller.user_id) as connection:
            story = await get_story(connection, story_id_of(request))
    except NotFound:
        return []
    given = [beat.get("index") if isinstance(beat, dict) else None for beat in beats]
    return _no_scenes(given, len(story["content"].get("beats", ()) or range(story["scene_count"])))


def _reworded(beat: Beat, given: BeatPatch | None, shown: str) -> Beat:
    """The scene as it is given. An ``alt`` that is given back as it was ``shown`` changes nothing."""
    if given is None:
        return beat
    return beat.reworded(given.text, None if given.alt == shown else given.alt)


def _shown(beats: Sequence[Beat]) -> list[str]:
    return [beat.alt for beat in beats]


def _differing(before: Sequence[str], after: Sequence[str]) -> frozenset[int]:
    pairs = zip(before, after, strict=True)
    return frozenset(index for index, (old, new) in enumerate(pairs, 1) if old != new)
