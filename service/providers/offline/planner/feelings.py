"""What a text says that its hero feels or cannot do: the heart of a short inspiration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from service.providers.offline.planner.word_lists import listed

#: A feeling said later than this in a sentence is rarely the hero's.
_FROM_START = 110
_OBJECT = r"((?:[\w’'-]+ ?){1,6})"
_ADJECTIVE = re.compile(
    r"^(?:is |has|goes|went|slowly|can|could|fears|dreads|grieves|mourns|envies|does|never|will|only|"
    r"stam|stut|longs|falls)"
)
_CAN = re.compile(r"^.*?\b(?:cannot|can't|longer|learned to|unable to|how to) ")
_GOING = {"blind": "the sight of things", "deaf": "the sound of things"}
_STOPS = ("and", "but", "who", "which", "until", "when", "while", "because", "so", "to", "though", "as", "or")


@dataclass(frozen=True, slots=True)
class Feeling:
    """A feeling by its name. ``said`` is how the text has it, ``about`` what it is about (may be empty)."""

    name: str
    said: str
    about: str = ""

    @property
    def predicate(self) -> str:
        """What is said of the hero, with a verb."""
        return self.said if _ADJECTIVE.match(self.said) else f"is {self.said}"


def feeling_of(text: str) -> Feeling | None:
    """The feeling that the first clauses of a text name; None where they name none."""
    return next(iter(feelings_of(text)), None)


def feelings_of(text: str) -> list[Feeling]:
    """All feelings that the first clauses of a text name, in their order."""
    start = text.replace("’", "'")
    found = [(match.start(), name, match) for name, match in _matches(start) if match.start() < _FROM_START]
    return [_feeling(name, match) for _, name, match in sorted(found, key=lambda one: one[0])]


def _feeling(name: str, match: re.Match[str]) -> Feeling:
    about = next((group for group in match.groups() if group), "")
    known = _phrase(about)
    said = match[0].replace(about, known).strip() if about else match[0].strip()
    if name == "cannot":
        known = _CAN.sub("", said)
    if name == "losing":
        known = said.partition("losing ")[2] or _GOING.get(said.split()[-1], "")
    return Feeling(name, said, known)


def _phrase(words: str) -> str:
    """The words up to the next verb or clause: ``the dark must bake`` is the dark."""
    kept: list[str] = []
    for word in words.split():
        if kept and (word in _STOPS or word in listed("finite")):
            break
        kept.append(word)
    return " ".join(kept)


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for name, pattern in _patterns():
        if found := pattern.search(text):
            yield name, found


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    text = files("service.providers.offline.planner").joinpath("feelings.txt").read_text("utf-8")
    rows = (line.partition(": ") for line in text.splitlines() if line and not line.startswith("//"))
    return [(name, re.compile(rf"\b(?:{said.replace('{}', _OBJECT)})\b")) for name, _, said in rows]
