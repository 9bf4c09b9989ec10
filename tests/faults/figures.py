"""The table that the fault suite prints: fault, test, result, figure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

_TABLE = re.compile(r"^\| # \|[^\n]*\n(?:\|[^\n]*\n)+", re.MULTILINE)
_NUMBERED = re.compile(r"::test_(?:fault_(?P<number>\d\d)|(?P<bar>bar))_(?P<what>\w+)")


def is_fault(node: str) -> bool:
    """Whether a test has a row in the table."""
    return _NUMBERED.search(node) is not None


@dataclass(slots=True)
class Figures:
    """What tests measured, and how they ended, by node id."""

    results: ClassVar[dict[str, str]] = {}
    measured: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, node: str, text: str) -> None:
        self.measured[node].append(text)


def table(figures: Figures) -> str:
    """Markdown, in the order of the numbers; bars stand at the end."""
    rows: list[tuple[str, str, str, str]] = []
    for node, outcome in Figures.results.items():
        found = _NUMBERED.search(node)
        if found:
            number = str(int(found["number"])) if found["number"] else "bar"
            said = "; ".join(figures.measured.get(node, []))
            rows.append((number, found["what"].replace("_", " "), outcome, said))
    rows.sort(key=lambda row: (row[0] == "bar", row[0].zfill(3)))
    lines = [f"| {number} | {what} | {outcome} | {said} |" for number, what, outcome, said in rows]
    return (
        "\n".join(["| # | what was shown | result | figures |", "|---|---|---|---|", *lines]) if rows else ""
    )


def write_into(page: Path, rows: str) -> None:
    """Put the table in the place of the one that the page has. Raises ``ValueError`` where it has none."""
    text = page.read_text()
    found = _TABLE.search(text)
    if found is None:
        raise ValueError(f"{page} has no table of faults")
    page.write_text(text[: found.start()] + rows + "\n" + text[found.end() :])
