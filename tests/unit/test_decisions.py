"""The pages of decisions have one form, and their index lists them all."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "adr"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))


def test_each_decision_has_its_number_its_status_and_the_four_sections() -> None:
    for number, page in enumerate(PAGES, 1):
        text = page.read_text("utf-8")
        assert re.match(rf"# {number:04}\. .+\n\nStatus: .+\.\n\n", text), page.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
            "Alternatives",
        ], page.name


def test_the_index_lists_each_decision_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+?) \|", index, re.MULTILINE)
    titles = [page.read_text("utf-8").partition("\n")[0].removeprefix("# ") for page in PAGES]
    assert [f"{number}. {title}" for number, _, title in listed] == titles
    assert [file for _, file, _ in listed] == [page.name for page in PAGES]
