"""The references of pictures: the heroes' own images, their character sheet, the cover."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from actors.codecs import FindingsCodec
from actors.runtime.context import Context
from actors.story import Story, StoryTools
from service.domain.inspection import PHOTOGRAPH
from service.domain.prompts import Reference
from service.domain.story import Character
from service.errors import NotFound
from service.providers.protocols import Question
from service.runtime.ledger import Work

_log = structlog.get_logger()

_QUESTION = Question(PHOTOGRAPH)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is sent with a prompt, and what it shows."""

    shows: Reference
    data: bytes


async def likenesses(context: Context, story: Story, heroes: Sequence[Character]) -> list[Given]:
    """Pictures that say what these heroes look like: their own images, and the character sheet for those
    without any. The same rules apply to their images as in ``references_of_heroes``."""
    names: dict[str, list[str]] = {}
    for hero in heroes:
        for key in hero.reference_images:
            names.setdefault(key, []).append(hero.name)
    given = [
        Given(Reference("own", tuple(shown)), data)
        for key, shown in names.items()
        if (data := await _own(context, key)) is not None
    ]
    drawn = tuple(hero.name for hero in heroes if not hero.reference_images)
    sheets = await references_of(context, story, "character_sheet") if drawn else []
    return [*given, *(Given(Reference("sheet", drawn), data) for data in sheets)]


async def references_of(context: Context, story: Story, *assets: str) -> list[bytes]:
    """Fetch the pictures of these assets from the store. An asset without a picture is left out."""
    keys = [story.files[asset] for asset in assets if asset in story.files]
    return [await context.dependency(StoryTools).references.get(key) for key in keys]


async def references_of_heroes(context: Context, story: Story) -> list[bytes]:
    """The heroes' own reference images, or their character sheet, for a picture without a frame.

    Images that were deleted with their character are left out. Unless the settings allow photographs, an
    image that the validator identifies as a photograph of a person is also left out: the illustrator never
    receives it.
    """
    own = dict.fromkeys(key for character in story.brief.characters for key in character.reference_images)
    found = [data for key in own if (data := await _own(context, key)) is not None]
    return found or await references_of(context, story, "character_sheet")


async def _own(context: Context, key: str) -> bytes | None:
    try:
        data = await context.dependency(StoryTools).references.get(key)
    except NotFound:
        _log.info("reference.gone", note="The picture is drawn without it.")
        return None
    if context.deps.settings.photographs or not await _is_photograph(context, data):
        return data
    _log.warning("reference.photograph", note="The image shows a person, and is not used.")
    return None


async def _is_photograph(context: Context, data: bytes) -> bool:
    """Whether the validator identifies the image as a photograph of a person. False if the validator cannot
    answer: then the user's own statement counts."""
    vision = context.dependency(StoryTools).providers.vision
    shown = hashlib.sha256(data).hexdigest()
    (seen,) = await context.call(
        Work("reference", vision.model, [shown, PHOTOGRAPH], provider=vision.provider),
        FindingsCodec(),
        lambda: vision.look(data, (_QUESTION,)),
    )
    return seen.verdict == "present"
