"""The table of the fields of each stage, and functions that look up a path in this table. Pure.

A part of a field is written with a dot: ``length.chapters``. Elements of collections have ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from service.genesis.model import STAGES, GenesisStage, StageState
from service.genesis.paths import ID, stage_of, within
from service.genesis.values import Choice, Field, Flag, Reference, References, Text, Texts, Whole

MOST_CHAPTERS = 60
CHAPTERS = Whole(3, MOST_CHAPTERS, required=True)
GENRE = Text(80, required=True)
AUDIENCE = Choice(("children", "middle_grade", "young_adult", "adult"), required=True)

_PEOPLE, _PLACES, _THREADS = "character.people", "world.places", "plot.threads"


@dataclass(frozen=True, slots=True)
class Group:
    """The fields and collections of one stage, or of the elements of one collection."""

    fields: Mapping[str, Field]
    collections: Mapping[str, Collection] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: a list of elements, whose ids begin with ``prefix``. A complete stage has at least
    ``least`` elements."""

    prefix: str
    most: int
    element: Group
    least: int = 0


_SCENE = Group(
    {
        "summary": Text(1000, required=True),
        "place": Reference(_PLACES),
        "people": References(_PEOPLE, 12),
        "beats": Texts(600, most=6, least=3),
        "threads": References(_THREADS, 12),
        "turn": Text(300),
        "words": Whole(50, 20_000),
    }
)
_PERSON = Group(
    {
        "name": Text(120, required=True),
        "role": Text(300),
        "age": Whole(0, 9999),
        "pronouns": Choice(("she/her", "he/him", "they/them")),
        **dict.fromkeys(("summary", "want", "need", "wound", "lie", "strength", "flaw", "voice"), Text(1000)),
        **dict.fromkeys(("arc.start", "arc.turn", "arc.end"), Text(600)),
        **dict.fromkeys(
            (f"looks.{part}" for part in ("skin_tone", "hair", "eyes", "outfit", "other")), Text(120)
        ),
        "real": Flag(),
    }
)
_CHAPTER = Group(
    {
        "number": Whole(1, MOST_CHAPTERS),
        "title": Text(200, required=True),
        "act": Whole(1, 5),
        "pov": Reference(_PEOPLE),
        **dict.fromkeys(("goal", "conflict", "outcome", "hook"), Text(1000)),
    },
    {"scenes": Collection("s", 12, _SCENE)},
)

