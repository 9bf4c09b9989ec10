"""What a manuscript says: of its people, and from part to part. What the text says wins over proposals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from service.providers.offline.planner.lexicon import look_up
from service.providers.offline.planner.passages import sentences
from service.providers.offline.planner.word_lists import kin, listed

#: A text of more characters than this is a manuscript.
MANUSCRIPT = 12_000
#: How many characters of a text make a scene.
_CHAPTER = 9_000
#: A passage has so many sentences at least, and so many at most.
_LEAST, _MOST = 2, 4
_SHORTEST, _LONGEST = 30, 200
#: How far the first paragraph under a heading may reach, in characters, and how many paragraphs begin a text.
_OPENING, _FIRST = 1500, 6
_PARAGRAPHS = re.compile(r"\n\s*\n")
#: How many sentences about somebody are compared, and how many pronouns make sure.
_COMPARED, _SURE = 80, 6
_HEADING = re.compile(r"^ *(?:\d{1,3}|[IVXLC]+|chapter\b.*)[.:]? *$", re.MULTILINE | re.IGNORECASE)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PLAIN = re.compile(r"^[A-ZÀ-Þ][^“”\"]+[.!]$")
_POINTS_BACK = re.compile(r"^(?:He|She|It|They|This|That|These|But|And|So|Then|There)\b")


def age_of(text: str, name: str) -> int:
    """The age that a text gives somebody, in years; 0 where it gives none."""
    number = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
    found = re.search(rf"\b{re.escape(name)},? (?:\w+,? ){{0,3}}?{number}[ -]years?[ -]old", text)
    if found is None:
        return 0
    return int(found[1]) if found[1].isdigit() else _NUMBERS.index(found[1]) + 1


def said_of(text: str, name: str) -> str:
    """Who somebody is in the words of a text, as a noun phrase; empty where the text does not say it."""
    title = name.split()[0].lower()
    parts = [part for part in name.split() if part.lower() not in listed("titles")]
    said = rf"\b(?:{'|'.join(map(re.escape, (name, *parts)))})"
    doing = "|".join(sorted(listed("callings")))
    for pattern, start in (
        (rf"{said}, ((?:an?|the|his|her) [^,.;“”\n]{{3,70}})[,.]", ""),
        (rf"{said} (?:was|is) ((?:an?|the) [^,.;“”\n]{{3,70}})", ""),
        (
            rf"{said} had been \w+ years (?:at|in|with) ([^,.;“”\n]{{3,40}}?)(?= and\b|[,.;])",
            "an old hand at ",
        ),
        (rf"{said} ((?:{doing}) [^,.;“”\n]{{3,40}}?)(?= and\b|[,.;])", "somebody who "),
    ):
        found = re.search(pattern, text)
        if found and (start or _names_a_person(found[1])):
            return _as_noun(found[1]) or f"{start}{found[1]}"
    return f"the {title}" if parts != name.split() and title in listed("offices") else ""


def _as_noun(doing: str) -> str:
    """Who does such a thing, as a noun phrase: ``sold newspapers``, a seller of newspapers; may be empty."""
    nouns = dict(pair.split(">") for pair in listed("doers"))
    verb, _, rest = doing.partition(" ")
    return f"{nouns[verb]} of {rest}".replace("_", " ") if verb in nouns and rest[0].islower() else ""


def _names_a_person(phrase: str) -> bool:
    """Whether the noun at the head of a phrase is a person."""
    head = re.split(r" (?:of|who|whom|that|with|from|to|at|in|for|and|on|by) ", phrase)[0].split()[-1]
    return look_up(head) == (head, "person") or head in kin()


def is_lost(text: str, name: str) -> bool:
    """Whether a text says that somebody drowned or was lost. It counts as said of one without a name."""
    return not name or bool(
        re.search(rf"\b{re.escape(name)}\b[^.!?]*\b(?:drowned|missing|vanished|lost)\b", text)
    )


def is_dead(text: str, name: str) -> bool:
    """Whether a text says that somebody is dead."""
    words = "drowned|died|is dead|was dead|had died|was buried|was killed"
    return bool(re.search(rf"\b{re.escape(name)}(?: [A-ZÀ-Þ]\w+)? (?:{words})\b", text))


def pronoun_said(text: str, name: str) -> str:
    """The pronoun that a text has for somebody, where it nearly always has the same; else empty."""
    last = re.escape(name.split()[-1])
    near = re.findall(rf"\b{last}\b[^.!?\n]*", text)[:_COMPARED]
    words = [
        word.lower() for one in near for word in re.findall(r"\b(?:[Hh]e|[Hh]im|[Hh]is|[Ss]he|[Hh]er)\b", one)
    ]
    she = sum(word in ("she", "her") for word in words)
    if len(words) < _SURE or len(words) / 4 < min(she, len(words) - she):
        return ""
    return "she" if she > len(words) / 2 else "he"


@lru_cache(maxsize=8)
def passages_of(text: str, names: tuple[str, ...], most: int) -> tuple[tuple[str, ...], ...]:
    """At most so many passages of a text in its order: of each its own plain sentences, none of them twice.
    Empty for a text that is no manuscript."""
    if len(text) <= MANUSCRIPT:
        return ()
    seen: set[str] = set()
    every: list[list[str]] = []
    for opening in _openings(text):
        told = [one for one in _plain((opening,)) if one not in seen]
        seen.update(told)
        if told and (len(told) >= _LEAST or not every):
            every.append(told)
        elif told:
            every[-1].extend(told)
    count = min(len(every), most, max(2, round(len(text) / _CHAPTER)))
    bounds = [len(every) * at // count for at in range(count + 1)] if count else []
    groups = (every[start:end] for start, end in pairwise(bounds))
    chosen = (
        max(group, key=lambda told: _tells(told, names)) if at else group[0]
        for at, group in enumerate(groups)
    )
    return tuple(tuple(told[:_MOST]) for told in chosen)


def _tells(told: Sequence[str], names: tuple[str, ...]) -> int:
    """How much a passage tells of people."""
    return sum(_weight(one, names) for one in told[:_MOST])


def _openings(text: str) -> Iterator[str]:
    """The start of the text, and the first paragraph under each heading."""
    headings = list(_HEADING.finditer(text))
    if headings:
        yield from _PARAGRAPHS.split(text[: headings[0].start()])[:_FIRST]
    for heading in headings:
        yield _PARAGRAPHS.split(text[heading.end() : heading.end() + _OPENING].strip(), maxsplit=1)[0]


def _plain(texts: Iterable[str]) -> list[str]:
    """The sentences without speech, each once."""
    every = (one for text in texts for one in sentences(text))
    return list(
        dict.fromkeys(one for one in every if _SHORTEST <= len(one) <= _LONGEST and _PLAIN.match(one))
    )


def _weight(sentence: str, names: tuple[str, ...]) -> int:
    named = sum(bool(re.search(rf"\b{re.escape(name)}\b", sentence)) for name in names)
    capitals = len(re.findall(r"(?<!^)\b[A-ZÀ-Þ]\w{2,}", sentence))
    return (
        2 * min(named, 2) + min(capitals, 3) + (len(sentence) > 70) - 3 * bool(_POINTS_BACK.match(sentence))
    )
