"""Several proposals of people, a world or a plot made into one: what both have once, and parts of each.

People come by turns from the two, role by role. A world has the first one's era and places, and all rules,
groups, history and words of both. A plot begins as the first and ends as the second: its first chapters are
the one's, its last ones the other's, cut in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from service.providers.offline.planner.accepted import PEOPLE, by_role
from service.providers.offline.planner.reader import element_ids
from service.providers.protocols import FieldValue, Stage

Values = Mapping[str, FieldValue]

_RELATIONS, _CHAPTERS, _THREADS = "character.relations", "plot.chapters", "plot.threads"
#: A world's collections, each with the field by which two elements are the same.
_WORLD = {"places": "name", "rules": "statement", "groups": "name", "history": "what", "glossary": "term"}
#: Roles that come from the second of two casts.
_SECOND = "OBY"


def blend(stage: Stage, proposals: Sequence[Values]) -> dict[str, FieldValue]:
    """One proposal of two or more. Ids of the first one's elements stay; another's get new ones."""
    made = dict(proposals[0])
    for other in proposals[1:]:
        made = _BLENDS[stage](made, other)
    return made


def _people(one: Values, other: Values) -> dict[str, FieldValue]:
    roles, others = _roles(one), _roles(other)
    taken = {id_: others[role] for role, id_ in roles.items() if role in _SECOND and role in others}
    made = {path: value for path, value in one.items() if _element(path, PEOPLE) not in taken}
    for id_, theirs in taken.items():
        made |= _moved(other, f"{PEOPLE}.{theirs}.", f"{PEOPLE}.{id_}.")
    return _in_order(made)


def _roles(values: Values) -> dict[str, str]:
    return by_role({id_: str(values.get(f"{PEOPLE}.{id_}.role", "")) for id_ in element_ids(values, PEOPLE)})


def _worlds(one: Values, other: Values) -> dict[str, FieldValue]:
    made = dict(one)
    for name, key in _WORLD.items():
        made |= _added(made, other, f"world.{name}", key)
    return _in_order(made)


def _added(one: Values, other: Values, collection: str, key: str) -> Iterator[tuple[str, FieldValue]]:
    """The elements of the other that the one does not have, under ids that are free."""
    ids = element_ids(one, collection)
    known = {one.get(f"{collection}.{id_}.{key}") for id_ in ids}
    for theirs in element_ids(other, collection):
        if other.get(f"{collection}.{theirs}.{key}") not in known:
            ids.append(_free(theirs, ids))
            yield from _moved(other, f"{collection}.{theirs}.", f"{collection}.{ids[-1]}.").items()


def _plots(one: Values, other: Values) -> dict[str, FieldValue]:
    """The first half of the one's chapters and the second half of the other's, with the threads of both."""
    made = {path: value for path, value in one.items() if not path.startswith(f"{_CHAPTERS}.")}
    made |= _added(made, other, _THREADS, "name")
    threads = _same(made, other, _THREADS, "name")
    first, last = element_ids(one, _CHAPTERS), element_ids(other, _CHAPTERS)
    begun = first[: len(first) // 2]
    for id_ in begun:
        made |= _moved(one, f"{_CHAPTERS}.{id_}.", f"{_CHAPTERS}.{id_}.")
    used = list(begun)
    for theirs in last[len(last) // 2 :]:
        used.append(_free(theirs, used))
        made |= _moved(other, f"{_CHAPTERS}.{theirs}.", f"{_CHAPTERS}.{used[-1]}.")
        made |= _renamed(made, f"{_CHAPTERS}.{used[-1]}.", threads)
    made |= {f"{_CHAPTERS}.{id_}.number": number for number, id_ in enumerate(used, 1)}
    return made | {"plot.ending": other.get("plot.ending", "")}


def _same(one: Values, other: Values, collection: str, key: str) -> dict[str, str]:
    """The one's id of each of the other's elements."""
    ids = {one.get(f"{collection}.{id_}.{key}"): id_ for id_ in element_ids(one, collection)}
    return {
        theirs: ids[name]
        for theirs in element_ids(other, collection)
        if (name := other.get(f"{collection}.{theirs}.{key}")) in ids
    }


def _renamed(values: Values, prefix: str, ids: Mapping[str, str]) -> dict[str, FieldValue]:
    return {
        path: [ids.get(id_, id_) for id_ in value]
        for path, value in values.items()
        if path.startswith(prefix) and path.endswith(".threads") and isinstance(value, list)
    }


def _moved(values: Values, start: str, to: str) -> dict[str, FieldValue]:
    return {path.replace(start, to, 1): value for path, value in values.items() if path.startswith(start)}


def _element(path: str, collection: str) -> str:
    found = re.match(rf"{re.escape(collection)}\.([^.]+)\.", path)
    return found[1] if found else ""


def _free(id_: str, taken: Iterable[str]) -> str:
    """The id, or one like it that is not taken."""
    known, letter, at = set(taken), id_[0], 1
    while id_ in known:
        id_, at = f"{letter}{at}", at + 1
    return id_


def _in_order(values: Values) -> dict[str, FieldValue]:
    """The values with the elements of a collection next to one another."""
    order = list(dict.fromkeys(_unit(path) for path in values))
    return {path: values[path] for unit in order for path in values if _unit(path) == unit}


def _unit(path: str) -> str:
    return ".".join(path.split(".")[:3])


_BLENDS = {"character": _people, "world": _worlds, "plot": _plots}
