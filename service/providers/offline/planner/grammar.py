"""The notation of the prose. A text is parsed once, and rendered for a cast.

``{slot}``       a word that the cast gives: a name, a pronoun, a fact of the plot
``[many|one]``   by the number of heroes
``<a|b|c>``      one of these, by the seed

Only the prose of the service is parsed. Text of a user is inserted through slots, after parsing, and is never
parsed: braces and brackets in a name stay unchanged. Straight quotes in the prose become typographic quotes;
quotes in the text of a user stay unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from service.providers.offline.storyteller.english import typographic


class Voice(Protocol):
    """The interface from which a template gets its words while it is rendered."""

    @property
    def many(self) -> bool:
        """Whether the story has more than one hero."""

    def slot(self, name: str) -> str:
        """The word for a slot of a template."""

    def choose(self, count: int) -> int:
        """A random index below ``count``."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a template: a word from the cast."""

    name: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A part of a template with alternatives. If ``by_number`` is true, they are the forms for several heroes
    and for one hero."""

    options: tuple[Template, ...]
    by_number: bool


Template = tuple["str | Slot | Pick", ...]

_SPECIAL = re.compile(r"[{\[<|\]>]")
_CLOSERS = {"[": "]", "<": ">"}


@cache
def parse(source: str) -> Template:
    """Parse a line of prose. Raises ``ValueError`` if brackets do not match."""
    reader = _Reader(typographic(source))
    template = reader.read(stop="|]>")
    if reader.rest:
        raise ValueError(f"unmatched bracket in {source!r}")
    return template


def render(template: Template, voice: Voice) -> str:
    """The words of a template for this voice."""
    return "".join(_words(template, voice))


def slots(template: Template) -> Iterator[str]:
    """The names of all slots in a template, in every alternative."""
    for part in template:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Pick):
            for option in part.options:
                yield from slots(option)


def _words(template: Template, voice: Voice) -> Iterator[str]:
    for part in template:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Slot):
            yield voice.slot(part.name)
        else:
            at = int(not voice.many) if part.by_number else voice.choose(len(part.options))
            yield from _words(part.options[at], voice)


class _Reader:
    """A recursive parser for one line."""

    def __init__(self, source: str) -> None:
        self.rest = source

    def read(self, stop: str) -> Template:
        parts: list[str | Slot | Pick] = []
        while self.rest and self.rest[0] not in stop:
            head = self.rest[0]
            if head == "{":
                name, self.rest = self.rest[1:].split("}", 1)
                parts.append(Slot(name))
            elif head in _CLOSERS:
                parts.append(self._pick(head))
            else:
                parts.append(self._plain())
        return tuple(parts)

    def _plain(self) -> str:
        found = _SPECIAL.search(self.rest, 1)
        at = found.start() if found else len(self.rest)
        plain, self.rest = self.rest[:at], self.rest[at:]
        return plain

    def _pick(self, opener: str) -> Pick:
        closer = _CLOSERS[opener]
        options = []
        self.rest = self.rest[1:]
        while True:
            options.append(self.read(stop="|" + closer))
            if not self.rest:
                raise ValueError(f"missing {closer}")
            ended, self.rest = self.rest[0] == closer, self.rest[1:]
            if ended:
                return Pick(tuple(options), by_number=opener == "[")
