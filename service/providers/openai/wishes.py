"""Wishes that the models of OpenAI, or of a compatible server, do not fulfil. Does not import their
client."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain.languages import primary_language
from service.domain.story import StoryBrief
from service.domain.wishes import Unmet
from service.providers.models import image_abilities


def unmet_by_text(*, seeded: bool) -> Iterator[Unmet]:
    """The wishes that the writer cannot fulfil. ``seeded``: a person gave the seed."""
    if seeded:
        yield _no_seed("The language model uses the seed, but may still write other words.")


def unmet_by_image(brief: StoryBrief, model: str, *, seeded: bool) -> Iterator[Unmet]:
    """The wishes that the illustrator ``model`` cannot fulfil."""
    if seeded:
        yield _no_seed("The picture model accepts no seed: its pictures will differ each time.")
    most = image_abilities(model).references
    given = len(dict.fromkeys(key for hero in brief.characters for key in hero.reference_images))
    if given > most:
        yield Unmet(
            code="REFERENCES_LIMITED",
            field="characters",
            message=f"The picture model looks at {most} reference pictures at most, not at {given}.",
        )


#: The languages that models speak. Those of OpenAI's own are the ones that its transcription knows. Nothing
#: is reported for models that are not listed.
_OPENAI_LANGUAGES = frozenset(
    [
        "af",
        "ar",
        "az",
        "be",
        "bg",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fa",
        "fi",
        "fil",
        "fr",
        "gl",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "kk",
        "kn",
        "ko",
        "lt",
        "lv",
        "mi",
        "mk",
        "mr",
        "ms",
        "ne",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "sw",
        "ta",
        "th",
        "tl",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
    ]
)
_SPOKEN = (
    (r"tts-1|gpt-", _OPENAI_LANGUAGES),
    (r".*kokoro", frozenset({"en", "es", "fr", "hi", "it", "ja", "pt", "zh"})),
)
_OTHER_TAGS = {"nb": "no", "nn": "no", "eng": "en"}


def unmet_by_voice(language: str, model: str) -> Iterator[Unmet]:
    """The wishes that the voice ``model`` cannot fulfil. ``language`` is the language of the text."""
    primary = primary_language(language)
    spoken = next((known for pattern, known in _SPOKEN if re.match(pattern, model.casefold())), None)
    if spoken is not None and _OTHER_TAGS.get(primary, primary) not in spoken:
        yield Unmet(
            code="LANGUAGE_NOT_SPOKEN",
            field="language",
            message=f"The voice's model {model} does not know the language {language!r}: it may be misread.",
        )


def _no_seed(message: str) -> Unmet:
    return Unmet(code="SEED_NOT_REPEATABLE", field="seed", message=message)
