"""Draws one reference picture of the heroes that have no reference images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actors.pictures import PICTURES, Plan, draw, picture_size, picture_slots
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, load_story
from service.domain.direction import quiet_direction
from service.domain.prompts import Reference, sheet_prompt
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.protocols import PictureAsk

SPEC = ActorSpec(
    group="character_sheet", kind=STORY, timeout=600, retry=RetryPolicy(3), pool=PICTURES, slots=picture_slots
)


async def perform(context: Context) -> Outcome:
    """Draw one picture of all heroes without reference images. The colours of this picture do not count as
    colours of the story."""
    story = await load_story(context)
    settings = context.deps.settings
    drawn = tuple(hero for hero in story.brief.characters if not hero.reference_images)
    brief = story.brief.model_copy(update={"characters": drawn or story.brief.characters})
    palette = quiet_direction(story.content).palette_step(0)
    context.progress(10)

    def ask(feedback: str | None, gently: bool, shows: Sequence[Reference]) -> PictureAsk:
        style = None if gently else brief.style
        return PictureAsk(
            subject="character_sheet",
            index=0,
            title=story.content.title,
            characters=brief.characters,
            analysis=None,
            palette=palette,
            motif="",
            prompt=sheet_prompt(
                brief.model_copy(update={"style": style}),
                global_style=settings.global_style,
                feedback=feedback,
                references=shows,
            ),
            style=style,
            feedback=feedback,
            seed=brief.seed,
            size=picture_size(context),
        )

    outcome = await draw(context, replace(story, brief=brief), Plan(ask, (), is_cover=False))
    return replace(outcome, patch={}) if isinstance(outcome, Done) else outcome
