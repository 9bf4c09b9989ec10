"""The accepted values of a session in the form that the checks use: people, threads, and chapters with
scenes. Pure.

A missing value is an empty text, an empty list, or None. Elements are in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.domain.languages import is_english
from service.genesis.checks.finding import Citation
from service.genesis.checks.words import telling
from service.genesis.model import Json, State

#: The maximum length of a quote, and the maximum number of cited fields of one kind.
_LONGEST_QUOTE, _MOST_CITED = 200, 6
_LEADS = ("protagonist", "hero", "heroine", "main character", "lead")


@dataclass(frozen=True)
class Element:
    """One element of a collection: its path, and its values by name."""

    path: str
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """The id of the element, which is the last part of its path."""
        return self.path.rpartition(".")[2]

    def text(self, name: str) -> str:
        """The text of a field; empty if the field has no value."""
        return str(self.values.get(name, ""))

    def listed(self, name: str) -> list[str]:
        """The texts or ids of a field; empty if the field has no value."""
        found: list[str] = self.values.get(name, [])
        return found

    def number(self, name: str) -> int | None:
        """The whole number of a field; None if the field has no value."""
        return self.values.get(name)

    def at(self, name: str) -> str:
        """The path of one of the element's fields."""
        return f"{self.path}.{name}"


@dataclass(frozen=True)
class Chapter(Element):
    """A chapter with its scenes. ``place`` is the position of the chapter, counted from 1."""

    place: int
    scenes: tuple[Element, ...]

    @property
    def name(self) -> str:
        """The name of the chapter in messages."""
        return f"Chapter {self.number('number') or self.place}"

    @cached_property
    def words(self) -> frozenset[str]:
        """The significant words in all texts of the chapter."""
        own = (self.text(name) for name in ("title", "goal", "conflict", "outcome", "hook"))
        told = (
            " ".join((one.text("summary"), *one.listed("beats"), one.text("turn"))) for one in self.scenes
        )
        return telling(" ".join((*own, *told)))


class Plan:
    """The plan that the rules check."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._elements: dict[str, dict[str, dict[str, Any]]] = {}
        self.values: dict[str, Any] = {}
        for path, record in state.records():
            value = record["value"]
            self.values[path] = value
            self._keep(path, value)

    def _keep(self, path: str, value: Any) -> None:
        """Add a value to its element. In nested collections, this is the innermost element."""
        parts = path.split(".")
        depth = 5 if len(parts) > 5 and parts[3] == "scenes" else 3
        if len(parts) > depth:
            element = self._elements.setdefault(".".join(parts[: depth - 1]), {}).setdefault(
                parts[depth - 1], {}
            )
            element[".".join(parts[depth:])] = value

    @cached_property
    def orders(self) -> dict[str, list[str]]:
        """The ids of each collection's elements, by the collection's path."""
        return {f"{one.stage}.{name}": ids for one in self._state.stages for name, ids in one.order.items()}

    def ids(self, collection: str) -> Collection[str]:
        """The ids of a collection's elements."""
        return self.orders.get(collection, ())

    def elements(self, collection: str) -> tuple[Element, ...]:
        """The elements of a collection, in order."""
        known = self._elements.get(collection, {})
        return tuple(Element(f"{collection}.{id_}", known.get(id_, {})) for id_ in self.ids(collection))

    @cached_property
    def people(self) -> tuple[Element, ...]:
        """The people."""
        return self.elements("character.people")

    @cached_property
    def threads(self) -> tuple[Element, ...]:
        """The plot's threads."""
        return self.elements("plot.threads")

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters with their scenes."""
        return tuple(
            Chapter(one.path, one.values, place, self.elements(f"{one.path}.scenes"))
            for place, one in enumerate(self.elements("plot.chapters"), 1)
        )

    @property
    def scenes(self) -> Iterator[tuple[Chapter, Element]]:
        """All scenes with their chapters, in order."""
        return ((chapter, scene) for chapter in self.chapters for scene in chapter.scenes)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the plot is complete. Only then is a missing part a problem, and not just unwritten yet."""
        return "plot.ending" in self.values and len(self.chapters) > 2

    @cached_property
    def is_english(self) -> bool:
        """Whether the language of the plan is English. Some rules know English words only."""
        return is_english(str(self._state.json.get("language", "")))

    @cached_property
    def protagonist(self) -> Element | None:
        """The protagonist: the person with this role, or else the person whose point of view most chapters
        have, or else the first person."""
        for one in self.people:
            if one.text("role").lower().startswith(_LEADS):
                return one
        views = Counter(chapter.text("pov") for chapter in self.chapters)
        return max(self.people, key=lambda one: views[one.id], default=None)

    @cached_property
    def words(self) -> frozenset[str]:
        """The significant words of the whole plot: chapters, threads and ending."""
        threads = (thread.text(part) for thread in self.threads for part in ("setup", "payoff"))
        beside = telling(" ".join((*threads, self.all_text("plot.ending"))))
        return beside.union(*(chapter.words for chapter in self.chapters))

    @property
    def remarks(self) -> Iterator[Json]:
        """The remarks of a model about the plan: ``{message, quotes: [{path, text}]}``. They are not
        verified."""
        return (remark for stage in self._state.stages for remark in stage.remarks.values())

    def former_names(self, person: Element) -> list[str]:
        """The earlier names of a person whom the user has renamed, oldest first."""
        record = self._state.record(person.at("name"))
        return list(record.get("former", ())) if record else []

    def cite_words(self, path: str, words: str) -> Citation:
        """Cite some words of a field."""
        return Citation(path, self._state.revision(path), words)

    def cite(self, *paths: str) -> tuple[Citation, ...]:
        """Cite the current values of fields. Empty fields are left out. A long list of fields is cut."""
        filled = [path for path in dict.fromkeys(paths) if path in self.values]
        return tuple(
            Citation(path, self._state.revision(path), quote(self.values[path]))
            for path in filled[:_MOST_CITED]
        )

    def all_text(self, path: str) -> str:
        """The whole text of a field, without the limit of a citation. Empty if the field has no text."""
        return as_text(self.values.get(path, ""))


def as_text(value: Any) -> str:
    """A field's value as a text."""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def quote(value: Any) -> str:
    """A value in the form of a quote: word for word. Of a long value, only the beginning."""
    return as_text(value)[:_LONGEST_QUOTE]
