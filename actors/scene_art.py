"""The ask of a cover or a scene: analysis, palette step and motif put together (pass 3)."""

from __future__ import annotations

from actors.pictures import Plan, picture_size
from actors.runtime.context import Context
from actors.story import Story
from service.domain.prompts import picture_prompt
from service.providers.protocols import PictureAsk


async def plan_picture(context: Context, story: Story, index: int, references: list[bytes]) -> Plan:
    """Plan the cover (0) or a scene, and tell the listeners by which palette step and motif."""
    direction, brief, settings = story.direction, story.brief, context.workshop.settings
    palette, analysis = direction.palette_step(index), direction.analysis(index)
    motif = direction.palette.motif
    await context.checkpoint(
        33, paletteStep=palette.name, motif=motif, analysisComplete=story.directed is not None
    )

    def ask(feedback: str | None) -> PictureAsk:
        return PictureAsk(
            subject="scene" if index else "cover",
            index=index,
            title=story.content.title,
            characters=brief.characters,
            analysis=analysis,
            palette=palette,
            motif=motif,
            prompt=picture_prompt(
                brief, analysis, palette, motif, global_style=settings.global_style, feedback=feedback
            ),
            style=brief.style,
            instructions=brief.instructions,
            feedback=feedback,
            seed=brief.seed,
            size=picture_size(context),
        )

    return Plan(ask, references, is_cover=index == 0)


async def references_of(context: Context, story: Story, *assets: str) -> list[bytes]:
    """The pictures of these assets that there are, from the store."""
    keys = [story.files[asset] for asset in assets if asset in story.files]
    return [await context.workshop.store.get(key) for key in keys]
