"""Temporary data folders, for tests, benchmarks and examples."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that every user can enter, as PostgreSQL's account must. The end of the block deletes
    it."""
    folder = Path(tempfile.mkdtemp(prefix="storytroupe-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
