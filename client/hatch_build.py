"""Builds the package ``storytroupe_client`` from some files of ``service``.

Each file is copied. In the copy, the imports of other copied modules are renamed: ``service.`` becomes
``storytroupe_client.``. The module ``service.client.public`` becomes the package itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "storytroupe_client"
_PUBLIC = Path("client/public.py")


class ClientBuildHook(BuildHookInterface[Any]):
    """Writes the client package into a temporary folder, and adds it to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the package. Raises ``FileNotFoundError`` if a pattern of ``files`` matches nothing."""
        self._folder = TemporaryDirectory()
        service = Path(self.root).parent / "service"
        names = sorted(_matches(service, self.config["files"]))
        parts = "|".join(sorted({name.parts[0].removesuffix(".py") for name in names}))
        for name in names:
            target = Path(self._folder.name, "__init__.py" if name == _PUBLIC else name)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = (service / name).read_text("utf-8")
            target.write_text(re.sub(rf"\bservice\.(?=(?:{parts})\b)", f"{PACKAGE}.", text), "utf-8")
        build_data["force_include"][self._folder.name] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder."""
        self._folder.cleanup()


def _matches(folder: Path, patterns: list[str]) -> Iterator[Path]:
    """Return the files of a folder that match any of the patterns. The paths are relative to the folder."""
    for pattern in patterns:
        found = list(folder.glob(pattern))
        if not found:
            raise FileNotFoundError(f"Nothing in {folder} matches {pattern!r}.")
        yield from (path.relative_to(folder) for path in found)
