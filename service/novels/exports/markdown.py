"""A novel as Markdown: one file, or a folder with a file for each chapter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.novels.outline import Node

#: What would be markup within a line, and what would be markup at the beginning of one.
_WITHIN = re.compile(r"([\\`*_\[\]<>&|~])")
_AT_START = re.compile(r"^(\d{0,9})([#+\-=.)])")
_NOT_IN_NAMES = re.compile(r"[^\w]+")
_LONGEST_NAME = 60


def markdown(document: Node) -> str:
    """The whole document as one text, its title as the first heading."""
    return "\n\n".join(_blocks(document, 1)) + "\n"


def folder(document: Node) -> dict[str, str]:
    """A text for the plan, and one for each chapter, by the names of their files."""
    *plan, chapters = document.children if document.children else (Node("Chapters"),)
    files = {"plan.md": markdown(Node(document.title, children=tuple(plan)))}
    return files | {
        f"chapters/{place:02d}-{_slug(chapter.title)}.md": markdown(chapter)
        for place, chapter in enumerate(chapters.children, 1)
    }


def plain(text: str) -> str:
    """Text in which nothing is markup: it is read as it is written."""
    return _AT_START.sub(r"\1\\\2", _WITHIN.sub(r"\\\1", text))


def _blocks(node: Node, level: int) -> Iterator[str]:
    yield f"{'#' * level} {plain(node.title)}"
    if node.lines:
        yield "\n".join(f"- **{plain(label)}:** {plain(value)}" for label, value in node.lines)
    yield from map(plain, node.paragraphs)
    for child in node.children:
        yield from _blocks(child, level + 1)


def _slug(title: str) -> str:
    """The words of a title as a part of a file's name."""
    words = _NOT_IN_NAMES.sub("-", title.casefold()).strip("-_")
    return re.sub(r"^\d+-", "", words)[:_LONGEST_NAME].strip("-") or "chapter"
