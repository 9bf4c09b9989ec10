"""Wishes that ElevenLabs's voices do not fulfil: languages that a model does not speak."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.languages import primary_language
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet

_V2 = frozenset(
    {"en", "ja", "zh", "de", "hi", "fr", "ko", "pt", "it", "es", "id", "nl", "tr", "fil", "pl", "sv", "bg"}
    | {"ro", "ar", "cs", "el", "fi", "hr", "ms", "sk", "da", "ta", "uk", "ru"}
)
#: The languages that each model speaks, from the list of ElevenLabs. The languages of other models are
#: unknown, so nothing is reported for them.
_SPOKEN = {
    "eleven_multilingual_v2": _V2,
    "eleven_flash_v2_5": _V2 | {"hu", "no", "vi"},
    "eleven_turbo_v2_5": _V2 | {"hu", "no", "vi"},
    "eleven_flash_v2": frozenset({"en"}),
    "eleven_turbo_v2": frozenset({"en"}),
    "eleven_monolingual_v1": frozenset({"en"}),
    "eleven_multilingual_v1": frozenset({"en", "fr", "de", "hi", "it", "pl", "pt", "es"}),
}
_OTHER_TAGS = {"nb": "no", "nn": "no", "tl": "fil", "eng": "en"}


def unmet(brief: StoryBrief, language: str, model: str) -> Iterator[Unmet]:
    """The wishes that ``model`` cannot fulfil. ``language`` is the language of the text."""
    del brief
    primary = primary_language(language)
    spoken = _SPOKEN.get(model)
    if spoken is not None and _OTHER_TAGS.get(primary, primary) not in spoken:
        yield Unmet(
            code="LANGUAGE_NOT_SPOKEN",
            field="language",
            message=f"The voice's model {model} does not know the language {language!r}: it may be misread.",
        )
