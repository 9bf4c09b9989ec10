"""Code blocks of Markdown pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, empty where the page names none, and its text."""

    language: str
    text: str


def blocks(page: str, language: str | None = None) -> list[Block]:
    """The blocks of a page of the project, in order; of one language where it is given."""
    found = [Block(*match) for match in _FENCE.findall((ROOT / page).read_text("utf-8"))]
    return [block for block in found if language in (None, block.language)]


def apply(block: Block, tree: Path) -> None:
    """Write the file that a block names in its first line, or change it as a diff says.

    Raises ``ValueError`` where the lines before the change are not in the file exactly once.
    """
    first, _, text = block.text.partition("\n")
    path = tree / first.split(maxsplit=1)[1]
    if block.language != "diff":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return
    lines = text.splitlines()
    before, after = "\n".join(_side(lines, "-")), "\n".join(_side(lines, "+"))
    whole = path.read_text("utf-8")
    if whole.count(f"\n{before}\n") != 1:
        raise ValueError(f"{path.name} does not have these lines once:\n{before}")
    path.write_text(whole.replace(f"\n{before}\n", f"\n{after}\n"), "utf-8")


def _side(lines: list[str], sign: str) -> Iterator[str]:
    """The lines of one side of a diff: those that stay, and those with its sign."""
    return (line[1:] for line in lines if line[:1] in ("", " ", sign))
