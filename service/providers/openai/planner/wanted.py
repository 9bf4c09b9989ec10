"""Which fields an ask wants, and the strict JSON schema of the answer. Pure.

The schema stays within the limits of structured output: at most 5,000 properties, 10 levels, 1,000 words in
enums (500 on older models), and no enum of more than 250 words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.providers.openai.planner.fields import (
    CHAPTERS,
    FIELDS,
    PEOPLE,
    Collection,
    Group,
    Kind,
    Number,
    OneOf,
    Refers,
    WordsList,
    named,
)
from service.providers.plan_tokens import CHAPTERS_A_CALL
from service.providers.protocols import PlanAsk

#: The id of a new element. People refer to one another, so new people are numbered: ``new1`` …
NEW = "new"
_NEW_PEOPLE = 12


@dataclass(frozen=True, slots=True)
class Elements:
    """The wanted elements of a collection. ``ids``: only these; None: any of it, and new ones."""

    collection: Collection
    inner: Wanted
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wanted fields of a group, and the wanted elements of its collections."""

    fields: Mapping[str, Kind]
    elements: Mapping[str, Elements]

    def __bool__(self) -> bool:
        return bool(self.fields or self.elements)


def wanted_of(ask: PlanAsk) -> Wanted:
    """The fields that an answer to the ask has: those of its scope, without what is locked as a whole. A plot
    comes without scenes, unless few enough chapters are named."""
    scope = [path.partition(".")[2] for path in ask.scope]
    everything = _group(FIELDS[ask.stage], [] if "" in scope else scope)
    fields = {
        name: kind for name, kind in everything.fields.items() if f"{ask.stage}.{name}" not in ask.locked
    }
    elements = {name: one for name, one in everything.elements.items() if not _is_held(ask, name, one)}
    if ask.stage == "plot" and "chapters" in elements:
        chapters = elements["chapters"]
        if chapters.ids is None or len(chapters.ids) > CHAPTERS_A_CALL:
            outline = replace(chapters, inner=replace(chapters.inner, elements={}))
            elements = {name: one for name, one in elements.items() if name != "chapters"}
            elements |= {"chapters": outline} if outline.inner else {}
    return Wanted(fields, elements)


def _is_held(ask: PlanAsk, name: str, one: Elements) -> bool:
    """Whether all fields that the elements have are locked: then nothing of them is to be written.

    A lock on the collection looks the same as one on each of its fields. New elements are not asked for then.
    """
    path = f"{ask.stage}.{name}."
    own = [field for field in ask.fields if field.startswith(path)]
    return one.ids is None and bool(own) and all(field in ask.locked for field in own)


def _group(group: Group, scope: Sequence[str]) -> Wanted:
    fields = {
        name: kind
        for name, kind in group.fields.items()
        if not scope or any(_meets(one, name) for one in scope)
    }
    elements: dict[str, Elements] = {}
    for name, collection in group.collections.items():
        if not scope or name in scope:
            elements[name] = Elements(collection, _group(collection.group, []))
        elif below := [one.removeprefix(f"{name}.") for one in scope if one.startswith(f"{name}.")]:
            rest = [one.partition(".")[2] for one in below]
            ids = tuple(dict.fromkeys(one.partition(".")[0] for one in below))
            inner = _group(collection.group, [] if "" in rest else rest)
            elements[name] = Elements(collection, inner, ids)
    return Wanted(fields, {name: one for name, one in elements.items() if one.inner})


def _meets(scope: str, name: str) -> bool:
    return name == scope or name.startswith(f"{scope}.")


def property_of(name: str) -> str:
    """The property of a field: ``arc.start`` is ``arc_start``."""
    return name.replace(".", "_")


def schema_of(ask: PlanAsk, wanted: Wanted, sources: Sequence[str]) -> dict[str, Any]:
    """The strict schema of an answer with proposals. ``sources`` are the paths that a proposal may cite."""
    schema = _Schema(ask)
    proposal = schema.object_of(ask.stage, wanted)
    if sources:
        schema.define("source", sources)
        says = "the paths of the data that this proposal follows from, and no others"
        proposal["properties"]["drawn_from"] = _list({"$ref": "#/$defs/source"}, says)
    return _root({"proposals": _list(closed(proposal["properties"]))}, schema.definitions)


