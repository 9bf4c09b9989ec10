"""The wishes that the offline voice cannot fulfil."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.languages import is_english
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet


def unmet(brief: StoryBrief, language: str) -> Iterator[Unmet]:
    """The wishes of a brief that do not change the sound. ``language`` is the language of the text."""
    if brief.voice:
        yield Unmet(
            code="VOICE_IGNORED",
            field="voice",
            message="The offline voice is one voice: it does not read this setting.",
        )
    if not is_english(language):
        yield Unmet(
            code="LANGUAGE_NOT_SPOKEN",
            field="language",
            message=f"The offline voice speaks English only. It reads {language!r} as if it were English.",
        )
