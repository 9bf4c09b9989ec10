"""Reads the prose of the storyteller from ``prose/*.txt``, once.

A file holds records. A record starts with ``@ kind id``; then come ``key: value`` lines and moments:

    # opening place=garden time=morning weather=sunny props=cloud,flower X=look_up:curious *=point:happy
    alt: what happens in the picture
    s:
    a line of one or more sentences, for the younger two age ranges
    + a line that may be left out

    a blank line begins a paragraph
    r:
    the same moment, richer, for the older two

A line may begin with ``?1`` (for one hero), ``?2`` (for two or more heroes), ``?3`` or ``?4``, and then with
``+``. Lines that begin with ``8`` are for the oldest age range only, if the number of words allows it. ``//``
begins a comment. ``time`` and ``weather`` may be missing if the plot gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from service.providers.offline.storyteller.grammar import Template, parse

_SHORT = 14
_CONJUNCTIONS = frozenset({"And", "But", "So"})
_JOINED_START = re.compile(r"(And|But|So|It|There|They|She|He|The|Nobody|This|That)\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of prose, in two versions: ``flowing`` has longer sentences than ``template``.

    Stories use the line only if their number of heroes is from ``least`` to ``most``.
    """

    template: Template
    flowing: Template
    optional: bool
    elder: bool
    least: int
    most: int

    @property
    def joins(self) -> bool:
        """Whether the line continues the paragraph of the previous line."""
        return self.optional or self.elder or self.least > 1 or self.most == 1

    def fits(self, heroes: int) -> bool:
        """Whether a story with this number of heroes may use the line."""
        return self.least <= heroes <= self.most


Paragraphs = tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a story in two versions (short and rich), with its staging."""

    kind: str
    place: str
    time: str
    weather: str
    props: tuple[str, ...]
    lead_pose: tuple[str, str]
    others_pose: tuple[str, str]
    alt: Template
    simple: Paragraphs
    rich: Paragraphs


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the prose: a frame, an arc, a theme, a passage, a gift, or the episode of a trait."""

    kind: str
    id: str
    values: Mapping[str, str]
    moments: Mapping[str, Moment] = field(default_factory=dict)

    def options(self, key: str) -> tuple[Template, ...]:
        """The alternatives of a header, divided by ``|``."""
        return tuple(parse(option.strip()) for option in _divide(self.values[key]))

    def words(self, key: str) -> tuple[str, ...]:
        """The value of a header as a list of words."""
        return tuple(self.values.get(key, "").replace(",", " ").split())


@cache
def records(kind: str) -> dict[str, Record]:
    """All records of a kind by id, in the order of the file names and of the records in each file."""
    return {record.id: record for record in _all() if record.kind == kind}


@cache
def _all() -> tuple[Record, ...]:
    folder = files("service.providers.offline.storyteller").joinpath("prose")
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir())
    return tuple(record for name, text in texts if name.endswith(".txt") for record in read_records(text))


def read_records(text: str) -> Iterator[Record]:
    """Parse the text of a file to records. Raises ``ValueError`` for prose that cannot be parsed."""
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("//")]
    for block in _split(lines, "@ "):
        _, kind, name = block[0].split(maxsplit=2)
        head, *moments = list(_split(block, "# ", keep_first=True))
        made = [_read_moment(moment) for moment in moments]
        yield Record(kind, name, _values(head[1:]), {moment.kind: moment for moment in made})


def _split(lines: Iterable[str], mark: str, *, keep_first: bool = False) -> Iterator[list[str]]:
    block: list[str] | None = [] if keep_first else None
    for line in lines:
        if line.startswith(mark):
            if block is not None:
                yield block
            block = []
        if block is not None:
            block.append(line)
    if block is not None:
        yield block


def _values(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in lines if line)
    return {key.strip(): value.strip() for key, value in pairs}


def _divide(value: str) -> list[str]:
    """Split a value at the bars outside of brackets."""
    return re.split(r"\|(?![^\[<]*[\]>])", value)


def _read_moment(lines: list[str]) -> Moment:
    kind, *attributes = lines[0][2:].split()
    given = dict(attribute.split("=", 1) for attribute in attributes)
    simple_at, rich_at = lines.index("s:"), lines.index("r:")
    others = given.get("*", given["X"])
    return Moment(
        kind=kind,
        place=given["place"],
        time=given.get("time", ""),
        weather=given.get("weather", ""),
        props=tuple(prop.replace("_", " ") for prop in given.get("props", "").split(",") if prop),
        lead_pose=_pose(given["X"]),
        others_pose=_pose(others),
        alt=parse(_values(lines[1:simple_at])["alt"]),
        simple=_paragraphs(lines[simple_at + 1 : rich_at]),
        rich=_paragraphs(lines[rich_at + 1 :]),
    )


def _pose(value: str) -> tuple[str, str]:
    pose, expression = value.split(":")
    return pose, expression


def _paragraphs(lines: list[str]) -> Paragraphs:
    found: list[list[Line]] = [[]]
    for line in lines:
        if line:
            found[-1].append(_read_line(line))
        elif found[-1]:
            found.append([])
    return tuple(tuple(paragraph) for paragraph in found if paragraph)


def _read_line(source: str) -> Line:
    least, most = 1, 4
    if source[0] == "?":
        least = int(source[1])
        most = 1 if least == 1 else 4
        source = source[2:].strip()
    optional, elder = source.startswith("+"), source.startswith("8 ")
    prose = source.removeprefix("+").removeprefix("8 ").strip()
    return Line(parse(prose), parse(_flowing(prose)), optional, elder, least, most)


def _flowing(prose: str) -> str:
    """Join pairs of neighbouring short sentences, if the second sentence begins with a simple short word."""
    if '"' in prose:
        return prose
    joined: list[str] = []
    for sentence in re.split(r"(?<=[.!?…])\s+", prose):
        before = joined[-1] if joined else ""
        second = _JOINED_START.match(sentence)
        short = 2 < len(before.split()) <= _SHORT and 2 < len(sentence.split()) <= _SHORT
        if before.endswith(".") and ";" not in before and "," not in before and second and short:
            mark = "," if second[1] in _CONJUNCTIONS else ";"
            joined[-1] = f"{before[:-1]}{mark} {sentence[0].lower()}{sentence[1:]}"
        else:
            joined.append(sentence)
    return " ".join(joined)
