"""A person's text, sorted into the fields of a stage: what it names, each with the sentence that says most of
it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from zlib import crc32

from service.providers.offline.planner.passages import openings, passage
from service.providers.offline.planner.reader import element_ids
from service.providers.offline.planner.wish import understand
from service.providers.protocols import Draft, PlanAsk, Stage

#: A value with its quote, by path.
Found = Iterator[tuple[str, str, str]]
#: A line that names a chapter: ``Chapter 3: The Ferry``, ``II. The Ferry``.
_HEADING = re.compile(
    r"^ *(?:chapter +\w+|[IVX]+)[.:]? +(?:[—–-] *)?(\S.{0,119}?) *$", re.MULTILINE | re.IGNORECASE
)
_MOST_MOTIFS = 4


def sorted_draft(ask: PlanAsk) -> Draft | None:
    """What the texts of an ask say of its stage; None where they say nothing that is recognised."""
    text = "\n\n".join(ask.material.values())
    found = {path: (value, quote) for path, value, quote in _SORTERS[ask.stage](ask, text)}
    if not found:
        return None
    return Draft(
        {path: value for path, (value, _) in found.items()},
        drawn_from=tuple(f"material.{id_}" for id_ in ask.material),
        quotes={path: quote for path, (_, quote) in found.items()},
    )


def _concept(_: PlanAsk, text: str) -> Found:
    """The first sentence, as the premise."""
    for sentence in islice(openings((text,)), 1):
        yield "concept.premise", sentence, sentence


def _theme(ask: PlanAsk, text: str) -> Found:
    """The objects of which a sentence tells, as motifs."""
    things = [thing for thing, sort in understand(text).things if sort == "object"][:_MOST_MOTIFS]
    return _elements(ask, "theme.motifs", "d", "meaning", text, things)


def _character(ask: PlanAsk, text: str) -> Found:
    """The people who have names."""
    names = [person.name for person in understand(text).people if person.name]
    return _elements(ask, "character.people", "c", "summary", text, names)


def _world(ask: PlanAsk, text: str) -> Found:
    """The places."""
    return _elements(ask, "world.places", "w", "summary", text, understand(text).places)


def _plot(ask: PlanAsk, text: str) -> Found:
    """The titles of chapters, where the text has headings."""
    for heading in _HEADING.finditer(text):
        id_ = _id_of(ask, "plot.chapters", "k", heading[1], key="title")
        yield f"plot.chapters.{id_}.title", heading[1], heading[0].strip()


def _elements(
    ask: PlanAsk, collection: str, letter: str, field: str, text: str, names: list[str] | tuple[str, ...]
) -> Found:
    """Named elements, each with the sentence that says most of it. Those of which none says anything are left
    out."""
    for name in names:
        if said := passage((text,), name.removeprefix("the ")):
            path = f"{collection}.{_id_of(ask, collection, letter, name)}"
            yield f"{path}.name", name, name if name in text else said
            yield f"{path}.{field}", said, said


def _id_of(ask: PlanAsk, collection: str, letter: str, name: str, key: str = "name") -> str:
    """The id of the element that has this name, or a part of it; else an id that only this name has."""
    own = set(name.split())
    for id_ in element_ids(ask.fields, collection):
        known = set(str(ask.fields.get(f"{collection}.{id_}.{key}", "")).split())
        if known and (own <= known or known <= own):
            return id_
    return f"{letter}{crc32(name.encode())}"


_SORTERS: Mapping[Stage, Callable[[PlanAsk, str], Found]] = {
    "concept": _concept,
    "theme": _theme,
    "character": _character,
    "world": _world,
    "plot": _plot,
}
