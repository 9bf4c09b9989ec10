"""The offline storyteller as a text provider: it writes stories, directs pictures and writes questions, and
needs no network."""

from __future__ import annotations

import re
from typing import TypeVar

from service.domain.languages import is_english
from service.domain.offline import OFFLINE
from service.domain.own_words import given_story
from service.domain.story import (
    Activities,
    PaletteJourney,
    SceneAnalysis,
    StoryBrief,
    StoryContent,
)
from service.domain.storyboard import Frame
from service.domain.writing import Outline
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.models import TEXT as MODEL
from service.providers.offline.pace import (
    ACTIVITIES_SECONDS,
    ANALYSIS_SECONDS,
    CONTENT_SECONDS,
    PALETTE_SECONDS,
    Pace,
)
from service.providers.offline.storyteller.activities import ask_about
from service.providers.offline.storyteller.telling import tell
from service.providers.protocols import OnWords
from service.providers.replies import Reply, Usage

T = TypeVar("T")


_WORD = re.compile(r"\S+\s*")


class OfflineText:
    """Plans stories in a world of its own, and tells them. The same brief and seed give the same story, byte
    for byte."""

    provider, model = OFFLINE, MODEL
    #: A plot of the grammar is its outline, and the grammar has no critic.
    editor = None

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def write_story(
        self, brief: StoryBrief, on_words: OnWords, outline: Outline | None = None
    ) -> Reply[StoryContent]:
        """Write the story, and send it word by word. The first word comes at once."""
        content = given_story(brief, brief.given_pages) if brief.given_pages else tell(brief)
        count = sum(len(_WORD.findall(beat.text)) for beat in content.beats)
        for beat in content.beats:
            for word in _WORD.finditer(beat.text):
                on_words(beat.index, beat.text[: word.end()].rstrip())
                await self._pace.wait(CONTENT_SECONDS / count)
        return _reply(content, sum(len(beat.text) for beat in content.beats))

    async def plan_palette(self, brief: StoryBrief, content: StoryContent) -> Reply[PaletteJourney]:
        """The motif and the palette steps, from the offline director."""
        await self._pace.wait(PALETTE_SECONDS)
        return _reply(plan_palette(brief, content))

    async def analyse_scene(
        self, brief: StoryBrief, content: StoryContent, index: int, frame: Frame | None = None
    ) -> Reply[SceneAnalysis]:
        """The scene analysis of one picture, from the offline director, who plans its frame, too."""
        await self._pace.wait(ANALYSIS_SECONDS)
        return _reply(analyse_scene(brief, content, index))

    async def write_activities(self, brief: StoryBrief, content: StoryContent) -> Reply[Activities]:
        """Questions about this story, with answers that its pages confirm. The questions are in English, so a
        book in another language has none."""
        await self._pace.wait(ACTIVITIES_SECONDS)
        if not is_english(content.language_of(brief)):
            return _reply(Activities(age_range=brief.age_range, questions=()))
        return _reply(ask_about(brief, content))


def _reply(value: T, characters: int = 0) -> Reply[T]:
    return Reply(value, MODEL, Usage(characters=characters))
