"""Draws the cover from the heroes' reference pictures."""

from __future__ import annotations

import structlog

from actors.pictures import PICTURES, draw, picture_slots
from actors.references import Given, likenesses, references_of_heroes
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.scene_art import plan_picture
from actors.story import STORY, load_story
from service.domain.prompts import Reference
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy

SPEC = ActorSpec(
    group="cover", kind=STORY, timeout=800, retry=RetryPolicy(3), pool=PICTURES, slots=picture_slots
)

_log = structlog.get_logger()


async def perform(context: Context) -> Outcome:
    """Draw the cover from the heroes' own reference images, or from their character sheet."""
    story = await load_story(context)
    context.progress(10)
    analysis = story.direction.analysis(0)
    if analysis.frame is None:
        references = [Given(Reference("sheet"), data) for data in await references_of_heroes(context, story)]
    else:
        references = await likenesses(context, story, analysis.staged(story.brief.characters))
    _log.info("Generating cover with GLOBAL_STYLE, references, and validation", references=len(references))
    return await draw(context, story, await plan_picture(context, story, 0, references))
