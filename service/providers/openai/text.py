"""The writer and director: stories, palettes, readings of scenes and questions, by a language model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from service.domain.story import (
    Activities,
    Activity,
    Beat,
    PaletteJourney,
    PaletteStep,
    Pose,
    SceneAnalysis,
    Staging,
    StoryBrief,
    StoryContent,
)
from service.providers.openai.prompts import (
    NEVER_SAID,
    activity_messages,
    analysis_messages,
    palette_messages,
    story_messages,
)
from service.providers.openai.shapes import WrittenAnalysis, WrittenPalette, WrittenQuestions, WrittenStory
from service.providers.openai.structured import Ask, ChatProvider, unfit
from service.providers.protocols import OnWords
from service.providers.pseudonyms import Pseudonymizer
from service.providers.replies import Reply

V = TypeVar("V", bound=BaseModel)
S = TypeVar("S", bound=BaseModel)


class OpenAIText(ChatProvider):
    """Writes by Chat Completions. Names are replaced on the way out and put back on the way in."""

    async def write_story(self, brief: StoryBrief, on_words: OnWords) -> Reply[StoryContent]:
        """Write the story, streamed. Raises ``ProviderError``."""
        people = people_of(brief)
        ask = Ask("story", WrittenStory, story_messages(brief, people), people, brief.seed)
        reply = await self._answers.stream(ask, page_by_page(people, on_words))
        return _made(reply, lambda written: story_of(written, brief))

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """Pass 1. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = palette_messages(brief, content, people)
        reply = await self._answers.ask(Ask("palette", WrittenPalette, messages, people, brief.seed))
        return _made(reply, lambda written: _palette_of(written, len(content.beats) + 1))

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int
    ) -> Reply[SceneAnalysis]:
        """Pass 2. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = analysis_messages(brief, content, index, people)
        reply = await self._answers.ask(Ask("analysis", WrittenAnalysis, messages, people, brief.seed))
        return _made(reply, lambda written: _analysis_of(written, index))

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        """Questions with their answers. Raises ``ProviderError``."""
        people = people_of(brief, content)
        messages = activity_messages(brief, content, people)
        reply = await self._answers.ask(Ask("activities", WrittenQuestions, messages, people, brief.seed))
        return _made(reply, lambda written: _activities_of(written, brief, content))


def people_of(brief: StoryBrief, content: StoryContent | None = None) -> Pseudonymizer:
    """What stands for a story's people in calls about it."""
    texts = [brief.model_dump_json(), content.model_dump_json() if content else ""]
    return Pseudonymizer((character.name for character in brief.characters), texts)


def page_by_page(people: Pseudonymizer, on_words: OnWords) -> Callable[[str], None]:
    """From the JSON so far to the pages so far: calls ``on_words`` for each page that has grown."""
    longest: dict[int, str] = {}

    def on_text(so_far: str) -> None:
        try:
            partial = from_json(so_far, allow_partial="trailing-strings")
        except ValueError:
            return
        for index, text in enumerate(_texts(partial), 1):
            shown = people.restore_so_far(text)
            if len(shown) > len(longest.get(index, "")):
                longest[index] = shown
                on_words(index, shown)

    return on_text


def _texts(partial: object) -> list[str]:
    beats = partial.get("beats") if isinstance(partial, dict) else None
    parts = beats if isinstance(beats, list) else []
    return [beat["text"] for beat in parts if isinstance(beat, dict) and isinstance(beat.get("text"), str)]


def story_of(written: WrittenStory, brief: StoryBrief) -> StoryContent:
    """The story of an answer. Raises ``ValueError`` where it cannot be used."""
    _expect(len(written.beats), brief.scene_count, "scenes")
    text = written.model_dump_json().casefold()
    if phrase := next((phrase for phrase in NEVER_SAID if phrase in text), None):
        raise ValueError(f"it says “{phrase}”")
    beats = tuple(Beat(index=n, text=beat.text, alt=beat.alt) for n, beat in enumerate(written.beats, 1))
    title = brief.title or written.title
    return StoryContent(title=title, summary=written.summary, beats=beats, cover_alt=written.cover_alt)


def _palette_of(written: WrittenPalette, count: int) -> PaletteJourney:
    _expect(len(written.steps), count, "palette steps")
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


def _expect(found: int, wanted: int, what: str) -> None:
    if found != wanted:
        raise ValueError(f"it has {found} {what} instead of {wanted}")


def _made(reply: Reply[S], make: Callable[[S], V]) -> Reply[V]:
    """The reply with what is made of its value; what cannot be made of it was paid for all the same."""
    try:
        value = make(reply.value)
    except ValidationError as invalid:
        raise unfit(invalid.errors()[0]["msg"], reply.usage, reply.request_id) from invalid
    except ValueError as invalid:
        raise unfit(str(invalid), reply.usage, reply.request_id) from invalid
    return Reply(value, reply.model, reply.usage, reply.request_id)
