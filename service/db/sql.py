"""SQL lives in ``queries/*.sql`` of a package: each statement with a name and a sentence.

::

    -- name: lock_own_worker
    -- Holds this process's row, so that it cannot expire while we write.
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
    """The statements of one file by name. Raises ValueError where one lacks its sentence."""
    text = files(package).joinpath("queries", f"{file}.sql").read_text("utf-8")
    found = list(_HEADER.finditer(text))
    if len(found) != text.count("-- name:"):
        raise ValueError(f"{file}.sql: every statement needs a name and a sentence")
    ends = [match.start() for match in found[1:]] + [len(text)]
    bodies = {
        match[1]: text[match.end() : end].strip().rstrip(";") for match, end in zip(found, ends, strict=True)
    }
    return MappingProxyType(bodies)


def names(package: str = "service.db") -> tuple[str, ...]:
    """The files of a package."""
    folder = files(package).joinpath("queries")
    return tuple(sorted(entry.name[:-4] for entry in folder.iterdir() if entry.name.endswith(".sql")))
