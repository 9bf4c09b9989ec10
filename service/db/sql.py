"""Loads SQL statements from ``queries/*.sql`` of a package. Each statement in these files has a name and a
description.

::

    -- name: lock_own_worker
    -- Locks this process's row, so that the worker cannot expire meanwhile.
    SELECT …;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_HEADER = re.compile(r"^-- name: (\w+)\n((?:--.*\n)+)", re.MULTILINE)


@cache
def load(file: str, package: str = "service.db") -> Mapping[str, str]:
    """Return the statements of one file, by name. Raises ``ValueError`` if a statement has no description."""
    text = files(package).joinpath("queries", f"{file}.sql").read_text("utf-8")
    found = list(_HEADER.finditer(text))
    if len(found) != text.count("-- name:"):
        raise ValueError(f"{file}.sql: every statement needs a name and a description")
    ends = [match.start() for match in found[1:]] + [len(text)]
    bodies = {
        match[1]: text[match.end() : end].strip().rstrip(";") for match, end in zip(found, ends, strict=True)
    }
    return MappingProxyType(bodies)


def names(package: str = "service.db") -> tuple[str, ...]:
    """Return the names of all SQL files of a package."""
    folder = files(package).joinpath("queries")
    return tuple(sorted(entry.name[:-4] for entry in folder.iterdir() if entry.name.endswith(".sql")))
