"""The scripts of the studio: each page loads its own alone, and the pages of Genesis stay small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from service.http.app.web import WEB

#: A static import or export of another module. A script that is imported by a call is loaded later.
_IMPORT = re.compile(r'^(?:import|export) [^;]*?from "(?P<path>[^"]+)"', re.MULTILINE)
_LATER = re.compile(r'await import\("(?P<path>[^"]+)"\)')
#: What the scripts of one page of Genesis may come to, compressed file by file, in bytes.
MOST = 90_000
#: What the scripts of all pages of books may come to together.
MOST_OF_BOOKS = 150_000


def scripts(name: str) -> set[Path]:
    """A script with all that it imports before it runs."""
    found: set[Path] = set()
    waiting = [WEB / name]
    while waiting:
        script = waiting.pop().resolve()
        if script not in found:
            found.add(script)
            waiting += [script.parent / match["path"] for match in _IMPORT.finditer(script.read_text())]
    return found


def views(page: str) -> list[str]:
    """The scripts that a page loads later, one at a time."""
    script = WEB / page
    return [str((script.parent / match["path"]).resolve()) for match in _LATER.finditer(script.read_text())]


@pytest.mark.parametrize(
    "page",
    [
        "genesis/start",
        "genesis/session_page",
        "genesis/choose",
        "novel/novels_page",
        "novel/novel_page",
    ],
)
def test_scripts_of_a_page_of_genesis_are_small(page: str) -> None:
    """With each view of the page, which is loaded when it is shown."""
    for view in views(f"{page}.js") or [f"{page}.js"]:
        loaded = scripts("app.js") | scripts(f"{page}.js") | scripts(view)
        size = sum(len(gzip.compress(script.read_bytes(), 9)) for script in loaded)
        assert size < MOST, (view, size)


def test_page_fetches_the_scripts_of_the_library_at_once() -> None:
    """No script of the first page waits until another one has been read."""
    named = re.findall(r'<link rel="modulepreload" href="/web/([^"]+)">', (WEB / "index.html").read_text())
    wanted = (scripts("app.js") | scripts("library.js")) - {WEB / "app.js"}
    assert named == sorted(str(script.relative_to(WEB)) for script in wanted)


def test_no_page_loads_the_scripts_of_another_one() -> None:
    shell = {script.name for script in scripts("app.js")}
    later = {Path(match["path"]).name for match in _LATER.finditer((WEB / "app.js").read_text())}
    assert later, "The pages are imported by calls."
    assert not later & shell


def test_scripts_of_all_pages_of_books_together_are_small() -> None:
    pages = ("library", "story_form", "live_page", "reader", "report", "heroes")
    loaded = scripts("app.js").union(*(scripts(f"{page}.js") for page in pages))
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in loaded) < MOST_OF_BOOKS
