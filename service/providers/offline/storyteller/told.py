"""Finds the things in a text that a picture of it can show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.providers.offline.illustrator.places.registry import INDOORS
from service.providers.offline.illustrator.props.registry import THINGS, WORDS
from service.providers.offline.illustrator.words import fold, has_any

_SENTENCE = re.compile(r"[.!?…:;]+[\"”’]*\s+|\n+")
_DENIED = frozenset(("not", "no", "nobody", "nothing", "without", "never", "nor"))
_LIKENED = frozenset(("like", "as", "than", "whether", "if", "would", "could"))
_BEFORE = frozenset((
    "a", "an", "the", "his", "her", "their", "its", "my", "your", "our", "s", "this", "that", "these", "one",
    "two", "three", "four", "some", "another", "any", "each", "every", "of", "with", "and",
))  # fmt: skip
#: Words that a text often uses for something else than the thing that they name.
_VAGUE = frozenset((
    "way", "path", "road", "light", "friend", "child", "children", "helper", "water", "page", "engine", "toy",
    "visitor", "stranger", "guard", "string", "wall", "picture", "note", "card", "notice", "nut", "bun",
    "can", "brother", "sister", "parent", "tea", "money", "cook", "driver", "brush", "watch", "fruit",
    "chest",
))  # fmt: skip
#: What is wider does not stand in a room by chance.
_ROOMY = 190
#: What shows that something is done, without a word for it.
_IMPLIED = {
    "book": ("wrote", "write", "writes", "read", "reads", "list"),
    "paper": ("wrote", "write", "drew", "list"),
    "letter": ("wrote", "post"),
    "guitar": ("sang", "sing", "song", "tune"),
    "bed": ("asleep", "bed"),
    "moon": ("night",),
    "door": ("knock", "knocked", "came in"),
    "balloons": ("birthday", "party"),
    "clock": ("tick", "late", "o clock"),
    "footprints": ("flour",),
    "rope": ("pulled",),
    "spade": ("dug",),
    "map": ("lost", "which way", "the way"),
    "bell": ("ding", "dong"),
    "bread": ("bun",),
}
_LONGEST = max(len(words.split()) for words in WORDS)


def told_things(text: str) -> tuple[str, ...]:
    """The drawable things that a text says are there, in its order, and then those that it implies. What it
    denies, or only compares with, is left out."""
    found = (name for sentence in _SENTENCE.split(text) for name in _in_sentence(fold(sentence).split()))
    return tuple(dict.fromkeys((*found, *_implied(fold(text)))))


def _implied(text: str) -> Iterator[str]:
    return (name for name, words in _IMPLIED.items() if has_any(text, words))


def fits(name: str, place: str) -> bool:
    """Whether a thing that a text names in passing may stand in a place: no gate stands in a kitchen."""
    thing = THINGS[name]
    if place in INDOORS:
        return thing.place == "hand" or name == "kite" or (thing.place == "ground" and thing.width < _ROOMY)
    return thing.place == "hand" or thing.alive or place not in ("underwater", "space")


def _in_sentence(words: list[str]) -> Iterator[str]:
    if not words or words[0] in _DENIED:
        return
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            name = _thing(" ".join(words[at : at + size]))
            if name and _is_there(words, at):
                yield name
                break
        else:
            size = 1
        at += size


def _thing(words: str) -> str | None:
    for form in (words, words.removesuffix("s"), words.removesuffix("es")):
        if form in WORDS and form not in _VAGUE:
            return WORDS[form]
    return None


def _is_there(words: list[str], at: int) -> bool:
    before = words[max(at - 4, 0) : at]
    plural, owner = words[at].endswith("s"), words[at + 1 : at + 2] == ["s"]
    return (
        not owner and (plural or bool(_BEFORE & set(before[-3:]))) and not (_DENIED | _LIKENED) & set(before)
    )
