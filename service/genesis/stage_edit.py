"""Changes of one stage's fields and collections, and the merge patch that they come to. Pure.

Every way in which a value enters a stage goes through here: a person's edit, a chosen proposal, a restore.
Locks are the caller's to check, but for ``take``, which leaves alone what is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from service.genesis import patches
from service.genesis.fields import find
from service.genesis.model import By, Json, StageState, State
from service.genesis.paths import covers, holds_lock, key_of, locked, selected, within

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a proposal's values: paths that were written, that were locked and stayed, and that
    are gone since the proposal does not have them."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


class StageEdit:
    """A stage under change. ``version`` is that of the event that the changes will be.

    Names are paths without the stage. Nothing of the state is changed.
    """

    def __init__(self, state: State, stage: StageState, version: int) -> None:
        self._state = state
        self._stage = stage
        self._version = version
        self._anchored: set[str] = set()
        self._sources = dict(stage.sources)
        self.fields: dict[str, Json] = dict(stage.fields)
        self.order: dict[str, list[str]] = {name: list(ids) for name, ids in stage.order.items()}

    def path(self, name: str) -> str:
        """A name as a whole path."""
        return f"{self._stage.stage}.{name}"

    def patch(self, **more: Any) -> Json:
        """The merge patch of the state, with more of the stage's keys; ``{}`` where nothing changes."""
        for name in self._anchored & self.fields.keys():
            cited = self._sources[self.fields[name]["drawn_from"]]
            self._cite(name, {path: self._revision(path) for path in cited})
        used = {key for record in self.fields.values() if (key := record.get("drawn_from"))}
        sources = {key: cited for key, cited in self._sources.items() if key in used}
        parts = {"fields": self.fields, "order": self.order, "sources": sources}
        known = {key: part for key, part in parts.items() if part or key in self._stage.json}
        changed = {**self._stage.json, **known, **more}
        patch = patches.make(self._stage.json, changed)
        return {"stages": {self._stage.stage.value: patch}} if patch else {}

    def _revision(self, path: str) -> int:
        if not covers(self._stage.stage, path):
            return self._state.revision(path)
        record = self.fields.get(within(path))
        return int(record["revision"]) if record else 0

    def _cite(self, name: str, cited: Mapping[str, int]) -> None:
        """Say what a value was drawn from."""
        record = {key: part for key, part in self.fields[name].items() if key != "drawn_from"}
        if cited:
            record["drawn_from"] = key = key_of(cited)
            self._sources[key] = dict(cited)
        self.fields[name] = record

    # ── a person's changes ──

    def set(self, name: str, value: Any) -> None:
        """A person's value. What it was drawn from is cited as it is now: a later change of that asks the
        person to look again. An equal value stays what it was, and is looked at by that."""
        old = self.fields.get(name, {})
        kept = {"drawn_from": old["drawn_from"]} if "drawn_from" in old else {}
        if old.get("value") != value:
            self.fields[name] = {"value": value, "by": By.PERSON.value, "revision": self._version, **kept}
        if kept:
            self._anchored.add(name)

    def clear(self, name: str) -> None:
        """Take a value away."""
        self.fields.pop(name, None)

    def insert(self, collection: str, id_: str) -> None:
        """An element at the end of a collection, where it is not in it."""
        ids = self.order.setdefault(collection, [])
        if id_ not in ids:
            ids.append(id_)

    def remove(self, collection: str, id_: str) -> list[str]:
        """Take an element away with all that it has; the names of the values that are gone."""
        element = f"{collection}.{id_}"
        self.order[collection].remove(id_)
        for name in [name for name in self.order if covers(element, name)]:
            del self.order[name]
        gone = [name for name in self.fields if covers(element, name)]
        for name in gone:
            del self.fields[name]
        return gone

    def move(self, collection: str, id_: str, to: int) -> None:
        """Put an element to a place, from 0; a place beyond the end is the end."""
        ids = self.order[collection]
        ids.remove(id_)
        ids.insert(to, id_)

    # ── a proposal ──

    def take(self, proposal_id: str, proposal: Json, scope: Collection[str], locks: Collection[str]) -> Taken:
        """Take a proposal's values, all or those that the scope covers; what is locked stays.

        A collection that is taken whole loses the elements that the proposal does not have, but for those
        that hold a lock. A whole proposal replaces what was generated before, and leaves a person's words
        alone where it has no value of its own.
        """
        values = {path: value for path, value in proposal["values"].items() if selected(path, scope)}
        written = {path for path in values if not locked(path, locks)}
        dropped = [self.path(name) for name in self._drop(proposal, values, scope, locks)]
        # What the proposal itself writes agrees with it.
        own = {*written, *dropped}
        cited = {path: at for path, at in proposal["at"].items() if path not in own}
        for path in sorted(written):
            for collection, id_ in find(path).elements:
                self.insert(collection, id_)
            self._accept(within(path), values[path], cited, proposal_id)
        return Taken(tuple(sorted(written)), tuple(sorted(values.keys() - written)), tuple(sorted(dropped)))

    def _accept(self, name: str, value: Any, cited: Json, proposal_id: str) -> None:
        old = self.fields.get(name, {})
        if old.get("value") != value:
            new = {"value": value, "by": By.AI.value, "revision": self._version, "proposal": proposal_id}
            self.fields[name] = new
        self._cite(name, cited)

    def _drop(
        self, proposal: Json, values: Json, scope: Collection[str], locks: Collection[str]
    ) -> Iterator[str]:
        for collection, ids in proposal.get("order", {}).items():
            path = self.path(collection)
            if selected(path, scope) and not locked(path, locks):
                yield from self._reorder(collection, ids, locks)
        if scope:
            return
        for name, record in list(self.fields.items()):
            path = self.path(name)
            generated = record["by"] == By.AI and not find(path).elements
            if generated and path not in values and not locked(path, locks):
                self.clear(name)
                yield name

    def _reorder(self, collection: str, ids: Iterable[str], locks: Collection[str]) -> Iterator[str]:
        """The collection as the proposal has it, and the elements that hold a lock behind."""
        ids = list(ids)
        left = []
        for id_ in [id_ for id_ in self.order.get(collection, ()) if id_ not in ids]:
            if holds_lock(self.path(f"{collection}.{id_}"), locks):
                left.append(id_)
            else:
                yield from self.remove(collection, id_)
        self.order[collection] = [*ids, *left]

    # ── an earlier version ──

    def restore(self, then: StageState, locks: Collection[str]) -> None:
        """The stage as it stood then. What is locked stays as it is, and so does an element that is not in
        the stage of then and holds a lock."""
        staying = [
            f"{collection}.{id_}"
            for collection, ids in self.order.items()
            for id_ in ids
            if id_ not in then.order.get(collection, ())
            and holds_lock(self.path(f"{collection}.{id_}"), locks)
        ]

        def stays(name: str) -> bool:
            return locked(self.path(name), locks) or any(covers(element, name) for element in staying)

        self._sources = {**then.sources, **self._sources}
        self.fields = _merged(self.fields, then.fields, stays)
        self.order = _merged(self.order, then.order, stays)
        for element in staying:
            collection, _, id_ = element.rpartition(".")
            if id_ not in (ids := self.order.get(collection, [])):
                self.order[collection] = [*ids, id_]


def _merged(now: Mapping[str, V], then: Mapping[str, V], stays: Callable[[str], bool]) -> dict[str, V]:
    """What stays as it is now, and all else as it was then."""
    kept = {name: value for name, value in now.items() if stays(name)}
    return kept | {name: value for name, value in then.items() if not stays(name)}
