"""The words of a text that say what it is about, in English. Pure."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]{3,}")
_ENDINGS = ("ings", "ing", "edly", "ed", "es", "s", "ly", "er")
#: So many letters of a word count: ``forgive``, ``forgiven`` and ``forgiveness`` are one word.
_LETTERS = 6


def telling(text: str) -> frozenset[str]:
    """The stems of a text, but for words that stand in every novel."""
    words = set(_WORD.findall(text.lower()))
    return frozenset(map(stem, words)) - _common()


def share(asked: frozenset[str], had: frozenset[str]) -> float:
    """How many of the asked stems are there: 0 to 1."""
    return len(asked & had) / len(asked) if asked else 1.0


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """A word without its ending: enough to find it again in another form."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            word = word.removesuffix(ending)
            break
    return word[:_LETTERS].removesuffix("e") if len(word) > 3 else word


@cache
def _common() -> frozenset[str]:
    text = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(map(stem, text.split()))
