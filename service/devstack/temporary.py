"""Data folders that are gone afterwards, for tests, benchmarks and examples."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that every user may enter, as PostgreSQL's own must; deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="storytroupe-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
