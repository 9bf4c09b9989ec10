"""The writer and director: stories, palettes, readings of scenes and questions, by a language model."""

from __future__ import annotations

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
from service.providers.openai.prompts import (
    activity_messages,
    analysis_messages,
    palette_messages,
)
from service.providers.openai.shapes import WrittenAnalysis, WrittenPalette, WrittenQuestions
from service.providers.openai.stories import StoryWriter, expect, made_of, people_of
from service.providers.openai.structured import Ask
from service.providers.replies import Reply


class OpenAIText(StoryWriter):
    """Writes by Chat Completions. Names are replaced on the way out and put back on the way in."""

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """Pass 1. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = palette_messages(brief, content, people)
        reply = await self._answers.ask(Ask("palette", WrittenPalette, messages, people, brief.seed))
        return made_of(reply, lambda written: _palette_of(written, len(content.beats) + 1))

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int
    ) -> Reply[SceneAnalysis]:
        """Pass 2. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = analysis_messages(brief, content, index, people)
        reply = await self._answers.ask(Ask("analysis", WrittenAnalysis, messages, people, brief.seed))
        return made_of(reply, lambda written: _analysis_of(written, index))

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
