"""A novel as a reflowable EPUB 3: the plan in front, and a page for each chapter. CPU-bound for long ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.api.responses.novel_plan import NovelDocument
from service.domain.languages import primary_language
from service.novels.outline import Node
from service.publishing.book import RIGHT_TO_LEFT, language_tag
from service.publishing.epub_container import archive, escape

_CSS = """\
body { margin: 5%; line-height: 1.5; }
h1, h2, h3, h4 { line-height: 1.2; text-align: start; page-break-after: avoid; break-after: avoid; }
dl { margin: 0 0 1em; }
dt { font-weight: bold; }
dd { margin: 0 0 0.4em 1.2em; }
.text p { margin: 0; text-indent: 1.4em; }
.text p:first-child { text-indent: 0; }
"""
#: HTML has six levels of headings.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Page:
    name: str
    title: str
    body: str


def epub(document: Node, tree: NovelDocument, modified: datetime) -> bytes:
    """The book. The same novel gives the same bytes. ``modified`` is when the novel changed last, in UTC."""
    language = language_tag(tree.language)
    direction = "rtl" if primary_language(language) in RIGHT_TO_LEFT else "ltr"
    pages = list(_pages(document))
    files = {
        "package.opf": _package(document.title, tree, modified, pages, language, direction),
        "novel.css": _CSS,
        "contents.xhtml": _document(_contents(document.title, pages), language, direction),
        **{f"{page.name}.xhtml": _document(page, language, direction) for page in pages},
    }
    return archive({name: text.encode() for name, text in files.items()})


def _pages(document: Node) -> Iterator[_Page]:
    title = escape(document.title)
    yield _Page("title", document.title, f'<section epub:type="titlepage"><h1>{title}</h1></section>')
    for place, part in enumerate(document.children, 1):
        if part.title != "Chapters":
            body = f'<section epub:type="frontmatter">{_node(part, 1)}</section>'
            yield _Page(f"plan-{place}", part.title, body)
            continue
        for number, chapter in enumerate(part.children, 1):
            body = f'<section epub:type="chapter">{_node(chapter, 1)}</section>'
            yield _Page(f"chapter-{number}", chapter.title, body)


def _node(node: Node, level: int) -> str:
    level = min(level, _DEEPEST)
    parts = [f"<h{level}>{escape(node.title)}</h{level}>"]
    if node.lines:
        lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in node.lines)
        parts.append(f"<dl>{lines}</dl>")
    if node.paragraphs:
        told = "".join(f"<p>{escape(text)}</p>" for text in node.paragraphs)
        parts.append(f'<div class="text">{told}</div>')
    return "\n".join([*parts, *(_node(child, level + 1) for child in node.children)])


def _contents(title: str, pages: Sequence[_Page]) -> _Page:
    entries = "".join(f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a></li>' for page in pages)
    body = f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{entries}</ol></nav>'
    return _Page("contents", title, body)


def _document(page: _Page, language: str, direction: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{escape(language)}" xml:lang="{escape(language)}" dir="{direction}">\n'
        f"<head><title>{escape(page.title)}</title>"
        '<link rel="stylesheet" type="text/css" href="novel.css"/></head>\n'
        f"<body>\n{page.body}\n</body>\n</html>\n"
    )


def _package(
    title: str,
    tree: NovelDocument,
    modified: datetime,
    pages: Sequence[_Page],
    language: str,
    direction: str,
) -> str:
    xhtml = 'media-type="application/xhtml+xml"'
    items = "\n".join(f'<item id="{page.name}" href="{page.name}.xhtml" {xhtml}/>' for page in pages)
    spine = "\n".join(f'<itemref idref="{page.name}"/>' for page in pages)
    logline = tree.bible.concept.logline
    about = f"<dc:description>{escape(logline)}</dc:description>\n" if logline else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id"'
        f' xml:lang="{escape(language)}" dir="{direction}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="book-id">urn:uuid:{tree.id}</dc:identifier>\n'
        f"<dc:title>{escape(title)}</dc:title>\n<dc:language>{escape(language)}</dc:language>\n"
        f"<dc:creator>Storytroupe</dc:creator>\n{about}"
        f'<meta property="dcterms:modified">{modified:%Y-%m-%dT%H:%M:%SZ}</meta>\n'
        '<meta property="schema:accessMode">textual</meta>\n'
        '<meta property="schema:accessModeSufficient">textual</meta>\n'
        '<meta property="schema:accessibilityFeature">structuralNavigation</meta>\n'
        '<meta property="schema:accessibilityFeature">tableOfContents</meta>\n'
        '<meta property="schema:accessibilityHazard">none</meta>\n'
        f"</metadata>\n<manifest>\n"
        f'<item id="contents" href="contents.xhtml" {xhtml} properties="nav"/>\n'
        f'<item id="css" href="novel.css" media-type="text/css"/>\n{items}\n</manifest>\n'
        f'<spine page-progression-direction="{direction}">\n{spine}\n</spine>\n</package>\n'
    )
