"""Templates into sentences: what stands for ``{P}``, ``{P:their}``, ``{town}`` and ``<one|another>``.

``{P}`` is the short name of the person in the role; ``{P:they}``, ``{P:them}``, ``{P:their}``, ``{P:theirs}``
and ``{P:themself}`` are pronouns, with a capital where the slot has one, and the verb after ``{P:they}``
agrees; ``{P:ajob}`` is the job with its article. Any other slot is a word of the filler: ``{thing:cap}`` has
a capital, ``{thing:title}`` those of a title, ``{thing:bare}`` no article. Only our own prose is parsed: what
a person typed comes in through slots and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from random import Random
from typing import Literal

from service.providers.offline.planner.corpus import pieces
from service.providers.offline.planner.grammar import Template, parse, render
from service.providers.offline.planner.words import (
    capital,
    sentence,
    third_person,
    title_case,
    without_article,
)

Pronoun = Literal["she", "he", "they"]

_PRONOUNS = {
    "she": {"they": "she", "them": "her", "their": "her", "theirs": "hers", "themself": "herself"},
    "he": {"they": "he", "them": "him", "their": "his", "theirs": "his", "themself": "himself"},
    "they": {word: word for word in ("they", "them", "their", "theirs", "themself")},
}
#: What the part of a slot makes of its word.
_SHAPES: Mapping[str, Callable[[str], str]] = {
    "": str,
    "cap": capital,
    "title": title_case,
    "bare": without_article,
    "own": lambda thing: re.sub(r"\b(?:stolen|lost|missing|vanished) ", "", thing),
}
#: Words outside of slots.
_WORDS = re.compile(r"(?<![{:\w])[a-z]+(?![\w}:])")
_AGREES = re.compile(r"(\{[POABEY]:[tT]hey\}) ([a-z]+(?:'t)?)\b")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a role. ``job`` has its article."""

    full: str
    short: str
    pronoun: Pronoun
    job: str = ""


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills templates for one cast. The same seed and template give the same words, whatever came before."""

    cast: Mapping[str, Person]
    words: Mapping[str, str]
    seed: str

    def __call__(self, source: str, **more: str) -> str:
        """The filled template. Raises ``KeyError`` for a slot that nothing stands for."""
        return render(
            _template(_local(source, self.words.get("culture", ""))),
            _Voice(self, more, f"{self.seed}:{source}"),
        )

    def sentence(self, source: str, **more: str) -> str:
        """The same as a sentence."""
        return sentence(self(source, **more))

    def value(self, slot: str, more: Mapping[str, str]) -> str:
        """What stands for a slot."""
        key, _, part = slot.partition(":")
        if key in self.cast:
            return _of_person(self.cast[key], part)
        word = more[key] if key in more else self.words[key]
        return _SHAPES[part](word)


@cache
def _local(source: str, culture: str) -> str:
    """A template with the words that suit a culture."""
    said = _instead(culture)
    return _WORDS.sub(lambda found: said.get(found[0], found[0]), source) if said else source


@cache
def _instead(culture: str) -> Mapping[str, str]:
    names = pieces("names").get(culture)
    return dict(pair.split(">") for pair in names.words("instead")) if names else {}


class _Voice:
    many = False

    def __init__(self, filler: Filler, more: Mapping[str, str], seed: str) -> None:
        self._filler, self._more, self._seed = filler, more, seed

    def slot(self, name: str) -> str:
        return self._filler.value(name, self._more)

    def choose(self, count: int) -> int:
        return self._chance.randrange(count)

    @cached_property
    def _chance(self) -> Random:
        return Random(self._seed)


@cache
def _template(source: str) -> Template:
    return parse(_AGREES.sub(lambda found: f"{found[1]} {_verb_slot(*found.groups())}", source))


def _verb_slot(subject: str, verb: str) -> str:
    return f"{{{subject[1]}:={verb}}}"


def _of_person(person: Person, part: str) -> str:
    if not part:
        return person.short
    if part.startswith("="):
        verb = part[1:].replace("’", "'")
        return (verb if person.pronoun == "they" else third_person(verb)).replace("'", "’")
    if part.lower() == "ajob":
        return capital(person.job) if part[0] == "A" else person.job
    word = _PRONOUNS[person.pronoun][part.lower()]
    return capital(word) if part[0].isupper() else word
