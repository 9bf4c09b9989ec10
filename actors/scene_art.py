"""Composes the request for a cover or a scene from the analysis, the palette step and the motif (pass 3)."""

from __future__ import annotations

from actors.pictures import Plan, picture_size
from actors.runtime.context import Context
from actors.story import Story
from service.domain.direction import quiet_direction
from service.domain.prompts import picture_prompt
from service.domain.story import SceneAnalysis, StoryBrief
from service.providers.protocols import PictureAsk


async def plan_picture(context: Context, story: Story, index: int, references: list[bytes]) -> Plan:
    """Plan the cover (``index`` 0) or a scene, and publish its palette step and motif to the listeners."""
    direction = story.direction
    await context.checkpoint(
        33,
        paletteStep=direction.palette_step(index).name,
        motif=direction.palette.motif,
        analysisComplete=story.directed is not None,
    )

    def ask(feedback: str | None, gently: bool) -> PictureAsk:
        return picture_ask(context, story, index, feedback=feedback, gently=gently)

    return Plan(ask, references, is_cover=index == 0, words=_words(story, index))


def picture_ask(
    context: Context, story: Story, index: int, *, feedback: str | None = None, gently: bool = False
) -> PictureAsk:
    """The request for the cover (``index`` 0) or for a scene."""
    direction, brief = story.direction, story.brief
    palette, motif = direction.palette_step(index), direction.palette.motif
    shown = _gentler(story, index) if gently else direction.analysis(index)
    painted = _gentle(brief) if gently else brief
    look = context.deps.settings.global_style
    return PictureAsk(
        subject="scene" if index else "cover",
        index=index,
        title=story.content.title,
        characters=painted.characters,
        analysis=shown,
        palette=palette,
        motif=motif,
        prompt=picture_prompt(painted, shown, palette, motif, global_style=look, feedback=feedback),
        style=painted.style,
        instructions=painted.instructions,
        feedback=feedback,
        seed=brief.seed,
        size=picture_size(context),
    )


def _words(story: Story, index: int) -> tuple[str, ...]:
    """The text of a scene and the description of its picture. Empty for the cover, which belongs to no
    page."""
    if index == 0:
        return ()
    beat = story.content.beats[index - 1]
    return (beat.text, beat.alt)


def _gentler(story: Story, index: int) -> SceneAnalysis:
    """An analysis of the scene from the story's text alone, without the director's analysis."""
    return quiet_direction(story.content).analysis(index)


def _gentle(brief: StoryBrief) -> StoryBrief:
    """The brief without the user's free text about the picture. This text may be the reason why the provider
    refused the request."""
    return brief.model_copy(update={"instructions": None, "style": None})
