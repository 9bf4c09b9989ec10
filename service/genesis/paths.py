"""Paths of fields: ``character.people.c3817205.want``. Pure.

The first part of a path is a stage. Elements of a collection are named by ids, so that a path stays valid
when elements are reordered. A path also includes all paths below it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

#: The id of an element: a lower-case letter, then lower-case letters and digits.
ID = re.compile(r"[a-z][a-z0-9]{0,31}")
#: The number of random digits in a new id.
_DIGITS = 7


def parent(path: str) -> str:
    """The path without its last part; empty for a stage."""
    return path.rpartition(".")[0]


def stage_of(path: str) -> str:
    """The first part of a path."""
    return path.partition(".")[0]


def within(path: str) -> str:
    """The path without its stage; empty for a stage."""
    return path.partition(".")[2]


def covers(prefix: str, path: str) -> bool:
    """Whether a path equals the prefix, or is below it."""
    return path == prefix or path.startswith(f"{prefix}.")


def below(prefix: str, paths: Iterable[str]) -> Iterator[str]:
    """The paths that equal the prefix, or are below it."""
    return (path for path in paths if covers(prefix, path))


def selected(path: str, prefixes: Collection[str]) -> bool:
    """Whether one of the prefixes covers the path. Without prefixes, every path is selected."""
    return not prefixes or any(covers(prefix, path) for prefix in prefixes)


def locked(path: str, locks: Collection[str]) -> bool:
    """Whether the path itself, or a path above it, is locked."""
    while path:
        if path in locks:
            return True
        path = parent(path)
    return False


def holds_lock(path: str, locks: Collection[str]) -> bool:
    """Whether the path is locked, or a path below it is locked."""
    return locked(path, locks) or any(covers(path, lock) for lock in locks)


def key_of(sources: Mapping[str, int]) -> str:
    """The key under which a stage stores sources (cited paths with their revisions). Equal sources have the
    same key."""
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()[:16]


def mint(prefix: str, seed: str, taken: Collection[str]) -> str:
    """Make a new id for an element: ``prefix`` and digits. The id is not in ``taken``, is the same for the
    same seed, and never changes."""
    digits = str(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    ids = (f"{prefix}{digits[at : at + _DIGITS]}" for at in range(len(digits) - _DIGITS))
    return next(id_ for id_ in ids if id_ not in taken)
