"""Creates a story. All rows are written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from service.db.characters import find_characters
from service.db.libraries import get_library
from service.db.pool import Connection
from service.domain.assets import plan_build
from service.domain.story import Character, StoryBrief
from service.errors import NotFound
from service.jobs.jobs import Priority
from service.stories.insert import NewStory, create_story
from service.stories.quota import find_credit
from service.telemetry.context import about


@dataclass(frozen=True, slots=True)
class StoryInput:
    """The story to create.

    ``brief`` contains the heroes that the request describes. In the story, the user's stored characters in
    ``character_ids`` come before these heroes. ``library_id`` None means the user's default library.
    """

    brief: StoryBrief
    character_ids: Sequence[UUID] = ()
    library_id: UUID | None = None
    generate_assets: bool = True
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class CreatedStory:
    """A created story with its complete brief. ``state`` is its ``asset_generation_status``."""

    id: UUID
    task_id: UUID
    brief: StoryBrief
    state: Mapping[str, Any]


class NamesUnknown(NotFound):
    """The library of an input does not exist, and neither do some of its characters. ``unknown`` contains an
    error for each of the two problems."""

    def __init__(self, unknown: Sequence[NotFound]) -> None:
        super().__init__(" ".join(error.message for error in unknown))
        self.unknown = unknown


async def create(
    connection: Connection, user_id: UUID, wanted: StoryInput, *, request_id: str = ""
) -> CreatedStory:
    """Insert a story, the quota credit that it uses, and its first run.

    The caller nudges the queue and the outbox afterwards.

    The user must exist, with a default library: ``Users.acting`` ensures that. Raises ``NotFound``
    (CHARACTER_NOT_FOUND, LIBRARY_NOT_FOUND), ``NamesUnknown`` if both problems occur, and ``QuotaExceeded``.
    """
    brief = await complete_brief(connection, wanted)
    new = NewStory(
        uuid4(),
        user_id,
        wanted.library_id,
        brief,
        plan_build(
            brief.scene_count,
            character_sheet=any(not character.reference_images for character in brief.characters),
            assets=wanted.generate_assets,
            extras=brief.extras,
        ),
        wanted.priority,
        from_pack=await find_credit(connection, user_id),
        request_id=request_id,
    )
    # The log connects the story's id to its request.
    about(aggregate=new.id)
    return CreatedStory(new.id, new.task_id, brief, await create_story(connection, new))


async def complete_brief(connection: Connection, wanted: StoryInput) -> StoryBrief:
    """The brief of an input, completed with the stored characters that the input names. If a character or the
    library does not exist, raises the same errors as ``create``."""
    characters, unknown = await find_named(connection, wanted.character_ids, wanted.library_id)
    if unknown:
        raise unknown[0] if len(unknown) == 1 else NamesUnknown(unknown)
    return wanted.brief.model_copy(update={"characters": (*characters, *wanted.brief.characters)})


async def find_named(
    connection: Connection, character_ids: Sequence[UUID], library_id: UUID | None
) -> tuple[list[Character], list[NotFound]]:
    """The characters in the order of ``character_ids``, and the errors: at most one for missing characters,
    and one for a missing library."""
    characters: list[Character] = []
    unknown: list[NotFound] = []
    try:
        characters = await find_characters(connection, character_ids)
    except NotFound as error:
        unknown.append(error)
    try:
        if library_id is not None:
            await get_library(connection, library_id)
    except NotFound as error:
        unknown.append(error)
    return characters, unknown
