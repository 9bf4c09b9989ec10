"""Changes the fields and collections of one stage, and makes the merge patch of these changes. Pure.

All values enter a stage through this module: by a user's edit, a chosen proposal, a copy or a restore. The
caller must check locks, except for ``take`` and ``restore``, which do not change locked values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from service.genesis import patches
from service.genesis.fields import find
from service.genesis.model import By, Json, StageState, State
from service.genesis.paths import covers, holds_lock, key_of, locked, selected, within

V = TypeVar("V")

#: The fields whose earlier values a record keeps, and how many of them.
_NAMES = re.compile(r"character\.people\.[^.]+\.name")
_MOST_FORMER = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of accepting a proposal: the paths that were written, the paths that stayed because they are
    locked, and the paths that were removed because the proposal does not contain them."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


class StageEdit:
    """An editor for the state of one stage. ``version`` is the version of the event that will contain the
    changes.

    Names are paths without the stage. The editor does not change the given state.
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
        """The complete path of a name."""
        return f"{self._stage.stage}.{name}"

    def patch(self, **more: Any) -> Json:
        """The merge patch of the state. ``more`` contains further keys of the stage. The patch is ``{}`` if
        nothing changes."""
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
        """Record the sources of a value: the cited paths with their revisions."""
        record = {key: part for key, part in self.fields[name].items() if key != "drawn_from"}
        if cited:
            record["drawn_from"] = key = key_of(cited)
            self._sources[key] = dict(cited)
        self.fields[name] = record

    # ── a person's changes ──

    def set(self, name: str, value: Any) -> None:
        """Set the user's value of a field. The sources of the field stay, with their current revisions, so
        that the value becomes stale only after a later change of a source. An equal value stays unchanged,
        but also no longer counts as stale."""
        old = self.fields.get(name, {})
        kept = {"drawn_from": old["drawn_from"]} if "drawn_from" in old else {}
        if old.get("value") != value:
            new: Json = {"value": value, "by": By.PERSON.value, "revision": self._version, **kept}
            self.fields[name] = {**new, **_former(self.path(name), old)}
        if kept:
            self._anchored.add(name)

    def clear(self, name: str) -> None:
        """Remove a value."""
        self.fields.pop(name, None)

    def insert(self, collection: str, id_: str) -> None:
        """Add an element at the end of a collection, unless the collection already contains it."""
        ids = self.order.setdefault(collection, [])
        if id_ not in ids:
            ids.append(id_)

    def remove(self, collection: str, id_: str) -> list[str]:
        """Remove an element with all of its values. Returns the names of the removed values."""
        element = f"{collection}.{id_}"
        self.order[collection].remove(id_)
        for name in [name for name in self.order if covers(element, name)]:
            del self.order[name]
        gone = [name for name in self.fields if covers(element, name)]
        for name in gone:
            del self.fields[name]
        return gone

    def move(self, collection: str, id_: str, to: int) -> None:
        """Move an element to a position, counted from 0. A position beyond the end means the end."""
        ids = self.order[collection]
        ids.remove(id_)
        ids.insert(to, id_)

    def move_into(self, element: str, collection: str, id_: str, to: int) -> None:
        """Move an element to a position in another collection, where it has the id ``id_``. All of its values
        stay as they are, with their revisions and sources. Values of this stage that were drawn from them
        stay drawn from them."""
        old, _, moved = element.rpartition(".")
        self.order[old].remove(moved)
        self.order.setdefault(collection, []).insert(to, id_)
        now = f"{collection}.{id_}"
        self.fields = {_renamed(name, element, now): record for name, record in self.fields.items()}
        self.order = {_renamed(name, element, now): ids for name, ids in self.order.items()}
        for key, cited in list(self._sources.items()):
            if any(covers(self.path(element), path) for path in cited):
                self._cite_anew(
                    key,
                    {_renamed(path, self.path(element), self.path(now)): at for path, at in cited.items()},
                )

    def _cite_anew(self, key: str, cited: Mapping[str, int]) -> None:
        for name in [name for name, record in self.fields.items() if record.get("drawn_from") == key]:
            self._cite(name, cited)

    # ── a proposal ──

    def take(self, proposal_id: str, proposal: Json, scope: Collection[str], locks: Collection[str]) -> Taken:
        """Accept the values of a proposal, all of them or those that the scope covers. Locked values stay
        unchanged.

        If a whole collection is accepted, elements that the proposal does not contain are removed, except
        elements with a lock. If a whole proposal is accepted, generated values that the proposal does not
        contain are removed, too. The user's own values stay if the proposal has no value for them.
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
        """Order a collection as in the proposal. Other elements with a lock follow at the end; elements
        without a lock are removed. Yields the names of the removed values."""
        ids = list(ids)
        left = []
        for id_ in [id_ for id_ in self.order.get(collection, ()) if id_ not in ids]:
            if holds_lock(self.path(f"{collection}.{id_}"), locks):
                left.append(id_)
            else:
                yield from self.remove(collection, id_)
        self.order[collection] = [*ids, *left]

    # ── another version or session ──

    def copy(self, there: StageState, path: str) -> None:
        """Make everything that the path covers equal to ``there``. Copied values are the user's own.

        Each element on the way to the path must exist. A new element gets the place that it has in ``there``.
        """
        for name in [name for name in self.fields if covers(path, self.path(name))]:
            if name not in there.fields:
                self.clear(name)
        for name, record in there.fields.items():
            if covers(path, self.path(name)) and self.fields.get(name, {}).get("value") != record["value"]:
                self.set(name, record["value"])
        for name in [name for name in {**self.order, **there.order} if covers(path, self.path(name))]:
            if name in there.order:
                self.order[name] = list(there.order[name])
            else:
                del self.order[name]
        place = find(path)
        if place.is_element:
            collection, id_ = place.elements[-1]
            self._copy_place(id_, self.order.setdefault(collection, []), there.order.get(collection, []))

    def _copy_place(self, id_: str, here: list[str], there: list[str]) -> None:
        """Remove an element from ``here``, or add it after the element that it follows in ``there``."""
        if id_ in here and id_ not in there:
            here.remove(id_)
        elif id_ not in here:
            before = [one for one in there[: there.index(id_)] if one in here]
            here.insert(here.index(before[-1]) + 1 if before else 0, id_)

    # ── an earlier version ──

    def restore(self, then: StageState, locks: Collection[str]) -> None:
        """Restore the stage to the earlier state ``then``. Locked values stay unchanged. An element that the
        earlier state does not contain stays if it has a lock."""
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


def _former(path: str, old: Json) -> dict[str, list[str]]:
    """The earlier names of a person whose name changes, oldest first: texts may still use them."""
    if not _NAMES.fullmatch(path) or "value" not in old:
        return {}
    names = dict.fromkeys((*old.get("former", ()), old["value"]))
    return {"former": list(names)[:_MOST_FORMER]}


def _renamed(path: str, old: str, new: str) -> str:
    """The path, with ``new`` for ``old`` if it is below ``old``."""
    return f"{new}{path[len(old) :]}" if covers(old, path) else path


def _merged(now: Mapping[str, V], then: Mapping[str, V], stays: Callable[[str], bool]) -> dict[str, V]:
    """Merge two mappings: names for which ``stays`` is true have their current value, and all other names
    have their earlier value."""
    kept = {name: value for name, value in now.items() if stays(name)}
    return kept | {name: value for name, value in then.items() if not stays(name)}
