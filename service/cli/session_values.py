"""Puts the values of a stage, or of a proposal, into the order in which a person reads them. Pure.

The API has values by path, in any order. Here the fields follow the table of fields, and the elements of a
collection follow the order of the collection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.genesis.fields import FIELDS, Group
from service.genesis.model import GenesisStage
from service.genesis.paths import locked, parent

#: The fields that identify an element. Texts that refer to the element show one of them instead of its id.
_NAMES = ("name", "title", "term", "statement")
#: The fields of an element that are shown in a line. Of other collections, these are the first two fields.
_IN_A_LINE = {
    "people": ("name", "role", "want"),
    "relations": ("a", "b", "kind", "tension"),
    "chapters": ("title", "goal"),
}


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a stage, or of a proposal for it. ``by_name`` has them by their paths within the stage,
    and ``order`` has the ids of the elements by the path of their collection. ``names`` has a name for ids of
    elements."""

    stage: str
    by_name: Mapping[str, Any]
    order: Mapping[str, list[str]]
    names: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> list[tuple[str, str]]:
        """The fields of the stage itself that have a value, each with its text."""
        return list(self._fields("", self._group.fields))

    def in_lines(self) -> Iterator[tuple[str, list[str]]]:
        """Each collection that has elements, with a short line for each of them."""
        for name, collection in self._group.collections.items():
            shown = _IN_A_LINE.get(name, tuple(collection.element.fields)[:2])
            found = [dict(self._fields(f"{name}.{id_}.", shown)) for id_ in self.order.get(name, ())]
            if found:
                yield name, [" · ".join(dict.fromkeys(one.values())) for one in found]

    def elements(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each element with its path within the stage, and with its fields that have a value. Elements in an
        element follow it."""
        yield from self._elements("", self._group)

    @property
    def _group(self) -> Group:
        return FIELDS[GenesisStage(self.stage)]

    def _elements(self, prefix: str, group: Group) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for name, collection in group.collections.items():
            for id_ in self.order.get(f"{prefix}{name}", ()):
                path = f"{prefix}{name}.{id_}"
                yield path, list(self._fields(f"{path}.", collection.element.fields))
                yield from self._elements(f"{path}.", collection.element)

    def _fields(self, prefix: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
        for name in names:
            value = self.by_name.get(f"{prefix}{name}")
            if value not in (None, "", []):
                yield name, self._text(value)

    def _text(self, value: Any) -> str:
        if isinstance(value, list):
            between = "; " if any(" " in str(one) for one in value) else ", "
            return between.join(map(self._text, value))
        return self.names.get(value, value) if isinstance(value, str) else str(value)


def names_in(values: Mapping[str, Any]) -> dict[str, str]:
    """A name for each id of an element, from values by path."""
    found: dict[str, str] = {}
    for path, value in values.items():
        element, _, leaf = path.rpartition(".")
        if leaf in _NAMES and parent(element):
            found.setdefault(element.rpartition(".")[2], str(value))
    return found


def marks_of(
    stage: str, names: Collection[str], locks: Collection[str], stale: Collection[str]
) -> dict[str, str]:
    """What is said beside a field, by its path within the stage: that it is locked, or to be looked at
    again."""
    old = {name: " (look again)" for name in names if f"{stage}.{name}" in stale}
    return old | {name: " (locked)" for name in names if locked(f"{stage}.{name}", locks)}
