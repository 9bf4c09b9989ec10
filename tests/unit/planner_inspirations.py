"""Fifty inspirations as people write them, from nothing to a page, and what the planner reads in each.

``planner_inspirations.txt`` has them in blocks that ``%`` divides: the text, then lines such as
``= people: Femi he; Abeni [E] she``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from service.providers.offline.planner.wish import Wish, WishedPerson

_BLOCKS = Path(__file__).with_suffix(".txt").read_text("utf-8").split("%\n")


def _text(block: str) -> str:
    return block.split("\n= ")[0].removesuffix("\n").removeprefix("= ")


def _reading(block: str) -> list[str]:
    return [line.removeprefix("= ") for line in block.splitlines() if line.startswith("= ")]


READINGS = {_text(block): _reading(block) for block in _BLOCKS}
INSPIRATIONS = tuple(READINGS)
_SHORT = 8


def in_forms(texts: Sequence[str] = INSPIRATIONS) -> list[ParameterSet]:
    """Each text as a case of a test: the first ones always, the others in the long form alone."""
    return [
        pytest.param(text, id=text[:40] or "nothing", marks=pytest.mark.long if at >= _SHORT else ())
        for at, text in enumerate(texts)
    ]


def reading(wish: Wish) -> list[str]:
    """A wish as the file has it."""
    rows = {
        "people": [_person(person) for person in wish.people],
        "places": list(wish.places),
        "things": [f"{thing} ({sort})" for thing, sort in wish.things],
        "trade": [wish.trade],
        "deed": [wish.deed],
        "genre": [wish.genre],
        "unplaced": list(wish.unplaced),
    }
    return [f"{name}: {'; '.join(row)}" for name, row in rows.items() if any(row)]


def _person(person: WishedPerson) -> str:
    noun = f" ({person.noun})" if person.name and person.noun else ""
    role = f" [{person.role}]" if person.role else ""
    return f"{person.called}{noun}{role} {person.pronoun}".rstrip()
