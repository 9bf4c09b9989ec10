"""The documents lead to what is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cases import for_each

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "client").glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The headings of a document, as forges name them."""
    headings = HEADING.findall(document.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@for_each("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in (one or other for one, other in LINK.findall(document.read_text("utf-8"))):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def test_files_that_documents_name_exist() -> None:
    """A name may leave out how its path begins. The changelog tells of what was."""
    folders = ("service", "actors", "client", "tests", "tools", "benchmarks", "examples")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    there = [f"/{path.relative_to(ROOT).as_posix()}" for path in (*paths, ROOT / "schema.sql")]
    named = {
        (document.name, name)
        for document in DOCUMENTS
        if document.name != "CHANGELOG.md"
        for name in re.findall(r"`([\w./-]+\.(?:py|js|sql))`", document.read_text("utf-8"))
    }
    assert named
    assert {one for one in named if not any(path.endswith(f"/{one[1]}") for path in there)} == set()
