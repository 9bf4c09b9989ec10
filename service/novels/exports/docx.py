"""A novel as a Word document, whose headings are Word's own. CPU-bound: a second for a long novel."""

from __future__ import annotations

import io

from docx import Document

from service.novels.outline import Node
from service.publishing.epub_container import only_xml

#: Word has nine levels of headings; the title has a style of its own.
_DEEPEST = 9


def docx(document: Node, language: str) -> bytes:
    """The document: a heading for each node, a paragraph for each line and each paragraph of it."""
    made = Document()
    properties = made.core_properties
    properties.title, properties.language = only_xml(document.title), language
    properties.author, properties.comments = "Storytroupe", ""
    for depth, node in document.walk():
        made.add_heading(only_xml(node.title), min(depth, _DEEPEST))
        for label, value in node.lines:
            paragraph = made.add_paragraph()
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(only_xml(value))
        for text in node.paragraphs:
            made.add_paragraph(only_xml(text))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
