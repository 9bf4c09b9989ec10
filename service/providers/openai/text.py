"""The writer and director: stories, palettes, readings of scenes and questions, by a language model."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.story import (
    Activities,
    Activity,
    PaletteJourney,
    PaletteStep,
    Pose,
    SceneAnalysis,
    Staging,
    StoryBrief,
    StoryContent,
)
from service.domain.storyboard import Frame, Storyboard, varied
from service.providers.openai.prompts import (
    activity_messages,
    analysis_messages,
    palette_messages,
)
from service.providers.openai.shapes import (
    WrittenAnalysis,
    WrittenPalette,
    WrittenQuestions,
    WrittenStoryboard,
)
from service.providers.openai.stories import StoryWriter, expect, made_of, people_of
from service.providers.openai.storyboard_prompts import framed_messages, storyboard_messages
from service.providers.openai.structured import Ask
from service.providers.replies import Reply


class OpenAIText(StoryWriter):
    """Writes by Chat Completions. Names are replaced on the way out and put back on the way in."""

    @property
    def editor(self) -> OpenAIText:
        """The model itself: it writes better stories from an outline, and after a critique."""
        return self

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """Pass 1. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = palette_messages(brief, content, people)
        reply = await self._answers.ask(Ask("palette", WrittenPalette, messages, people, brief.seed))
        return made_of(reply, lambda written: _palette_of(written, len(content.beats) + 1))

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int, frame: Frame | None = None
    ) -> Reply[SceneAnalysis]:
        """Pass 2. Raises ``ProviderError``."""
        people = people_of(brief, content, frame)
        messages = (
            framed_messages(brief, content, frame, people)
            if frame is not None
            else analysis_messages(brief, content, index, people)
        )
        reply = await self._answers.ask(Ask("analysis", WrittenAnalysis, messages, people, brief.seed))
        return made_of(reply, lambda written: _framed(_analysis_of(written, index), frame, brief))

    async def plan_storyboard(self, brief: StoryBrief, content: StoryContent) -> Reply[Storyboard]:
        """A frame for each picture. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = storyboard_messages(brief, content, people)
        reply = await self._answers.ask(Ask("storyboard", WrittenStoryboard, messages, people, brief.seed))
        return made_of(reply, lambda written: _storyboard_of(written, brief, content))

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        """Questions with their answers. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = activity_messages(brief, content, people)
        reply = await self._answers.ask(Ask("activities", WrittenQuestions, messages, people, brief.seed))
        return made_of(reply, lambda written: _activities_of(written, brief, content))


def _palette_of(written: WrittenPalette, count: int) -> PaletteJourney:
    expect(len(written.steps), count, "palette steps")
    steps = tuple(
        PaletteStep(name=step.name, mood=step.mood, colours=tuple(colour.lower() for colour in step.colours))
        for step in written.steps
    )
    return PaletteJourney(motif=written.motif, steps=steps)


def _analysis_of(written: WrittenAnalysis, index: int) -> SceneAnalysis:
    staging = Staging(
        place=written.place,
        time_of_day=written.time_of_day,
        weather=written.weather,
        props=tuple(written.props),
        poses=tuple(Pose(**pose.model_dump()) for pose in written.poses),
    )
    seen = written.model_dump(include={"action", "camera", "depth", "atmosphere"})
    return SceneAnalysis(index=index, staging=staging, **seen)


def _framed(analysis: SceneAnalysis, frame: Frame | None, brief: StoryBrief) -> SceneAnalysis:
    """The analysis with its frame: who is in the picture is what the frame says, or else the poses."""
    if frame is None:
        return analysis
    staging = analysis.staging
    heroes = frame.heroes
    if heroes is None:
        heroes = _heroes([pose.name for pose in staging.poses], brief)
    poses = tuple(
        pose.model_copy(update={"name": hero})
        for pose in staging.poses
        for hero in _heroes([pose.name], brief)
        if hero in heroes
    )
    update = {"staging": staging.model_copy(update={"poses": poses}), "heroes": heroes, "frame": frame}
    return analysis.model_copy(update=update)


def _heroes(names: Sequence[str], brief: StoryBrief) -> tuple[str, ...]:
    """The heroes among some names, in the order of the book."""
    meant = {name.strip().casefold() for name in names}
    return tuple(hero.name for hero in brief.characters if hero.name.strip().casefold() in meant)


def _storyboard_of(written: WrittenStoryboard, brief: StoryBrief, content: StoryContent) -> Storyboard:
    expect(len(written.pictures), len(content.beats) + 1, "pictures")
    frames = tuple(
        Frame(
            index=index,
            shot=one.shot,
            angle=one.angle,
            heroes=_heroes(one.heroes, brief) or (() if index else tuple(it.name for it in brief.characters)),
            place=one.place,
            must_show=tuple(thing for thing in one.must_show if thing.strip()),
            # The title stands on the cover's upper or lower part.
            text_at=one.text_at if index or one.text_at in ("top", "bottom") else "top",
        )
        for index, one in enumerate(written.pictures)
    )
    return Storyboard(frames=varied(frames))


def _activities_of(written: WrittenQuestions, brief: StoryBrief, content: StoryContent) -> Activities:
    if not written.questions:
        raise ValueError("there are no questions")
    pages = {beat.index for beat in content.beats}
    questions = tuple(Activity.model_validate(question.model_dump()) for question in written.questions)
    for question in questions:
        if question.kind == "multiple_choice" and question.answer not in question.options:
            raise ValueError(f"the answer to “{question.question}” is not among its options")
        if question.page is not None and question.page not in pages:
            raise ValueError(f"there is no page {question.page}")
    return Activities(age_range=brief.age_range, questions=questions)
