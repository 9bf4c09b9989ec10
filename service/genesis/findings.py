"""Findings: what the checks of a plan say, and which of it a person has set aside. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.genesis.fields import find
from service.genesis.model import GenesisStage, State
from service.genesis.paths import stage_of, within
from service.genesis.values import Reference, References


def changed_since(state: State, cited: Mapping[str, int]) -> list[str]:
    """The cited paths whose revisions are others today, one that is gone or new among them."""
    return sorted(path for path, revision in cited.items() if state.revision(path) != revision)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at. ``paths`` are the fields that show it.

    ``id`` is the same as long as the same rule finds the same at the same path.
    """

    id: str
    rule: str
    message: str
    paths: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """The finding as answers have it."""
        return {"id": self.id, "rule": self.rule, "message": self.message, "paths": list(self.paths)}


def findings(state: State) -> list[Finding]:
    """All findings but those that were dismissed and whose fields have not changed since."""
    return [
        one
        for one in _unknown_references(state)
        if one.id not in state.dismissed or changed_since(state, state.dismissed[one.id]["at"])
    ]


def _unknown_references(state: State) -> Iterator[Finding]:
    """Values that name an element which does not exist any more."""
    for path, record in state.records():
        field = find(path).field
        if isinstance(field, Reference | References):
            named = record["value"] if isinstance(record["value"], list) else [record["value"]]
            for id_ in [id_ for id_ in named if id_ not in _ids(state, field.collection)]:
                message = f"This names {field.collection}.{id_}, which does not exist."
                yield Finding(f"unknown_reference:{path}:{id_}", "unknown_reference", message, (path,))


def _ids(state: State, collection: str) -> list[str]:
    ids: list[str] = state.stage(GenesisStage(stage_of(collection))).order.get(within(collection), [])
    return ids
