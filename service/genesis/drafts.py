"""Validates the draft of a planner against the table of fields, and replaces its ids by ids of the service.
The draft is untrusted data. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from service.genesis.fields import find
from service.genesis.model import GenesisStage, StageState, State
from service.genesis.paths import below, mint, stage_of, within
from service.genesis.values import Field, Reference, References


class Draft(Protocol):
    """A draft from a planner. ``values`` contains the values by path. The path of a collection may have the
    order of its ids.

    An id that the accepted fields contain names the existing element. Every other id names a new element.
    """

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the draft, by path."""

    @property
    def drawn_from(self) -> Sequence[str]:
        """The paths of the fields from which the draft was derived."""

    @property
    def assumed(self) -> Sequence[str]:
        """The paths of empty fields for which the planner assumed a value."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the user that say which wishes the draft does not fulfil."""

    @property
    def quotes(self) -> Mapping[str, str]:
        """The passages of a user's text from which values were taken, by the paths of the values."""

    @property
    def only(self) -> bool:
        """Whether the planner would propose the same again as long as nothing new is asked."""


@dataclass(frozen=True, slots=True)
class Read:
    """A draft with the ids of the service: its values by path, and the ids in each collection, in order, by
    the collection's path within the stage. ``own`` maps the path of each value in the draft to its path
    here."""

    values: dict[str, Any]
    order: dict[str, list[str]]
    own: dict[str, str]


class DraftInvalid(ValueError):
    """A draft has values that its stage cannot contain. Each of the ``problems`` is a path and a sentence."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {message}" for path, message in problems[:5]))
        self.problems = tuple(problems)


def read_draft(read: State, stage: GenesisStage, values: Mapping[str, Any], *, seed: str) -> Read:
    """Read the values of a draft.

    New elements get new ids, which are the same for the same seed. References are changed to these ids.
    References to elements that do not exist are left out. Raises ``DraftInvalid``.
    """
    reading = _Reading(read.stage(stage), seed)
    problems = []
    for path, value in values.items():
        try:
            reading.add(path, value)
        except ValueError as error:
            problems.append((path, str(error)))
    if problems:
        raise DraftInvalid(problems)
    kept = dict(_referring(read, reading))
    order = {name: reading.present(name, ids, kept) for name, ids in reading.order.items()}
    return Read(kept, order, reading.own)


@dataclass(slots=True)
class _Reading:
    """The state of reading a draft. ``names`` maps the name of each element in the draft (``people.x1``) to
    its name with the id of the service, and ``own`` the paths of values."""

    stage: StageState
    seed: str
    values: dict[str, tuple[Field, Any]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, value: Any) -> None:
        """Read one value, or the order of a collection. Raises ``ValueError``."""
        place = find(path)
        if place.stage is not self.stage.stage:
            raise ValueError(f"This field is not in the stage {self.stage.stage}.")
        for collection, id_ in place.elements:
            self._enter(collection, id_)
        if place.field is not None:
            self.own[path] = f"{self.stage.stage}.{self._own(within(path))}"
            self.values[self.own[path]] = (place.field, place.field.check(value))
        elif place.collection is None or place.is_element or not isinstance(value, list | tuple):
            raise ValueError("This is not a single field.")
        else:
            for id_ in value:
                find(f"{path}.{id_}")
                self._enter(within(path), id_)

    def _enter(self, collection: str, id_: str) -> None:
        """Add an element to its collection, unless the collection already contains it."""
        if f"{collection}.{id_}" in self.names:
            return
        table = find(f"{self.stage.stage}.{collection}").collection
        assert table is not None
        own, known = self._own(collection), self.stage.order
        ids = self.order.setdefault(own, [])
        if len(ids) == table.most:
            raise ValueError(f"At most {table.most} are allowed.")
        taken = {*known.get(own, ()), *ids}
        ids.append(
            id_ if id_ in known.get(own, ()) else mint(table.prefix, f"{self.seed}:{collection}.{id_}", taken)
        )
        self.names[f"{collection}.{id_}"] = f"{own}.{ids[-1]}"

    def present(self, collection: str, ids: Sequence[str], values: Collection[str]) -> list[str]:
        """The ids of those elements of a collection that have a value or existed before."""
        path, known = f"{self.stage.stage}.{collection}", self.stage.order.get(collection, ())
        return [id_ for id_ in ids if id_ in known or any(below(f"{path}.{id_}", values))]

    def _own(self, name: str) -> str:
        """Replace the ids in a name of the draft by the ids of the service."""
        head = name
        while head and head not in self.names:
            head = head.rpartition(".")[0]
        return f"{self.names[head]}{name[len(head) :]}" if head else name


def _referring(read: State, reading: _Reading) -> Iterator[tuple[str, Any]]:
    """The values of the draft. References to elements that do not exist are removed."""
    for path, (kind, value) in reading.values.items():
        if isinstance(kind, Reference):
            if ids := _existing(read, reading, kind.collection, [value]):
                yield path, ids[0]
        elif isinstance(kind, References):
            yield path, _existing(read, reading, kind.collection, value)
        else:
            yield path, value


def _existing(read: State, reading: _Reading, collection: str, ids: Collection[str]) -> list[str]:
    stage, name = read.stage(GenesisStage(stage_of(collection))), within(collection)
    known = stage.order.get(name, ())
    if stage.stage is not reading.stage.stage:
        return [id_ for id_ in ids if id_ in known]
    own = {id_: reading.names.get(f"{name}.{id_}", f"{name}.{id_}").rpartition(".")[2] for id_ in ids}
    return [own[id_] for id_ in ids if f"{name}.{id_}" in reading.names or id_ in known]
