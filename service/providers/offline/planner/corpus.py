"""The written pieces, read from ``prose/*.txt`` once.

A piece starts with ``# kind name``; then come ``key: value`` lines (a key may repeat) and its scenes:

    = open P.Y grief>alarm @3           slot, roles, the turn from one state to another, place of the kit
    e the sale of the boat              how people speak of it afterwards; where it is left out, they do not
    s {P} wants to sell the boat, but the buyer spits out his tea
    - {Y} licks a finger and stops smiling.

Lines that begin with ``//`` are comments. The roles are those of ``casting.ROLES``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from service.providers.offline.planner.words import bag, stem

_KEY = re.compile(r"([a-z]+): ?(.*)$")
#: How the lines of a scene begin.
_OF_STEPS = ("= ", "e ", "s ", "- ")
_ROLE_SLOT = re.compile(r"\{([POABEY])[:}]")


@dataclass(frozen=True, slots=True)
class Step:
    """A scene: ``place`` is one of the kit's places from 1, or 0 where any will do."""

    slot: str
    roles: tuple[str, ...]
    turn: str
    place: int
    summary: str
    beats: tuple[str, ...]
    event: str = ""

    @property
    def named(self) -> frozenset[str]:
        """The roles that the scene names."""
        return frozenset((*self.roles, *_ROLE_SLOT.findall(" ".join((self.summary, *self.beats)))))


@dataclass(frozen=True, eq=False)
class Piece:
    """A kit, a situation, a theme, an arc, a carrier or the names of a culture."""

    kind: str
    name: str
    head: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]

    def one(self, key: str, default: str = "") -> str:
        """The first value of a key."""
        return self.head.get(key, (default,))[0]

    def many(self, key: str) -> tuple[str, ...]:
        """All values of a key."""
        return self.head.get(key, ())

    def words(self, key: str) -> list[str]:
        """The first value of a key as a list of words."""
        return self.one(key).split()

    def options(self, key: str) -> list[str]:
        """The first value of a key, divided at ``||``."""
        return [option.strip() for option in self.one(key).split("||")]

    @cached_property
    def text(self) -> str:
        """All that the piece may bring into a draft but its genres, in lower case."""
        scenes = (line for step in self.steps for line in (step.summary, *step.beats))
        head = (value for key, values in self.head.items() if key != "genre" for value in values)
        return "\n".join((*head, *scenes)).lower()

    @cached_property
    def stems(self) -> frozenset[str]:
        """All words that the piece may bring into a draft, by their stems."""
        return frozenset(map(stem, set(re.findall(r"[a-z]+", f"{self.text} {self.one('genre')}"))))


@cache
def telling_words(piece: Piece, *keys: str) -> frozenset[str]:
    """The telling words of some keys of a piece."""
    return bag(" ".join(" ".join(piece.many(key)) for key in keys))


@cache
def pieces(kind: str) -> dict[str, Piece]:
    """All pieces of a kind by name, in the order of the files' names and of the files."""
    return {piece.name: piece for piece in _all() if piece.kind == kind}


@cache
def _all() -> tuple[Piece, ...]:
    folder = files("service.providers.offline.planner").joinpath("prose")
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir())
    return tuple(piece for name, text in texts if name.endswith(".txt") for piece in read_pieces(text))


def read_pieces(text: str) -> Iterator[Piece]:
    """The pieces of a file's text. Raises ``ValueError`` on a line that is none of the known forms."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("//")]
    for title, block in _blocks(lines, "# "):
        kind, name = title.split(" ", 1)
        head = [line for line in block if not line.startswith(_OF_STEPS)]
        steps = [line for line in block if line.startswith(_OF_STEPS)]
        yield Piece(kind, name, _head(head), tuple(_step(*step) for step in _blocks(steps, "= ")))


def _blocks(lines: Iterable[str], mark: str) -> Iterator[tuple[str, list[str]]]:
    title, block = "", list[str]()
    for line in lines:
        if not line.startswith(mark):
            block.append(line)
            continue
        if title:
            yield title, block
        title, block = line.removeprefix(mark), []
    if title:
        yield title, block


def _head(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    head: dict[str, tuple[str, ...]] = {}
    for line in lines:
        found = _KEY.match(line)
        if found is None:
            raise ValueError(f"not a line of a piece: {line!r}")
        head[found[1]] = (*head.get(found[1], ()), found[2].strip())
    return head


def _step(title: str, lines: list[str]) -> Step:
    slot, roles, turn, *more = title.split()
    place = next((int(part[1:]) for part in more if part.startswith("@")), 0)
    return Step(
        slot=slot,
        roles=tuple(roles.split(".")),
        turn=turn.replace("_", " ").replace(">", " to "),
        place=place,
        summary=next(line[2:].strip() for line in lines if line.startswith("s ")),
        beats=tuple(line[2:].strip() for line in lines if line.startswith("- ")),
        event=next((line[2:].strip() for line in lines if line.startswith("e ")), ""),
    )
