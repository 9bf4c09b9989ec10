"""Reads the prose of the storyteller from ``prose/*.txt``, once.

A file has fragments (``@ family.slot.name``: one event of a story) and entries (``# kind name``: a place, a
creature, a want …). Both begin with headers (``key: value``). `` || `` divides the alternatives of a header.
A fragment has one or more tellings. Each begins with ``*``; its lines follow. A line may begin with ``+``, if
it may be left out, and with conditions in brackets (``[5 eyes two]``). ``//`` begins a comment. ``voice``
describes the notation in a line; docs/authoring-stories.md teaches both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

_HEADER = re.compile(r"^([a-z_]+): ?(.*)$")
_CONDITIONS = re.compile(r"^\[([^\]|]*)\]\s*")
_OR = " || "


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a telling. It is told only if its conditions hold."""

    text: str
    conditions: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, eq=False)
class Entry:
    """Something that stories know: a place, a creature, a trade, a want."""

    kind: str
    name: str
    head: Mapping[str, str]

    def get(self, key: str) -> str:
        """The value of a header. Empty if it is missing."""
        return self.head.get(key, "")

    def words(self, key: str) -> tuple[str, ...]:
        """The value of a header as words."""
        return _words(self.get(key))

    def many(self, key: str) -> tuple[str, ...]:
        """The alternatives of a header."""
        return _alternatives(self.get(key))


@dataclass(frozen=True, eq=False)
class Fragment(Entry):
    """An event: what must hold before it, what holds after it, its picture, and the words for it."""

    slot: str = ""
    tellings: tuple[tuple[Line, ...], ...] = ()

    @property
    def family(self) -> str:
        """The family of the event: a want (``journey``) or an obstacle (``gate``)."""
        return self.kind

    @cached_property
    def id(self) -> str:
        """The full name: ``family.slot.name``."""
        return f"{self.kind}.{self.slot}.{self.name}"

    @cached_property
    def when(self) -> tuple[frozenset[str], ...]:
        """Of each of these sets, one tag or fact must hold."""
        return tuple(frozenset(token.split("/")) for token in self.words("when"))

    @cached_property
    def banned(self) -> frozenset[str]:
        """Tags and facts that must not hold."""
        return frozenset(self.words("not"))

    @cached_property
    def needs(self) -> frozenset[str]:
        """Facts that earlier events must have made."""
        return frozenset(self.words("needs"))

    @cached_property
    def body(self) -> tuple[str, ...]:
        """What the body of X must do."""
        return self.words("body")

    @cached_property
    def age(self) -> int:
        """The lowest age that the event is for."""
        return int(self.get("age") or 0)

    @cached_property
    def stage(self) -> dict[str, str]:
        """The picture of the event: ``focus``, ``shot``, and a pose for each role."""
        return dict(part.split("=", 1) for part in self.words("stage"))


@cache
def _words(value: str) -> tuple[str, ...]:
    return tuple(value.split())


@cache
def _alternatives(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(_OR) if part.strip())


@cache
def line_of(raw: str) -> Line:
    """A line from its notation."""
    optional = raw.startswith("+")
    raw = raw.lstrip("+ ").strip()
    found = _CONDITIONS.match(raw)
    if found is None:
        return Line(raw, (), optional)
    return Line(raw[found.end() :], tuple(found[1].split()), optional)


@cache
def fragments(family: str, slot: str) -> tuple[Fragment, ...]:
    """The events of a family for a slot, in the order of the files."""
    return tuple(one for one in all_fragments() if one.family == family and one.slot == slot)


@cache
def all_fragments() -> tuple[Fragment, ...]:
    """All events."""
    return tuple(one for one in _all() if isinstance(one, Fragment))


@cache
def entries(kind: str) -> dict[str, Entry]:
    """All entries of a kind by name, in the order of the files."""
    return {one.name: one for one in _all() if one.kind == kind and not isinstance(one, Fragment)}


@cache
def _all() -> tuple[Entry, ...]:
    folder = files("service.providers.offline.storyteller").joinpath("prose")
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir())
    return tuple(one for name, text in texts if name.endswith(".txt") for one in read(name, text))


def read(name: str, text: str) -> Iterator[Entry]:
    """Parse the text of a file. Raises ``ValueError`` with the file's name and the line for other text."""
    block: list[tuple[int, str]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if line.startswith(("@ ", "# ")) and block:
            yield _read_block(name, block)
            block = []
        if line and not line.startswith("//"):
            block.append((number, line))
    if block:
        yield _read_block(name, block)


def _read_block(file: str, block: list[tuple[int, str]]) -> Entry:
    head: dict[str, str] = {}
    tellings: list[list[Line]] = []
    for number, raw in block[1:]:
        header = _HEADER.match(raw)
        if raw.startswith("*"):
            tellings.append([line_of(raw[1:].strip())] if raw[1:].strip() else [])
        elif tellings:
            tellings[-1].append(line_of(raw))
        elif header:
            old = head.get(header[1])
            head[header[1]] = f"{old}{_OR}{header[2]}" if old else header[2]
        else:
            raise ValueError(f"{file}:{number}: {raw!r} is neither a header nor a line of a telling")
    return _named(file, *block[0], head, tuple(tuple(lines) for lines in tellings))


def _named(
    file: str, number: int, title: str, head: dict[str, str], tellings: tuple[tuple[Line, ...], ...]
) -> Entry:
    mark, _, name = title.partition(" ")
    parts = name.split(".")
    if mark == "#" and " " in name:
        kind, _, own = name.partition(" ")
        return Entry(kind, own, head)
    if mark == "@" and len(parts) == 3 and tellings:
        return Fragment(parts[0], parts[2], head, parts[1], tellings)
    raise ValueError(f"{file}:{number}: {title!r} names neither an entry nor an event with a telling")
