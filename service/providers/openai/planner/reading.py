"""What a model has written, read as data of unknown worth: values by path. Pure.

Nothing of it is trusted: ids that were not sent are new elements, references that lead nowhere are left out,
texts are shortened, and more elements than a collection holds are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from service.api.sanitize import clean
from service.providers.openai.planner.fields import (
    CHAPTERS,
    Collection,
    Kind,
    Number,
    OneOf,
    Refers,
    Words,
    WordsList,
    named,
)
from service.providers.openai.planner.wanted import NEW, Elements, Wanted, known_ids, property_of
from service.providers.protocols import FieldValue, PlanAsk

#: Ends of a sentence, in several scripts.
_ENDS = ".!?…。！？।"


def values_of(
    ask: PlanAsk, wanted: Wanted, raw: Mapping[str, Any], restore: Callable[[str], str] = str
) -> dict[str, FieldValue]:
    """The values of one proposal. ``restore`` puts names back for their stand-ins, and may raise
    ``LeftoverStandIn``.

    Locked values are as they were, whatever was written.
    """
    reading = _Reading(ask, restore)
    reading.read(ask.stage, wanted, raw)
    return {path: ask.locked.get(path, value) for path, value in reading.referring()}


@dataclass(slots=True)
class _Reading:
    """``names``: the ids of each collection's elements in the answer, and as the draft has them."""

    ask: PlanAsk
    restore: Callable[[str], str]
    values: dict[str, tuple[Kind, Any]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, prefix: str, wanted: Wanted, raw: Mapping[str, Any]) -> None:
        """Read the fields and elements of an object."""
        for name, kind in wanted.fields.items():
            value = self._value(kind, raw.get(property_of(name)))
            if value is not None:
                self.values[f"{prefix}.{name}"] = (kind, value)
        for name, one in wanted.elements.items():
            items = raw.get(name)
            if isinstance(items, list):
                self._elements(f"{prefix}.{name}", one, [item for item in items if isinstance(item, Mapping)])

    def _elements(self, path: str, one: Elements, items: Sequence[Mapping[str, Any]]) -> None:
        known = self._known(path, one)
        used: list[str] = []
        for number, item in enumerate(items[: self._most(path, one.collection)], 1):
            said = item.get("id")
            id_ = said if isinstance(said, str) and said in known and said not in used else None
            id_ = id_ or self._same(path, one.collection, item, [*used, *(_said(items) & set(known))])
            if id_ is None and one.ids is not None:
                continue
            id_ = id_ or _free(one.collection.letter, number, {*known, *used})
            used.append(id_)
            if isinstance(said, str) and said.startswith(NEW):
                self.names[path, said] = id_
            self.read(f"{path}.{id_}", one.inner, item)
            if path == CHAPTERS and one.ids is None:
                self.values[f"{path}.{id_}.number"] = (Number(1, 60), number)

    def _known(self, path: str, one: Elements) -> Sequence[str]:
        """The ids of accepted elements: within an element, only its own."""
        return known_ids(self.ask, path, one) if one.ids is not None else tuple(named(self.ask.fields, path))

    def _most(self, path: str, collection: Collection) -> int:
        chapters = self.ask.fields.get("concept.length.chapters")
        whole = path == CHAPTERS and isinstance(chapters, int) and not isinstance(chapters, bool)
        return min(collection.most, chapters) if whole and isinstance(chapters, int) else collection.most

    def _same(
        self, path: str, collection: Collection, item: Mapping[str, Any], taken: Sequence[str]
    ) -> str | None:
        """The accepted element that has the same name, and that no other item is."""
        name = item.get(collection.key) if collection.key else None
        if not isinstance(name, str):
            return None
        wanted = name.strip().casefold()
        ids = [id_ for id_ in named(self.ask.fields, path) if id_ not in taken]
        return next(
            (
                id_
                for id_ in ids
                if str(self.ask.fields.get(f"{path}.{id_}.{collection.key}", "")).casefold() == wanted
            ),
            None,
        )

    def _value(self, kind: Kind, value: Any) -> Any:
        """The value as the table allows it; None for what is of no use."""
        match kind:
            case Words(most=most):
                return self._text(value, most)
            case WordsList(each=each, least=least, most=most):
                items = value if isinstance(value, list) else ()
                found = [text for item in items if (text := self._text(item, each)) is not None][:most]
                return found if len(found) >= max(least, 1) else None
            case Number(least=least, most=most):
                fits = isinstance(value, int) and not isinstance(value, bool)
                return min(max(value, least), most) if fits else None
            case OneOf(words=words):
                return value if isinstance(value, str) and value in words else None
            case Refers():
                return value

    def _text(self, value: Any, most: int) -> str | None:
        if not isinstance(value, str):
            return None
        try:
            text = clean(self.restore(value[: 4 * most + 100]))
        except PydanticCustomError:
            return None
        return cut(text, most) or None

    def referring(self) -> Iterator[tuple[str, FieldValue]]:
        """The values, with references to elements that exist or that the draft has."""
        for path, (kind, value) in self.values.items():
            if not isinstance(kind, Refers):
                yield path, value
                continue
            given = value if isinstance(value, list) else [value]
            found = [id_ for one in given if (id_ := self._referred(kind.collection, one)) is not None]
            if kind.most:
                yield path, list(dict.fromkeys(found))[: kind.most]
            elif found:
                yield path, found[0]

    def _referred(self, collection: str, said: Any) -> str | None:
        if not isinstance(said, str):
            return None
        if (collection, said) in self.names:
            return self.names[collection, said]
        return said if said in named(self.ask.fields, collection) else None


def _said(items: Sequence[Mapping[str, Any]]) -> set[str]:
    return {id_ for item in items if isinstance(id_ := item.get("id"), str)}


def cut(text: str, most: int) -> str:
    """The text of at most this many characters: to the end of a sentence, else of a word."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    sentence = max(short.rfind(end) for end in _ENDS) + 1
    if sentence > most // 2:
        return short[:sentence]
    return f"{short[: short.rfind(' ')] if ' ' in short[most // 2 :] else short}…"


def _free(letter: str, number: int, taken: set[str]) -> str:
    while f"{letter}{number}" in taken:
        number += len(taken)
    return f"{letter}{number}"
