"""Finds out in which language a text is, from its letters. Pure, but for a model of 4 MB that the first call
loads.

That call takes most of a second. Code that other requests wait for makes it in a thread.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from service.domain.languages import primary_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: The languages that the detector distinguishes well in texts of some sentences.
_KNOWN = [
    "af",
    "ar",
    "az",
    "be",
    "bg",
    "bn",
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
    "eu",
    "fa",
    "fi",
    "fr",
    "ga",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "kn",
    "ko",
    "la",
    "lt",
    "lv",
    "mk",
    "ml",
    "mn",
    "mr",
    "ms",
    "mt",
    "ne",
    "nl",
    "nn",
    "no",
    "pa",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tl",
    "tr",
    "uk",
    "ur",
    "vi",
    "xh",
    "yo",
    "zh",
    "zu",
]
_OTHER_TAGS = {"nb": "no", "eng": "en", "fil": "tl"}
#: A shorter text says too little: it may be names and sounds only.
_LEAST_CHARACTERS = 60
#: How much likelier another language must be, as a logarithm: at all, and for each character.
_LIKELIER, _LIKELIER_EACH = 25.0, 0.3


def language_of(text: str) -> str | None:
    """The language of a text as a tag; None if that is not clear, or if it may be English."""
    return other_language(text, "en")


def other_language(text: str, language: str) -> str | None:
    """The language of a text if it is surely not in ``language``; None otherwise, and for a language that the
    detector does not know."""
    primary = primary_language(language)
    wanted = _OTHER_TAGS.get(primary, primary)
    if wanted not in _KNOWN or len(text) < _LEAST_CHARACTERS:
        return None
    ranked = _identifier().rank(text)
    likeliest, most = ranked[0]
    gap = most - dict(ranked)[wanted]
    return likeliest if gap > max(_LIKELIER, _LIKELIER_EACH * len(text)) else None


def load() -> None:
    """Load the detector's model, so that later calls take no time."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_KNOWN)
    return identifier
