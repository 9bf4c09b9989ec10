"""Measures the readability of a text, counts its words and sentences, and finds forbidden phrases.

Pure functions over plain text. Reading levels are for English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.story import AgeRange

#: Phrases that reduce a person to a condition. No book, prompt or page of this project may contain them.
FORBIDDEN = (
    "special needs",
    "suffers from",
    "suffering from",
    "afflicted",
    "wheelchair-bound",
    "wheelchair bound",
    "confined to",
    "differently abled",
    "differently-abled",
    "handicapped",
    "crippled",
    "victim of",
    "despite his disability",
    "despite her disability",
    "despite their disability",
    "overcame his",
    "overcame her",
    "overcame their",
    "deaf and dumb",
    "deaf-mute",
    "hearing impaired",
    "mentally",
    "retarded",
    "midget",
    "able-bodied",
    "birth defect",
    "deformed",
    "deformity",
    "inspirational",
    "cured of",
)

_SENTENCE_END = re.compile(r"(?<=[.!?…])[”’\"')]*\s+(?=[“‘\"'(]?[^\sa-z])")


@dataclass(frozen=True, slots=True)
class Band:
    """The limits for an age range: the highest mean number of words in a sentence, and the highest school
    grade."""

    shortest: float
    longest: float
    grade: float


BANDS: dict[AgeRange, Band] = {
    "0-3": Band(3.0, 7.0, 1.0),
    "3-5": Band(3.0, 8.0, 2.0),
    "5-8": Band(7.0, 13.0, 4.0),
    "8-10": Band(8.0, 16.0, 6.0),
}


def words(text: str) -> list[str]:
    """Return the words: runs of characters without white space that contain a letter or a digit."""
    return [word for word in text.split() if any(character.isalnum() for character in word)]


def word_count(text: str) -> int:
    """Return the number of words that a reader speaks."""
    return len(words(text))


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs. Blank lines separate them."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(text: str) -> list[str]:
    """Return the sentences, each with its closing quote. A quoted sentence and the following "said ..." count
    as one sentence."""
    found = []
    for paragraph in paragraphs(text):
        start = 0
        for end in _SENTENCE_END.finditer(paragraph):
            found.append(paragraph[start : end.end()].strip())
            start = end.end()
        found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def mean_sentence_length(text: str) -> float:
    """Return the mean number of words in a sentence. 0 for an empty text."""
    count = len(sentences(text))
    return word_count(text) / count if count else 0.0


def syllables(word: str) -> int:
    """Return the number of syllables of an English word, at least 1. Each group of vowels counts as one
    syllable."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    if plain.endswith(("es", "ed")) and not plain.endswith(("ted", "ded", "ses", "ches", "shes", "les")):
        plain = plain[:-2]
    elif plain.endswith("e") and not plain.endswith("le"):
        plain = plain[:-1]
    return max(len(re.findall(r"[aeiouy]+", plain)), 1)


def reading_grade(text: str) -> float:
    """Return the Flesch–Kincaid grade level (years of school). 0 for an empty text."""
    spoken = words(text)
    count = len(sentences(text))
    if not spoken or not count:
        return 0.0
    beats = sum(syllables(word) for word in spoken)
    return 0.39 * len(spoken) / count + 11.8 * beats / len(spoken) - 15.59


def forbidden_phrases(text: str) -> list[str]:
    """Return the phrases of ``FORBIDDEN`` that the text contains."""
    lowered = " ".join(text.lower().split())
    return [phrase for phrase in FORBIDDEN if re.search(rf"\b{re.escape(phrase)}\b", lowered)]
