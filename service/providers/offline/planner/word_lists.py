"""Lists of words, read from ``word_lists.txt`` once, and what follows from them alone."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_AUDIENCES = ("young_adult", "children")
#: A shorter word that ends in "man" is no compound of it.
_LEAST_LETTERS = 6
_GENRES = ("mg", "mystery", "scifi", "fantasy", "romance", "adventure", "family")


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_lists()[name])


@cache
def kin() -> dict[str, str]:
    """Words for kin and the like, with the role that suits them."""
    return {word: role for role in "EBY" for word in _lists()[f"kin_{role}"]}


def genre_of(text: str) -> str:
    """The genre whose words stand in the text, or an empty string."""
    lowered = text.replace("’", "'").lower()
    return next((genre for genre in _GENRES if _pattern(genre).search(lowered)), "")


def genre_counts(text: str) -> dict[str, int]:
    """How often the words of each genre stand in the text."""
    lowered = text.replace("’", "'").lower()
    return {genre: len(_pattern(genre).findall(lowered)) for genre in _GENRES}


def audience_of(text: str) -> str:
    """The audience whose words stand in the text, or an empty string."""
    lowered = text.lower()
    return next((one for one in _AUDIENCES if _pattern(one, "audience").search(lowered)), "")


def matters_of(phrase: str) -> list[re.Pattern[str]]:
    """What tells of the matters that a phrase names, in lower case: of murder, a detective and a corpse."""
    lowered = phrase.lower()
    names = (name.removeprefix("named_") for name in _lists() if name.startswith("named_"))
    return [_pattern(name, "matter") for name in names if _pattern(name, "named").search(lowered)]


def tones_of(text: str) -> list[str]:
    """The tones that a text asks for, in the order of their lists."""
    lowered = text.lower()
    names = (name.removeprefix("asks_") for name in _lists() if name.startswith("asks_"))
    return [name for name in names if _pattern(name, "asks").search(lowered)]


def pronoun_of(word: str) -> str:
    """``she`` or ``he`` where a word says so, else an empty string."""
    listed_as = next((pronoun for pronoun in ("she", "he") if word in listed(pronoun)), "")
    if listed_as or len(word) < _LEAST_LETTERS:
        return listed_as
    return "she" if word.endswith("woman") else "he" if word.endswith("man") else ""


@cache
def _pattern(name: str, kind: str = "genre") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_lists()[f'{kind}_{name}'])})\b")


@cache
def _lists() -> dict[str, list[str]]:
    text = files("service.providers.offline.planner").joinpath("word_lists.txt").read_text("utf-8")
    rows = (line.partition(":") for line in text.splitlines() if line and not line.startswith("//"))
    return {name: words.split() for name, _, words in rows}
