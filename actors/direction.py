"""Plans the colours of the book (pass 1), then analyses the text of each page for its picture (pass 2).

The result of pass 1 is the palette: the colours of each picture, from the first to the last. The result of
pass 2 is one scene analysis for each picture: what the picture shows, in which light and from which
viewpoint. If the texts are written by a language model, one call plans all pictures before pass 2: the
storyboard. Each analysis follows its frame, so that neighbouring pictures differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from actors.codecs import ModelCodec
from actors.runtime.calls import together
from actors.runtime.context import Context
from actors.runtime.spec import ActorSpec
from actors.story import STORY, Story, StoryTools, load_story
from service.domain.direction import Direction, planned_text
from service.domain.lineage import SCENES
from service.domain.story import PaletteJourney, SceneAnalysis
from service.domain.storyboard import Frame, Storyboard
from service.jobs.outcomes import Done, Outcome
from service.jobs.retry import RetryPolicy
from service.providers.replies import Reply
from service.runtime.ledger import Work

SPEC = ActorSpec(group="direction", kind=STORY, timeout=300, retry=RetryPolicy(3, "exponential", 2.0))

_log = structlog.get_logger()


async def perform(context: Context) -> Outcome:
    """Plan the palette, and analyse each scene. Each call is a separate step in the ledger, so a finished
    call is not repeated."""
    story = await load_story(context)
    context.progress(10)
    scenes = context.job.input.get(SCENES)
    if scenes is not None and story.directed is not None:
        return await _reread(context, story, story.directed, scenes)
    palette, (board, analyses) = await asyncio.gather(_palette(context, story), _planned(context, story))
    texts = tuple(planned_text(story.content, frame.index) for frame in board)
    direction = Direction(palette=palette, analyses=tuple(analyses), storyboard=board, planned_texts=texts)
    metadata = {"motif": direction.palette.motif, "paletteSteps": len(direction.palette.steps)}
    return Done(metadata=metadata, patch={"direction": direction.model_dump(mode="json")})


async def _reread(context: Context, story: Story, direction: Direction, scenes: Sequence[int]) -> Outcome:
    """Analyse some scenes again with their current text. The palette and all other analyses stay
    unchanged."""
    read = await together(*(_again(context, story, direction, index) for index in scenes))
    return Done(patch={"direction": direction.with_analyses(read).model_dump(mode="json")})


async def _palette(context: Context, story: Story) -> PaletteJourney:
    text = context.dependency(StoryTools).providers.text

    async def plan() -> Reply[PaletteJourney]:
        reply = await text.plan_palette(story.brief, story.content)
        _log.info(
            "Story palette journey generated",
            motifLength=len(reply.value.motif),
            paletteSteps=len(reply.value.steps),
            tokensUsed=_tokens(reply),
        )
        return reply

    work = Work("palette", text.model, [_brief(story), _content(story)], provider=text.provider)
    return await context.call(work, ModelCodec(PaletteJourney), plan)


async def _planned(context: Context, story: Story) -> tuple[tuple[Frame, ...], list[SceneAnalysis]]:
    """The storyboard and the analyses. A book that an older version began goes on without a storyboard."""
    indices = range(len(story.content.beats) + 1)
    if context.dependency(StoryTools).providers.text.editor is None or await _begun(context, story, indices):
        return (), await together(*(_analysis(context, story, index) for index in indices))
    board = await _storyboard(context, story)
    analyses = (_analysis(context, story, frame.index, frame) for frame in board.frames)
    return board.frames, await together(*analyses)


async def _begun(context: Context, story: Story, indices: Sequence[int]) -> bool:
    """Whether the ledger has an analysis that follows no storyboard."""
    for index in indices:
        if await context.kept(_analysing(context, story, index, None), ModelCodec(SceneAnalysis)):
            return True
    return False


async def _storyboard(context: Context, story: Story) -> Storyboard:
    text = context.dependency(StoryTools).providers.text
    editor = text.editor
    assert editor is not None

    async def plan() -> Reply[Storyboard]:
        reply = await editor.plan_storyboard(story.brief, story.content)
        _log.info("Storyboard planned", frames=len(reply.value.frames), tokensUsed=_tokens(reply))
        return reply

    work = Work("storyboard", text.model, [_brief(story), _content(story)], provider=text.provider)
    return await context.call(work, ModelCodec(Storyboard), plan)


async def _again(context: Context, story: Story, direction: Direction, index: int) -> SceneAnalysis:
    """The analysis of a text that a user has changed, or changed back."""
    frame = direction.frame(index, story.content)
    return await _analysis(context, story, index, frame)


def _analysing(context: Context, story: Story, index: int, frame: Frame | None) -> Work:
    text = context.dependency(StoryTools).providers.text
    about = [_brief(story), _content(story), index]
    framed = [frame.model_dump(mode="json")] if frame else []
    return Work("analysis", text.model, [*about, *framed], provider=text.provider)


async def _analysis(context: Context, story: Story, index: int, frame: Frame | None = None) -> SceneAnalysis:
    """The analysis of a picture, which follows the ``frame``."""
    text = context.dependency(StoryTools).providers.text

    async def analyse() -> Reply[SceneAnalysis]:
        reply = await text.analyse_scene(story.brief, story.content, index, frame)
        length = len(reply.value.description)
        _log.info(
            "Scene analysis complete",
            isCover=reply.value.is_cover,
            outputLength=length,
            tokensUsed=_tokens(reply),
        )
        if reply.value.is_cover:
            _log.info("Cover scene analysis complete", analysisLength=length)
        return reply

    return await context.call(_analysing(context, story, index, frame), ModelCodec(SceneAnalysis), analyse)


def _tokens(reply: Reply[PaletteJourney] | Reply[SceneAnalysis] | Reply[Storyboard]) -> int:
    return reply.usage.input_tokens + reply.usage.output_tokens


def _brief(story: Story) -> object:
    return story.brief.decisive()


def _content(story: Story) -> object:
    return story.content.decisive()
