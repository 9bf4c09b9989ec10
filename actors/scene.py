"""Draws a scene with the cover as the only reference, so that poses differ from scene to scene."""

from __future__ import annotations

from actors.pictures import PICTURES, draw, picture_slots
from actors.references import Given, likenesses, references_of, references_of_heroes
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.scene_art import plan_picture
from actors.story import STORY, Story, load_story
from service.domain.assets import scene_number
from service.domain.prompts import Reference
from service.jobs.outcomes import Outcome
from service.jobs.retry import RetryPolicy

SPEC = ActorSpec(
    group="scene", kind=STORY, timeout=800, retry=RetryPolicy(3), pool=PICTURES, slots=picture_slots
)


async def perform(context: Context) -> Outcome:
    """Draw the scene with the cover as the reference. A hero whom the page stages and the cover lacks has a
    likeness beside it. If the picture is drawn again, all of its heroes have one; a setting sends them at
    once."""
    story = await load_story(context)
    context.progress(10)
    index = scene_number(context.job.name) or 0
    covers = await references_of(context, story, "cover")
    if story.direction.analysis(index).frame is None:
        return await _unframed(context, story, index, covers)
    heroes = story.direction.analysis(index).staged(story.brief.characters)
    painted = story.direction.analysis(0).staged(story.brief.characters) if covers else ()
    lacking = tuple(hero for hero in heroes if hero not in painted)
    shown = Reference("cover", tuple(hero.name for hero in heroes if hero in painted))
    cover = [Given(shown, data) for data in covers]
    wanted = lacking if context.deps.settings.scene_references == "cover" else heroes
    references = [*cover, *await likenesses(context, story, wanted)]
    plan = await plan_picture(context, story, index, references)
    return await draw(context, story, plan)


async def _unframed(context: Context, story: Story, index: int, covers: list[bytes]) -> Outcome:
    """Draw a scene that has no frame, as older versions did. If no cover exists, its references are those of
    the heroes."""
    references = covers
    if not references or context.deps.settings.scene_references != "cover":
        references = [*covers, *await references_of_heroes(context, story)]
    given = [Given(Reference("cover"), data) for data in references]
    return await draw(context, story, await plan_picture(context, story, index, given))
