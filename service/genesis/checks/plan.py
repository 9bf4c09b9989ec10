"""A session's accepted values as the checks read them: people, threads, chapters with scenes. Pure.

A value that is not there is an empty text, an empty list, or None. Elements come in their order.
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

#: So much of a value is quoted, and so many fields of a kind are cited.
_LONGEST_QUOTE, _MOST_CITED = 200, 6
_LEADS = ("protagonist", "hero", "heroine", "main character", "lead")


@dataclass(frozen=True)
class Element:
    """One element of a collection: its path, and its values by their names."""

    path: str
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """The last part of its path."""
        return self.path.rpartition(".")[2]

    def text(self, name: str) -> str:
        """A text; empty where there is none."""
        return str(self.values.get(name, ""))

    def listed(self, name: str) -> list[str]:
        """A list of texts or ids; empty where there is none."""
        found: list[str] = self.values.get(name, [])
        return found

    def number(self, name: str) -> int | None:
        """A whole number; None where there is none."""
        return self.values.get(name)

    def at(self, name: str) -> str:
        """The path of one of its fields."""
        return f"{self.path}.{name}"


@dataclass(frozen=True)
class Chapter(Element):
    """A chapter with its scenes. ``place`` is its place in the order, from 1."""

    place: int
    scenes: tuple[Element, ...]

    @property
    def name(self) -> str:
        """How a message calls it."""
        return f"Chapter {self.number('number') or self.place}"

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of all its prose."""
        own = (self.text(name) for name in ("title", "goal", "conflict", "outcome", "hook"))
        told = (
            " ".join((one.text("summary"), *one.listed("beats"), one.text("turn"))) for one in self.scenes
        )
        return telling(" ".join((*own, *told)))


class Plan:
    """A plan to be checked."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._elements: dict[str, dict[str, dict[str, Any]]] = {}
        self.values: dict[str, Any] = {}
        for path, record in state.records():
            value = record["value"]
            self.values[path] = value
            self._keep(path, value)

    def _keep(self, path: str, value: Any) -> None:
        """Sort a value to its element: that of the innermost collection."""
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
        """Whether the plot goes to its end, so that what it lacks is left out, and not only unwritten."""
        return "plot.ending" in self.values and len(self.chapters) > 2

    @cached_property
    def is_english(self) -> bool:
        """Whether the checks know the language's words."""
        return is_english(str(self._state.json.get("language", "")))

    @cached_property
    def protagonist(self) -> Element | None:
        """The person whose role says so, else whose point of view most chapters have, else the first one."""
        for one in self.people:
            if one.text("role").lower().startswith(_LEADS):
                return one
        views = Counter(chapter.text("pov") for chapter in self.chapters)
        return max(self.people, key=lambda one: views[one.id], default=None)

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of the whole plot: chapters, threads and ending."""
        threads = (thread.text(part) for thread in self.threads for part in ("setup", "payoff"))
        beside = telling(" ".join((*threads, self.all_text("plot.ending"))))
        return beside.union(*(chapter.words for chapter in self.chapters))

    @property
    def remarks(self) -> Iterator[Json]:
        """What a model has said of it: ``{message, quotes: [{path, text}]}``, true or not."""
        return (remark for stage in self._state.stages for remark in stage.remarks.values())

    def cite_words(self, path: str, words: str) -> Citation:
        """A field by some words of it."""
        return Citation(path, self._state.revision(path), words)

    def cite(self, *paths: str) -> tuple[Citation, ...]:
        """The fields of some paths as they are now. Empty ones are left out, and the end of a long list."""
        filled = [path for path in dict.fromkeys(paths) if path in self.values]
        return tuple(
            Citation(path, self._state.revision(path), quote(self.values[path]))
            for path in filled[:_MOST_CITED]
        )

    def all_text(self, path: str) -> str:
        """The whole text of a field, not only what a citation quotes; empty where it has none."""
        return as_text(self.values.get(path, ""))


def as_text(value: Any) -> str:
    """A field's value as a text."""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def quote(value: Any) -> str:
    """A value as it is quoted: word for word, the beginning of a long one."""
    return as_text(value)[:_LONGEST_QUOTE]
