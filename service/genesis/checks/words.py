"""Finds the significant words of an English text, which say what the text is about. Pure."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]{3,}")
_ENDINGS = ("ings", "ing", "edly", "ed", "es", "s", "ly", "er")
#: The number of letters of a word that are compared, so that ``forgive``, ``forgiven`` and ``forgiveness``
#: count as the same word.
_LETTERS = 6


def telling(text: str) -> frozenset[str]:
    """The stems of a text's words, without words that are common in every novel."""
    words = set(_WORD.findall(text.lower()))
    return frozenset(map(stem, words)) - _common()


def share(asked: frozenset[str], had: frozenset[str]) -> float:
    """The share of the stems in ``asked`` that ``had`` contains, from 0 to 1."""
    return len(asked & had) / len(asked) if asked else 1.0


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """A word without its ending, so that other forms of the word have the same stem."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            word = word.removesuffix(ending)
            break
    return word[:_LETTERS].removesuffix("e") if len(word) > 3 else word


@cache
def _common() -> frozenset[str]:
    text = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(map(stem, text.split()))
