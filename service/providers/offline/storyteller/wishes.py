"""The wishes of a brief that the offline storyteller cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.languages import is_english
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet
from service.providers.offline.storyteller.english import join_names
from service.providers.offline.storyteller.people import hero_of
from service.providers.offline.storyteller.telling import LANGUAGE as LANGUAGE
from service.providers.offline.storyteller.themes import find_theme
from service.providers.offline.storyteller.wants import STORY_TYPES, wish_of, wishes_of
from service.providers.offline.storyteller.wish import is_grave, read_wish

#: The number of themes that the search for a plot follows.
_LEADING_THEMES = 2
#: The number of words that a sentence names.
_MOST_NAMED = 8
_CODES = {
    "title": "TITLE_NOT_TOLD",
    "instructions": "INSTRUCTIONS_NOT_TOLD",
    "story_type": "STORY_TYPE_UNKNOWN",
    "text": "TEXT_NOT_READ",
}


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
    yield from _of_words(brief)
    known = [at for at, theme in enumerate(brief.themes) if find_theme(theme)]
    for at in known[_LEADING_THEMES:]:
        message = (
            f"The offline storyteller follows the first themes: {brief.themes[at]!r} comes in passing, if "
            "at all."
        )
        yield Unmet(code="THEME_IN_PASSING", field=f"themes.{at}", message=message)


def _of_words(brief: StoryBrief) -> Iterator[Unmet]:
    """What finds no role among the words that are read as a wish: all of them are read together."""
    heroes = [hero_of(character) for character in brief.characters]
    left = set(read_wish(wish_of(brief), heroes).unmet)
    for field, text in wishes_of(brief):
        own = read_wish(text, heroes)
        words = own.unmet if is_grave(text) else [word for word in (*own.unmet, *own.met) if word in left]
        if words or not own.met or field == "story_type":
            yield Unmet(
                code=_CODES.get(field, "THEME_UNKNOWN"), field=field, message=_sentence(field, text, words)
            )


def _sentence(field: str, text: str, words: list[str]) -> str:
    if field == "story_type":
        left = f", without {_listed(words)}" if words else ""
        return (
            f"The story_type {text!r} is unknown, and is read as a wish for an adventure{left}; known are "
            f"{', '.join(STORY_TYPES)}."
        )
    said = "your text" if field == "text" else repr(text)
    if not words:
        return f"The offline storyteller finds nothing in {said} that it can tell of."
    return (
        f"The offline storyteller reads {said} as a wish, and has no place in its story for {_listed(words)}."
    )


def _listed(words: list[str]) -> str:
    named = [repr(word) for word in words[:_MOST_NAMED]]
    return join_names([*named, f"{len(words) - _MOST_NAMED} more"] if len(words) > _MOST_NAMED else named)
