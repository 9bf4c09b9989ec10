"""The world of the kit, with the names that the accepted concept gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from service.providers.offline.planner import recall
from service.providers.offline.planner.accepted import PLACES, roles_of
from service.providers.offline.planner.asked import asked_of
from service.providers.offline.planner.corpus import Piece, pieces
from service.providers.offline.planner.elements import ids_for
from service.providers.offline.planner.filling import Filler
from service.providers.offline.planner.passages import quotation
from service.providers.offline.planner.reader import Assume, Reader
from service.providers.offline.planner.words import capital, sentence
from service.providers.protocols import Draft, FieldValue, PlanAsk

#: The kit's lists: key, letter of the ids, collection and the names of a line's parts.
_LISTS = (
    ("rule", "u", "rules", ("statement", "cost")),
    ("group", "g", "groups", ("name", "aim")),
    ("history", "h", "history", ("when", "what")),
    ("gloss", "e", "glossary", ("term", "meaning")),
)
_ONE_WORLD = "The offline planner has one world for a premise: asked again, it proposes the same one."


def draft_worlds(ask: PlanAsk, assume: Assume) -> Iterator[Draft]:
    """The one world of the accepted concept."""
    seen = Reader(ask.fields, assume)
    kit = recall.kit(seen)
    named = recall.places_of_premise(seen.text("concept.premise"))
    fill = Filler(
        roles_of(seen, kit).cast,
        recall.words_of_premise(seen.text("concept.premise"), kit),
        f"{ask.seed}:world",
    )
    hidden = sentence(f"The hidden half: {fill(kit.one('hidden'))}")
    values: dict[str, FieldValue] = {
        "world.era": kit.one("era"),
        "world.summary": "\n".join((_what_holds(kit, fill), hidden)),
        **_places(ask, kit, named, fill),
    }
    for key, letter, collection, parts in _LISTS:
        rows = [[fill(part) for part in re.split(r" \|\|? ", line)] for line in kit.many(key)]
        values |= _elements(rows, letter, f"world.{collection}", parts, ask.fields)
    yield Draft(values, *seen.sources, notes=(_ONE_WORLD,), only=True)


def _what_holds(kit: Piece, fill: Filler) -> str:
    """The rules of the world in one sentence: the premise stands in the concept."""
    rules = "; ".join(fill(re.split(r" \|\|? ", rule)[0]) for rule in kit.many("rule"))
    return fill.sentence("What everyone in {town} knows: {rules}", rules=rules)


def _places(ask: PlanAsk, kit: Piece, named: list[str], fill: Filler) -> dict[str, FieldValue]:
    """The town, the kit's places, and the other places of the premise beside them."""
    own = [place.split(" | ") for place in kit.many("place")]
    rows = [(named[0], capital(kit.one("era")), "; ".join(senses.split(", ")[0] for *_, senses in own))]
    for at, (name, summary, senses) in enumerate(own, 1):
        rows.append((named[at] if at < len(named) else fill(name), fill(summary), fill(senses)))
    others = pieces("grounds")["others"].many("place")
    for at, name in enumerate(named[len(own) + 1 :]):
        summary, senses = others[at % len(others)].split(" | ")
        rows.append((name, quotation(ask, name) or summary, senses))
    others = pieces("grounds")["others"].many("place")
    for place in asked_of(ask).places:
        if place not in (name for name, *_ in rows):
            summary, senses = others[len(rows) % len(others)].split(" | ")
            rows.append((place, summary, senses))
    said = {name: quotation(ask, name) for name, *_ in rows}
    rows = [
        (
            name,
            summary if not said[name] or said[name] in summary else f"{said[name]} Proposed: {summary}",
            senses,
        )
        for name, summary, senses in rows
    ]
    return _elements(rows, "w", PLACES, ("name", "summary", "senses"), ask.fields)


def _elements(
    rows: Sequence[Sequence[str]],
    letter: str,
    collection: str,
    parts: tuple[str, ...],
    fields: Mapping[str, FieldValue],
) -> dict[str, FieldValue]:
    """An element for each row; its first part says which accepted element it is."""
    ids = ids_for((row[0] for row in rows), letter, collection, fields, parts[0])
    return {
        f"{collection}.{id_}.{part}": value
        for id_, row in zip(ids, rows, strict=True)
        for part, value in zip(parts, row, strict=True)
    }
