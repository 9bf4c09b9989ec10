"""Paths of fields: ``character.people.c3817205.want``. Pure.

The first part is a stage; elements of a collection are named by ids, so that a path survives reordering.
A path stands for itself and for all below it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

#: An element's id: a letter, then letters and digits.
ID = re.compile(r"[a-z][a-z0-9]{0,31}")
#: Digits of a minted id: one in ten million.
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
    """Whether a path is the prefix, or lies below it."""
    return path == prefix or path.startswith(f"{prefix}.")


def below(prefix: str, paths: Iterable[str]) -> Iterator[str]:
    """Those of the paths that the prefix covers."""
    return (path for path in paths if covers(prefix, path))


def selected(path: str, prefixes: Collection[str]) -> bool:
    """Whether one of the prefixes covers the path; none at all cover everything."""
    return not prefixes or any(covers(prefix, path) for prefix in prefixes)


def locked(path: str, locks: Collection[str]) -> bool:
    """Whether a lock holds the path: its own, or that of something above it."""
    while path:
        if path in locks:
            return True
        path = parent(path)
    return False


def holds_lock(path: str, locks: Collection[str]) -> bool:
    """Whether the path is locked, or something below it is."""
    return locked(path, locks) or any(covers(path, lock) for lock in locks)


def key_of(sources: Mapping[str, int]) -> str:
    """The key under which a stage keeps cited revisions: the same for the same ones."""
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()[:16]


def mint(prefix: str, seed: str, taken: Collection[str]) -> str:
    """An id of a letter and digits that is not taken, the same for the same seed: an element's name for
    good."""
    digits = str(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    ids = (f"{prefix}{digits[at : at + _DIGITS]}" for at in range(len(digits) - _DIGITS))
    return next(id_ for id_ in ids if id_ not in taken)
