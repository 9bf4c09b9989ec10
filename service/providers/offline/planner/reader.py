"""Accepted fields as a stage reads them. What was read, and what was missing, is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.providers.protocols import Draft, FieldValue, Stage

#: What the planner itself would propose for a stage that lacks values.
Assume = Callable[[Stage], Draft]
_STAGES: dict[str, Stage] = {
    "concept": "concept",
    "theme": "theme",
    "character": "character",
    "world": "world",
    "plot": "plot",
}


class Reader:
    """Reads values by path. ``drawn`` are the paths that were read, ``missing`` those that were empty."""

    def __init__(self, fields: Mapping[str, FieldValue], assume: Assume) -> None:
        self._fields = fields
        self._assume = assume
        self._assumed: dict[Stage, Mapping[str, FieldValue]] = {}
        self.drawn: set[str] = set()
        self.missing: set[str] = set()

    def text(self, path: str) -> str:
        """A text field; where it is empty, what is assumed, and an empty string where nothing is."""
        value = self._value(path)
        return value if isinstance(value, str) else ""

    def number(self, path: str) -> int:
        """A field that is a number; where it is empty, what is assumed, and 0 where nothing is."""
        value = self._value(path)
        return value if isinstance(value, int) else 0

    def elements(self, collection: str) -> list[str]:
        """The ids of a collection's elements, in order; those that are assumed where it is empty."""
        ids = element_ids(self._fields, collection)
        if ids:
            return ids
        self.missing.add(collection)
        return element_ids(self._of(collection), collection)

    def has(self, path: str) -> bool:
        """Whether something is accepted there, at the path or below it."""
        return path in self._fields or any(one.startswith(f"{path}.") for one in self._fields)

    @property
    def sources(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The paths that were read, and those that were missing, each in order."""
        return tuple(sorted(self.drawn)), tuple(sorted(self.missing))

    def _value(self, path: str) -> FieldValue | None:
        if path in self._fields:
            self.drawn.add(path)
            return self._fields[path]
        self.missing.add(path)
        return self._of(path).get(path)

    def _of(self, path: str) -> Mapping[str, FieldValue]:
        stage = _STAGES[path.split(".", 1)[0]]
        if stage not in self._assumed:
            draft = self._assume(stage)
            self._assumed[stage] = draft.values
            self.drawn.update(draft.drawn_from)
            self.missing.update(draft.assumed)
        return self._assumed[stage]


def element_ids(values: Mapping[str, FieldValue], collection: str) -> list[str]:
    """The ids of a collection's elements: as its order says, else in the order of the values."""
    order = values.get(collection)
    if isinstance(order, list):
        return order
    depth = collection.count(".") + 1
    prefix = f"{collection}."
    return list(dict.fromkeys(path.split(".")[depth] for path in values if path.startswith(prefix)))