def _root(properties: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    made = closed(properties)
    return made | ({"$defs": dict(definitions)} if definitions else {})


class _Schema:
    """Schemas of groups. Enums that occur more than once are definitions."""

    def __init__(self, ask: PlanAsk) -> None:
        self._ask = ask
        self.definitions: dict[str, Any] = {}

    def object_of(self, prefix: str, wanted: Wanted) -> dict[str, Any]:
        """An object with the wanted fields and elements below a path."""
        properties: dict[str, Any] = {}
        for name, kind in wanted.fields.items():
            if (made := self._field(kind)) is not None:
                properties[property_of(name)] = made
        for name, one in wanted.elements.items():
            properties[name] = self._elements(f"{prefix}.{name}", one)
        return closed(properties)

    def define(self, name: str, words: Iterable[str]) -> dict[str, str]:
        """A reference to an enum of these words."""
        self.definitions.setdefault(name, {"type": "string", "enum": list(words)})
        return {"$ref": f"#/$defs/{name}"}

    def _elements(self, path: str, one: Elements) -> dict[str, Any]:
        item = self.object_of(path, one.inner)
        ids = known_ids(self._ask, path, one)
        fresh = new_ids(path) if one.ids is None else ()
        if ids or path == PEOPLE:
            id_ = self.define(property_of(path), (*ids, *fresh))
            item = closed({"id": id_, **item["properties"]})
        return _list(item, one.collection.says)

    def _field(self, kind: Kind) -> dict[str, Any] | None:
        """The schema of a field; None for a reference where nothing can be referred to."""
        if isinstance(kind, Refers):
            return self._reference(kind)
        if isinstance(kind, WordsList):
            count = f"{kind.least} to {kind.most}" if kind.least < kind.most else f"exactly {kind.most}"
            return _list({"type": "string"}, f"{count} items; {kind.says}")
        if isinstance(kind, Number):
            return _said({"type": ["integer", "null"]}, kind.says)
        if isinstance(kind, OneOf):
            return _said({"type": ["string", "null"], "enum": [*kind.words, None]}, kind.says)
        return _said({"type": "string"}, kind.says)

    def _reference(self, kind: Refers) -> dict[str, Any] | None:
        ids = (*named(self._ask.fields, kind.collection), *self._fresh(kind.collection))
        if not ids:
            return None
        one = self.define(f"any_{property_of(kind.collection)}", ids)
        return _list(one, kind.says) if kind.most else _said({"anyOf": [one, {"type": "null"}]}, kind.says)

    def _fresh(self, collection: str) -> Sequence[str]:
        return new_ids(collection) if collection == PEOPLE and self._ask.stage == "character" else ()


def known_ids(ask: PlanAsk, path: str, one: Elements) -> tuple[str, ...]:
    """The ids of accepted elements that an answer may have: of a collection, also within elements."""
    if one.ids is not None:
        return one.ids
    if path.count(".") == 1:
        return tuple(named(ask.fields, path))
    # Within elements: those of all of them.
    outer, inner = CHAPTERS, path.removeprefix(f"{CHAPTERS}.")
    return tuple(
        dict.fromkeys(
            id_
            for chapter in named(ask.fields, outer)
            for id_ in named(ask.fields, f"{outer}.{chapter}.{inner}")
        )
    )[:200]


def new_ids(path: str) -> tuple[str, ...]:
    """The ids that new elements have in an answer."""
    return tuple(f"{NEW}{number}" for number in range(1, _NEW_PEOPLE + 1)) if path == PEOPLE else (NEW,)


def closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A strict object: each property is required, and no other is allowed."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(item: Mapping[str, Any], says: str = "") -> dict[str, Any]:
    return _said({"type": "array", "items": dict(item)}, says)


def _said(schema: dict[str, Any], says: str) -> dict[str, Any]:
    return schema | {"description": says} if says else schema
