"""The wishes of a brief that the offline storyteller cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.languages import is_english
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet
from service.providers.offline.storyteller.plot import STORY_TYPES, find_theme, is_told
from service.providers.offline.storyteller.telling import LANGUAGE as LANGUAGE

#: The number of main themes. Further themes are only mentioned, if the number of words allows it.
_LEADING_THEMES = 2


def unmet(brief: StoryBrief) -> Iterator[Unmet]:
    """The wishes that do not change the text that ``tell`` writes, or change it in another way than
    intended."""
    if not is_english(brief.language):
        yield Unmet(
            code="LANGUAGE_NOT_WRITTEN",
            field="language",
            message=f"The offline storyteller writes English only. The story will be in English, and "
            f"marked as English, not as {brief.language!r}.",
        )
    if brief.title:
        yield Unmet(
            code="TITLE_NOT_TOLD",
            field="title",
            message="The offline storyteller puts the title on the book. The story is not about it.",
        )
    if brief.instructions:
        yield Unmet(
            code="INSTRUCTIONS_NOT_TOLD",
            field="instructions",
            message="The offline storyteller does not read instructions.",
        )
    if brief.story_type.strip().lower() not in STORY_TYPES:
        yield Unmet(
            code="STORY_TYPE_UNKNOWN",
            field="story_type",
            message=f"The story_type {brief.story_type!r} is unknown, and is treated as adventure; "
            f"known are {', '.join(STORY_TYPES)}.",
        )
    yield from _themes(brief)


def _themes(brief: StoryBrief) -> Iterator[Unmet]:
    for at, word in enumerate(brief.themes):
        theme = find_theme(word)
        if not is_told(theme, brief.characters):
            message = f"The offline storyteller has no story on {word!r} that suits these heroes."
            yield Unmet(code="THEME_NOT_TOLD", field=f"themes.{at}", message=message)
        elif theme.id == "custom":
            message = (
                f"The offline storyteller does not know the theme {word!r}. A hero may write about it in a "
                "notebook; the story is not about it."
            )
            yield Unmet(code="THEME_UNKNOWN", field=f"themes.{at}", message=message)
        elif at >= _LEADING_THEMES:
            message = (
                f"The offline storyteller follows the first themes: {word!r} comes in passing, if at all."
            )
            yield Unmet(code="THEME_IN_PASSING", field=f"themes.{at}", message=message)
