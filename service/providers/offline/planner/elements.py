"""Ids of a draft's elements: an element keeps its id where its name has stayed the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.providers.offline.planner.reader import element_ids
from service.providers.protocols import FieldValue


def ids_for(
    names: Iterable[str], letter: str, collection: str, fields: Mapping[str, FieldValue], key: str = "name"
) -> list[str]:
    """An id for each name: that of the accepted element of this name, else its place in the list."""
    wanted = list(names)
    known = {fields.get(f"{collection}.{id_}.{key}"): id_ for id_ in element_ids(fields, collection)}
    kept = [known.get(name) for name in wanted]
    return [id_ or _free(letter, at, kept) for at, id_ in enumerate(kept, 1)]


def _free(letter: str, at: int, kept: list[str | None]) -> str:
    """The letter with the place in the list, or with one beyond it where another element has that id."""
    while f"{letter}{at}" in kept:
        at += len(kept)
    return f"{letter}{at}"
