"""Composes the request for a cover or a scene from the analysis, the palette step and the motif (pass 3)."""

from __future__ import annotations

from collections.abc import Sequence

from actors.pictures import Plan, picture_size
from actors.references import Given, likenesses
from actors.runtime.context import Context
from actors.story import Story
from service.domain.direction import quiet_direction
from service.domain.prompts import Reference, picture_prompt
from service.domain.story import SceneAnalysis, StoryBrief
from service.providers.protocols import PictureAsk


async def plan_picture(context: Context, story: Story, index: int, references: Sequence[Given]) -> Plan:
    """Plan the cover (``index`` 0) or a scene, and publish its palette step and motif to the listeners.
    ``references`` are for the first try."""
    direction, analysis = story.direction, story.direction.analysis(index)
    await context.checkpoint(
        33,
        paletteStep=direction.palette_step(index).name,
        motif=direction.palette.motif,
        analysisComplete=story.directed is not None,
    )

    def ask(feedback: str | None, gently: bool, shows: Sequence[Reference]) -> PictureAsk:
        return picture_ask(context, story, index, feedback=feedback, gently=gently, references=shows)

    return Plan(
        ask,
        references,
        is_cover=index == 0,
        words=_words(story, index),
        analysis=analysis if analysis.frame is not None else None,
        likenesses=lambda: likenesses(context, story, analysis.staged(story.brief.characters)),
    )


def picture_ask(
    context: Context,
    story: Story,
    index: int,
    *,
    feedback: str | None = None,
    gently: bool = False,
    references: Sequence[Reference] = (),
) -> PictureAsk:
    """The request for the cover (``index`` 0) or for a scene. The prompt names the ``references``."""
    direction, brief = story.direction, story.brief
    palette, motif = direction.palette_step(index), direction.palette.motif
    analysis = direction.analysis(index)
    shown, painted = (_gentler(story, index), _gentle(brief)) if gently else (analysis, brief)
    return PictureAsk(
        subject="scene" if index else "cover",
        index=index,
        title=story.content.title,
        characters=painted.characters,
        analysis=shown,
        palette=palette,
        motif=motif,
        prompt=picture_prompt(
            painted,
            shown,
            palette,
            motif,
            global_style=context.deps.settings.global_style,
            feedback=feedback,
            references=references,
        ),
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
    """An analysis of the scene from the story's text alone, without the director's analysis. Only its frame
    stays: the camera, and who is in the picture."""
    planned = story.direction.analysis(index)
    update = {"heroes": planned.heroes, "frame": planned.frame and planned.frame.camera_only}
    return quiet_direction(story.content).analysis(index).model_copy(update=update)


def _gentle(brief: StoryBrief) -> StoryBrief:
    """The brief without the user's free text about the picture. This text may be the reason why the provider
    refused the request."""
    return brief.model_copy(update={"instructions": None, "style": None})
