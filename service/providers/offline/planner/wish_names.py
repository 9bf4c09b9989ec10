"""Proper names of an inspiration: who is a person, and what is a place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from service.providers.offline.planner.corpus import pieces
from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.word_lists import kin, listed, pronoun_of

_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’]*\w(?: (?:of (?:the )?)?[A-ZÀ-Þ][\w'’]*\w)*")
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ]\w*")
_OWNS = re.compile(r"['’]s$")
_AFTER_A_NAME = re.compile(r"[,;]| (and|is|was|has|had|[a-z]+s) ")
_PLACE_ENDING = re.compile(r"(mouth|ford|ton|ham|wick|holm|port|burgh|stead|by)$")
_GENERIC = {"house"}
#: How far around a name its neighbours are looked for, in characters.
_BEFORE, _AFTER = 40, 160
_LONGEST = 60
#: A text of more characters than this is a page of a story, and no wish in a few words.
LONG = 400
_CHILD = re.compile(r"\b(girl|boy|child),? (?:called|named)$", re.IGNORECASE)
_KIN = "|".join(kin())


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person's name. ``noun`` is the word for kin before it; that and the others may be empty."""

    name: str
    noun: str
    role: str
    pronoun: str


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place's name."""

    name: str


@cache
def first_names() -> dict[str, str]:
    """The pronoun that goes with each first name of our cultures."""
    cultures = pieces("names").values()
    known = {name: key for key in ("she", "he") for name in listed(f"given_{key}")}
    return known | {name: key for culture in cultures for key in ("she", "he") for name in culture.words(key)}


def without_names(text: str) -> str:
    """The text in lower case, each name in it as dots: what is left are common nouns."""
    return _CAPITAL.sub(lambda found: _dots_for(text, found), text).lower()


def _dots_for(text: str, found: re.Match[str]) -> str:
    known = found[0].lower() in listed("empty") or found[0] in ("I", "Our")
    if known or (_begins_a_sentence(text, found.start()) and found[0] not in first_names()):
        return found[0]
    return "·" * len(found[0])


def proper_names(text: str) -> Iterator[NamedPerson | NamedPlace]:
    """The names in the order of the text, each once."""
    seen: set[str] = set()
    for found in _NAME.finditer(text):
        name = _name(text, found)
        if name is None or name.lower() in seen:
            continue
        seen |= {name.lower(), *(part.lower() for part in name.split())}
        yield _classified(name, text, found)


def _name(text: str, found: re.Match[str]) -> str | None:
    """The name without the words at its start that are none; None where nothing is left."""
    words = _OWNS.sub("", found[0]).split()
    begins = _begins_a_sentence(text, found.start())
    while words and _is_no_name(words, begins):
        words, begins = words[1:], False
    name = " ".join(words)
    doubtful = begins and len(words) == 1
    if len(words) == 1 and len(text) > LONG and name not in first_names() and word_counts(text)[name.lower()]:
        return None
    if not 2 <= len(name) <= _LONGEST or (doubtful and not _surely_a_name(name, text, found.end())):
        return None
    return name


@lru_cache(maxsize=8)
def word_counts(text: str) -> Counter[str]:
    """How often a text has each of its words, as they are written."""
    return Counter(re.findall(r"\w+", text))


@lru_cache(maxsize=8)
def _relations(text: str) -> dict[str, str]:
    """The word for kin that stands somewhere before a first name: ``his brother Mikkel``."""
    return {name: word for word, name in re.findall(rf"\b({_KIN}) ([A-ZÀ-Þ]\w+)", text)}


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    return not before.rstrip() or before.rstrip()[-1] in '.!?"“:\n' or before.endswith("\n")


def _is_no_name(words: list[str], begins: bool) -> bool:
    lowered = words[0].lower()
    if lowered in listed("empty") | listed("openers"):
        return True
    return begins and len(words) == 1 and words[0] not in first_names() and bool(look_up(lowered)[1])


def _surely_a_name(name: str, text: str, end: int) -> bool:
    """Whether a lone word at the start of a sentence is a name: it may only have a capital for its place."""
    if name in first_names() or word_counts(text)[name] > 1:
        return True
    return not name.endswith(("ing", "ly")) and bool(_AFTER_A_NAME.match(text[end : end + 14]))


def _classified(name: str, text: str, found: re.Match[str]) -> NamedPerson | NamedPlace:
    start = text.index(name, found.start())
    relation = _relations(text).get(name.split()[0], "") if len(text) > LONG else ""
    before = text[max(0, start - _BEFORE) : start].rstrip()
    previous = (re.findall(r"[\w-]+$", before.lower()) or [""])[-1]
    if previous in listed("place") - _GENERIC or look_up(previous)[1] == "vehicle":
        return NamedPlace(f"the {previous} {name}")
    if _is_place(name, previous, owns=bool(_OWNS.search(found[0]))):
        return NamedPlace(name)
    first = name.split()[0]
    child = _CHILD.search(before)
    if child:
        return NamedPerson(name, child[1], "", pronoun_of(child[1]) or _pronoun(first, "", text, found.end()))
    return NamedPerson(
        name=name,
        noun=relation or previous if relation or previous in kin() or _is_trade(previous) else "",
        role=kin().get(relation or previous, "A" if first.lower() in ("uncle", "aunt") else ""),
        pronoun=_pronoun(first, previous, text, found.end()),
    )


def _is_trade(word: str) -> bool:
    return look_up(word) == (word, "person") and word not in listed("anybody")


def _is_place(name: str, previous: str, *, owns: bool) -> bool:
    first, last = name.split()[0], name.split()[-1]
    if first.lower() in listed("titles") or first in first_names():
        return False
    if previous in listed("before_place") and not owns:
        return True
    return bool({first.lower(), last.lower()} & listed("place") or _PLACE_ENDING.search(last.lower())) or (
        look_up(name.lower())[1] == "land"
    )


def _pronoun(first: str, previous: str, text: str, end: int) -> str:
    known = pronoun_of(previous) or pronoun_of(first.lower()) or first_names().get(first, "")
    if known or first.endswith("a"):
        return known or "she"
    near = re.search(r"\b(she|her|he|his|him)\b", text[end : end + _AFTER].lower())
    return pronoun_of(near[1]) if near else ""
