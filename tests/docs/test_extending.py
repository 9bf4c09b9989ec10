"""The examples of docs/extending.md are applied to a copy of the tree, and their own tests pass there."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, apply, blocks

PAGE = "docs/extending.md"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the examples change."""
    for folder in ("actors", "service", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("pyproject.toml", "schema.sql"):
        shutil.copy2(ROOT / file, tmp_path)
    return tmp_path


async def test_the_examples_work_as_they_stand(tree: Path) -> None:
    found = blocks(PAGE)
    for block in found:
        apply(block, tree)
    tests = [name for block in found if (name := block.text.split()[1]).startswith("tests/")]
    assert len(tests) == 3
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", *tests,
        cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, stdout=-1, stderr=-2,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
