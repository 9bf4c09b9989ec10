"""Makes temporary data folders for tests, benchmarks and examples."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a temporary folder, and delete it when the block ends. Every user can enter it, because
    PostgreSQL's account must be able to."""
    folder = Path(tempfile.mkdtemp(prefix="storytroupe-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
