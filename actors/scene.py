"""Draws a scene with the cover as the only reference, so that poses differ from scene to scene."""

from __future__ import annotations

from actors.pictures import PICTURES, draw, picture_slots
from actors.references import references_of, references_of_heroes
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.scene_art import plan_picture
from actors.story import STORY, load_story
from service.domain.assets import scene_number
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy

SPEC = ActorSpec(
    group="scene", kind=STORY, timeout=800, retry=RetryPolicy(3), pool=PICTURES, slots=picture_slots
)


async def perform(context: Context) -> Outcome:
    """Draw the scene with the cover as the reference. If no cover exists, use the heroes' own references. A
    setting makes both the cover and the heroes' references available."""
    story = await load_story(context)
    context.progress(10)
    references = await references_of(context, story, "cover")
    if not references or context.deps.settings.scene_references == "cover+refs":
        references += await references_of_heroes(context, story)
    index = scene_number(context.job.name) or 0
    return await draw(context, story, await plan_picture(context, story, index, references))