FIELDS: Mapping[GenesisStage, Group] = {
    GenesisStage.CONCEPT: Group(
        {
            "title": Text(200, required=True),
            "logline": Text(300, required=True),
            "premise": Text(4000, required=True),
            "genre": GENRE,
            "audience": AUDIENCE,
            "tone": Texts(60, most=5),
            "point_of_view": Text(120),
            "tense": Text(60),
            "length.chapters": CHAPTERS,
            "length.words_a_chapter": Whole(200, 20_000),
            "avoid": Texts(200, most=20),
        }
    ),
    GenesisStage.THEME: Group(
        {
            "question": Text(500, required=True),
            "statement": Text(500, required=True),
            "counter_statement": Text(500),
            "values_in_conflict": Texts(80, most=2, least=2),
        },
        {"motifs": Collection("m", 12, Group({"name": Text(200, required=True), "meaning": Text(500)}))},
    ),
    GenesisStage.CHARACTER: Group(
        {},
        {
            "people": Collection("c", 12, _PERSON, least=1),
            "relations": Collection(
                "r",
                60,
                Group(
                    {
                        "a": Reference(_PEOPLE, required=True),
                        "b": Reference(_PEOPLE, required=True),
                        "kind": Text(200),
                        "tension": Text(600),
                    }
                ),
            ),
        },
    ),
    GenesisStage.WORLD: Group(
        {"era": Text(600), "summary": Text(4000, required=True)},
        {
            "places": Collection(
                "w", 40, Group({"name": Text(200, required=True), "summary": Text(1000), "senses": Text(600)})
            ),
            "rules": Collection("u", 20, Group({"statement": Text(600, required=True), "cost": Text(600)})),
            "groups": Collection("g", 20, Group({"name": Text(200, required=True), "aim": Text(600)})),
            "history": Collection("h", 40, Group({"when": Text(200), "what": Text(1000, required=True)})),
            "glossary": Collection("e", 60, Group({"term": Text(120, required=True), "meaning": Text(600)})),
        },
    ),
    GenesisStage.PLOT: Group(
        {
            "structure": Choice(("three_act", "four_act", "heros_journey", "kishotenketsu", "custom")),
            "ending": Text(4000, required=True),
        },
        {
            "threads": Collection(
                "t", 40, Group({"name": Text(300, required=True), "setup": Text(1000), "payoff": Text(1000)})
            ),
            "chapters": Collection("k", MOST_CHAPTERS, _CHAPTER, least=3),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """The place that a path names. ``elements`` are the elements on the way to this place. Each is the path
    of its collection within the stage, and its id. All of these elements must exist.

    ``field`` is set if the path names a field. ``collection`` is set if the path names a collection or an
    element. If both are None, the path names a stage, or all parts of a field together. Such a path can only
    be locked or cited.
    """

    path: str
    field: Field | None = None
    collection: Collection | None = None
    elements: tuple[tuple[str, str], ...] = ()
    is_element: bool = False

    @property
    def stage(self) -> GenesisStage:
        """The stage of the path."""
        return GenesisStage(stage_of(self.path))

    def exists(self, stage: StageState) -> bool:
        """Whether each element that the path passes is in the stage."""
        return all(id_ in stage.order.get(collection, ()) for collection, id_ in self.elements)


@lru_cache(maxsize=16_384)
def find(path: str) -> Place:
    """What a path names. Raises ``ValueError`` if the table does not have the path."""
    name, rest = stage_of(path), within(path)
    if name not in STAGES or not all(path.split(".")):
        raise ValueError(_unknown(path))
    group, before = FIELDS[GenesisStage(name)], ""
    elements: list[tuple[str, str]] = []
    while rest:
        if rest in group.fields:
            return Place(path, field=group.fields[rest], elements=tuple(elements))
        head, _, rest = rest.partition(".")
        collection = group.collections.get(head)
        if collection is None:
            return _parts(path, before, group, elements)
        id_, _, rest = rest.partition(".")
        if not id_:
            return Place(path, collection=collection, elements=tuple(elements))
        if not ID.fullmatch(id_):
            raise ValueError(_unknown(path))
        elements.append((f"{before}{head}", id_))
        before, group = f"{before}{head}.{id_}.", collection.element
        if not rest:
            return Place(path, collection=collection, elements=tuple(elements), is_element=True)
    return Place(path, elements=tuple(elements))


def find_leaf(path: str) -> Field:
    """The field that a path names. Raises ``ValueError`` if the path does not name a field."""
    place = find(path)
    if place.field is None:
        raise ValueError(f"{path} is not a single field.")
    return place.field


def _parts(path: str, before: str, group: Group, elements: list[tuple[str, str]]) -> Place:
    parts = within(path).removeprefix(before)
    if not any(name.startswith(f"{parts}.") for name in group.fields):
        raise ValueError(_unknown(path))
    return Place(path, elements=tuple(elements))


def _unknown(path: str) -> str:
    return f"The path {path[:200]!r} does not exist."


def flatten(group: Group, value: Any) -> dict[str, Any]:
    """Convert an element from the nested form of a request, ``{arc: {start: …}}``, to a mapping by field
    name: ``arc.start``.

    Raises ``ValueError`` if the value is not an object, or has a field that the table does not contain.
    """
    if not isinstance(value, Mapping):
        raise ValueError("This must be an object of fields.")
    flat = dict(_flat("", value, group))
    if not flat:
        raise ValueError("This must have at least one field.")
    return flat


def _flat(prefix: str, value: Mapping[str, Any], group: Group) -> Iterator[tuple[str, Any]]:
    for name, part in value.items():
        path = f"{prefix}{name}"
        if path in group.fields:
            yield path, part
        elif isinstance(part, Mapping) and any(known.startswith(f"{path}.") for known in group.fields):
            yield from _flat(f"{path}.", part, group)
        else:
            raise ValueError(f"The field {path[:80]!r} does not exist.")


def missing(stage: StageState) -> list[str]:
    """The paths that a stage still needs before it is complete. The path of a collection is listed if the
    collection has too few elements."""
    return [f"{stage.stage}.{path}" for path in _missing("", FIELDS[stage.stage], stage)]


def _missing(prefix: str, group: Group, stage: StageState) -> Iterator[str]:
    for name, wanted in group.fields.items():
        if wanted.required and f"{prefix}{name}" not in stage.fields:
            yield f"{prefix}{name}"
    for name, collection in group.collections.items():
        ids = stage.order.get(f"{prefix}{name}", ())
        if len(ids) < collection.least:
            yield f"{prefix}{name}"
        for id_ in ids:
            yield from _missing(f"{prefix}{name}.{id_}.", collection.element, stage)
