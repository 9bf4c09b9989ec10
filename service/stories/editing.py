"""Edits of a story's text by its user. Only the parts that show the changed text are made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.api.fields import Problem, invalid
from service.db.pool import Connection
from service.domain.assets import scene_number
from service.domain.lineage import STALE_SCENES, Edit, RunPlan, dependants, plan_edit, plan_regenerate
from service.domain.story import Beat, StoryBrief, StoryContent
from service.errors import Conflict
from service.jobs.jobs import Move
from service.jobs.states import JobStatus
from service.stories import runs
from service.stories.remaking import Changed, changed


@dataclass(frozen=True, slots=True)
class NewWords:
    """The new text of a scene and the new description of its picture. A value of None keeps the current
    value. Scenes are counted from 1."""

    scene: int
    text: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class TextEdit:
    """The changes of a story's text. A value of None keeps the current value.

    With ``rebuild``, the parts that show the changed text are made again at once. With ``cascade``, all parts
    that depend on the text are made again. ``expected_version`` is the version of the story that the client
    has read.
    """

    scenes: Sequence[NewWords] = ()
    title: str | None = None
    summary: str | None = None
    rebuild: bool = False
    cascade: bool = False
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """The result of an edit: the text before and after, and the scenes whose pictures must change."""

    change: Changed
    brief: StoryBrief
    before: StoryContent
    after: StoryContent
    scenes: frozenset[int]


async def edit(connection: Connection, story_id: UUID, wanted: TextEdit, *, request_id: str = "") -> Edited:
    """Store the changed text. The parts that no longer match the text are marked as stale or made again.

    Raises ``NotFound``, ``InvalidInput`` for a scene that does not exist, and ``Conflict`` (VERSION_CONFLICT,
    CONTENT_MISSING, RUN_IN_PROGRESS, IMAGE_JOB_RUNNING).
    """
    locked = await runs.lock_story(connection, story_id, request_id)
    _check_version(wanted, locked.aggregate.version)
    before = locked.written
    after, differing = _edited(before, wanted, _drawn(locked))
    run = await _store(connection, locked, wanted, after, differing)
    change = await changed(connection, run, story_id)
    return Edited(change, locked.brief, before, after, differing.pictured)


def unknown_scenes(indices: Sequence[Any], count: int) -> list[Problem]:
    """A problem for each index for which no scene exists. Indexes that are not numbers are ignored here,
    because other code reports them."""
    message = f"This story has the scenes 1 to {count}."
    return [
        (f"beats.{at}.index", message)
        for at, index in enumerate(indices)
        if type(index) is int and not 1 <= index <= count
    ]


def _check_version(wanted: TextEdit, version: int) -> None:
    if wanted.expected_version is not None and wanted.expected_version != version:
        raise Conflict("The story has changed since you read it.", code="VERSION_CONFLICT", version=version)


async def _store(
    connection: Connection, locked: runs.LockedStory, wanted: TextEdit, edited: StoryContent, edit: Edit
) -> runs.Run:
    if edited == locked.written:
        return runs.Run(None, (), await runs.change(connection, locked, []))
    plan = _run_plan(locked, wanted, edit)
    text = runs.text_of(locked)
    runs.refuse_open(locked, edit.outdates | plan.names)
    moves = [
        Move(
            text.id,
            None,
            result={**text.result, "data": edited.public()},
            patch={"content": edited.model_dump(mode="json"), "title": edited.title},
        ),
        *_outdated(locked, edit),
    ]
    if not plan.jobs:
        return runs.Run(None, (), await runs.change(connection, locked, moves))
    return await runs.open_run(connection, locked, plan, moves)


def _run_plan(locked: runs.LockedStory, wanted: TextEdit, edit: Edit) -> RunPlan:
    """The plan of the run that the edit requests: no run, the parts that show the changed text, or all parts
    that depend on the text."""
    if wanted.cascade:
        made = dependants(["content"], locked.scene_count) & locked.standing.keys()
        return plan_regenerate(locked.jobs, locked.scene_count, made, nonce=None, kind="edit")
    if wanted.rebuild:
        return plan_edit(locked.jobs, locked.scene_count, edit)
    return RunPlan("edit", ())


def _outdated(locked: runs.LockedStory, edit: Edit) -> list[Move]:
    """The moves that mark parts as stale because they no longer match the text.

    A part is marked even if a run makes it again at once. If this run is cancelled, the earlier part stays,
    and it is stale.
    """
    moves = runs.stale_marks(locked, edit.outdates)
    direction = locked.standing.get("direction")
    if direction is None or direction.status is not JobStatus.READY or not edit.pictured:
        return moves
    scenes = sorted(edit.pictured.union(direction.result.get(STALE_SCENES, ())))
    return [*moves, Move(direction.id, None, result={**direction.result, STALE_SCENES: scenes})]


def _drawn(locked: runs.LockedStory) -> dict[int, str]:
    """The descriptions of the current pictures, by scene. Pictures without a known description are left
    out."""
    numbered = {scene_number(name): job.result.get("alt") for name, job in locked.standing.items()}
    return {number: alt for number, alt in numbered.items() if number is not None and alt}


def _edited(content: StoryContent, wanted: TextEdit, drawn: Mapping[int, str]) -> tuple[StoryContent, Edit]:
    """The text of the story after the changes. Raises ``InvalidInput`` for a scene that does not exist."""
    if wrong := unknown_scenes([words.scene for words in wanted.scenes], len(content.beats)):
        raise invalid(wrong)
    given = {words.scene: words for words in wanted.scenes}
    beats = tuple(
        _reworded(beat, given.get(beat.index), beat.alt_of(drawn.get(beat.index))) for beat in content.beats
    )
    whole = {"title": wanted.title, "summary": wanted.summary}
    new = {name: text for name, text in whole.items() if text is not None}
    edited = content.model_copy(update={**new, "beats": beats})
    return edited, Edit(
        spoken=_differing([beat.text for beat in content.beats], [beat.text for beat in beats]),
        described=_differing([beat.alt for beat in content.beats], [beat.alt for beat in beats]),
    )


def _reworded(beat: Beat, given: NewWords | None, shown: str) -> Beat:
    """The scene after the change. A new ``alt`` that equals ``shown`` is not a change."""
    if given is None:
        return beat
    return beat.reworded(given.text, None if given.alt == shown else given.alt)


def _differing(before: Sequence[str], after: Sequence[str]) -> frozenset[int]:
    pairs = zip(before, after, strict=True)
    return frozenset(index for index, (old, new) in enumerate(pairs, 1) if old != new)
