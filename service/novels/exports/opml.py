"""A novel as an outline for outliners: OPML 2.0. Pure.

What stands below a heading is in the attribute ``_note``, where outliners look for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.novels.outline import Node
from service.publishing.epub_container import escape


def opml(document: Node) -> str:
    """The document: an ``outline`` for each node below the title."""
    body = "".join(line for child in document.children for line in _outline(child))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0">\n<head><title>{escape(document.title)}</title></head>\n'
        f"<body>\n{body}</body>\n</opml>\n"
    )


def note(node: Node) -> str:
    """The labelled lines and the paragraphs of a node as one text."""
    lines = "\n".join(f"{label}: {value}" for label, value in node.lines)
    return "\n\n".join(filter(None, (lines, *node.paragraphs)))


def _outline(node: Node) -> Iterator[str]:
    said = note(node)
    attributes = f' _note="{_attribute(said)}"' if said else ""
    opening = f'<outline text="{_attribute(node.title)}"{attributes}'
    if not node.children:
        yield f"{opening}/>\n"
        return
    yield f"{opening}>\n"
    for child in node.children:
        yield from _outline(child)
    yield "</outline>\n"


def _attribute(text: str) -> str:
    """Text in an attribute: a line break would else be read as a space."""
    return escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
