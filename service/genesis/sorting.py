"""Sorts a user's text into the fields of a stage: the pieces in which a planner reads the text, and what it
has found in all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from service.genesis.fields import find
from service.genesis.quotes import quoted
from service.providers.protocols import MOST_SORTED, Draft, FieldValue, PlanAsk

#: The maximum number of pieces that one round reads, and of their characters.
MOST_PIECES = 10
MOST_READ = MOST_PIECES * MOST_SORTED
#: Where a piece may end, the best place first.
_ENDS = ("\n\n", "\n", ". ", " ")


def pieces_of(text: str) -> list[str]:
    """The pieces of a text that one round reads, in order. Each has at most ``MOST_SORTED`` characters. A
    piece ends after a paragraph, else after a line, a sentence or a word."""
    pieces: list[str] = []
    at = 0
    while at < len(text) and len(pieces) < MOST_PIECES:
        end = _end(text, at)
        pieces.append(text[at:end])
        at = end
    return pieces


def _end(text: str, at: int) -> int:
    most = at + MOST_SORTED
    if most >= len(text):
        return len(text)
    # No piece has less than half of the length, so that ten pieces read enough.
    found = ((text.rfind(end, at + MOST_SORTED // 2, most), end) for end in _ENDS)
    return next((place + len(end) for place, end in found if place >= 0), most)


def unread(text: str, pieces: Sequence[str]) -> tuple[str, ...]:
    """The note of a proposal about the rest of a text that its round does not read; none for no rest."""
    read = sum(map(len, pieces))
    if read == len(text):
        return ()
    said = f"Of {len(text):,} characters, the first {read:,} were sorted."
    return (f"{said} Import the rest as a text of its own.",)


def ask_for(ask: PlanAsk, piece: str, found: Draft) -> PlanAsk:
    """The request for one piece. What earlier pieces have said is among the fields, so that the planner
    recognises its elements."""
    (id_,) = ask.material
    fields = {**found.values, **ask.fields, **_orders(ask.fields, found.values)}
    return replace(ask, material={id_: piece}, fields=fields)


def joined(ask: PlanAsk, piece: str, found: Draft, draft: Draft) -> Draft:
    """What was found, with what a draft has found in its piece. The first value of a field counts. Values
    without a quote in the piece, and elements for which a collection has no room, are left out."""
    values, quotes = dict(found.values), dict(found.quotes)
    for path, quote in quoted(piece, draft).items():
        if path not in values and _has_room(path, _orders(ask.fields, values)):
            values[path], quotes[path] = draft.values[path], quote
    drawn_from = tuple(f"material.{id_}" for id_ in ask.material)
    return Draft(values, drawn_from=drawn_from, notes=found.notes, quotes=quotes)


def _has_room(path: str, orders: Mapping[str, list[str]]) -> bool:
    for collection, id_ in _elements(path):
        table, ids = find(collection).collection, orders.get(collection, ())
        if table and id_ not in ids and len(ids) >= table.most:
            return False
    return True


def _orders(fields: Mapping[str, FieldValue], found: Mapping[str, FieldValue]) -> dict[str, list[str]]:
    """The ids of each collection's elements, accepted ones first, by the path of the collection."""
    orders: dict[str, list[str]] = {}
    for path in (*fields, *found):
        for collection, id_ in _elements(path):
            ids = orders.setdefault(collection, [])
            if id_ not in ids:
                ids.append(id_)
    return orders


def _elements(path: str) -> Iterator[tuple[str, str]]:
    place = find(path)
    return ((f"{place.stage}.{collection}", id_) for collection, id_ in place.elements)
