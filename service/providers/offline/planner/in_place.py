"""New elements in the places of accepted ones that are to be replaced: a scope names those by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service.providers.offline.planner.reader import element_ids
from service.providers.protocols import FieldValue, PlanAsk


def in_place(ask: PlanAsk, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """The values of a draft. Where the scope asks for whole elements that the draft lacks, new elements of
    the draft have their ids, in order."""
    names = dict(_names(ask, values))
    ids = {new.rpartition(".")[2]: old.rpartition(".")[2] for new, old in names.items()}
    return {_renamed(path, names): _referring(value, ids) for path, value in values.items()}


def _names(ask: PlanAsk, values: Mapping[str, FieldValue]) -> Iterator[tuple[str, str]]:
    collections = dict.fromkeys(".".join(path.split(".")[:2]) for path in ask.scope if path.count(".") > 1)
    for collection in collections:
        known, made = element_ids(ask.fields, collection), element_ids(values, collection)
        lacking = [f"{collection}.{id_}" for id_ in known if id_ not in made]
        asked = [
            path for path in lacking if any(one.startswith(f"{path}.") or one == path for one in ask.scope)
        ]
        new = [f"{collection}.{id_}" for id_ in made if id_ not in known]
        yield from zip(new, asked, strict=False)


def _renamed(path: str, names: Mapping[str, str]) -> str:
    element = ".".join(path.split(".")[:3])
    return f"{names[element]}{path[len(element) :]}" if element in names else path


def _referring(value: FieldValue, ids: Mapping[str, str]) -> FieldValue:
    if isinstance(value, list):
        return [ids.get(item, item) for item in value]
    return ids.get(value, value) if isinstance(value, str) else value
