"""The PDF: a square picture book, accessible on the screen (PDF/UA-1) or ready for a printer.

The template is in ``templates/`` and receives the book as JSON. The typesetter never interprets text of the
book as markup. Each compilation has its own temporary folder for its pictures.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from service.publishing.book import Book
from service.publishing.layout import SHEETS, Data, Edition, lay_out
from service.publishing.typefaces import fonts_folder

_MISSING_GLYPH = "could not be displayed"
#: Files that the templates import.
_PARTS = ("cover.typ", "fit.typ", "ornaments.typ", "activities.typ")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A typeset book. ``warnings`` are the warnings of the typesetter, for the log. A correct book has no
    warnings."""

    data: bytes
    pages: int
    warnings: tuple[str, ...] = ()


def typeset(book: Book, edition: Edition = "screen") -> Pdf:
    """Lay out and typeset a book. This takes one or two seconds of CPU time; the same book gives the same
    bytes.

    The screen edition is 210 mm square. The print edition is 8.5 in square. It has trim and bleed boxes,
    opaque pictures at 300 dpi, and pages to draw and write on, so that the number of pages is a multiple of 4
    and at least 32. It has no cover, because printers take the cover as another file. Both editions are
    PDF/UA-1. If this was not possible, ``warnings`` gives the reason.
    """
    with tempfile.TemporaryDirectory(prefix="storytroupe-book-") as folder:
        root = Path(folder)
        return press(root, lay_out(book, SHEETS[edition], root), book.colophon.made_on)


def press(root: Path, data: Data, made_on: date, *, template: str = "book.typ") -> Pdf:
    """Typeset the data of a template. The pictures are in the folder ``root``."""
    for name in (template, *_PARTS):
        (root / name).write_bytes(_template(name))
    compiler = typst.Compiler(
        root / template,
        root=root,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(data, ensure_ascii=False)},
    )
    made_at = datetime.combine(made_on, time(), UTC)
    try:
        return _export(compiler, made_at, accessible=True)
    except typst.TypstError as refusal:
        # Each character can be set by itself, but shaping may combine two characters that no single face has.
        # Such a text is printed anyway, and only the claim to PDF/UA is dropped.
        if _MISSING_GLYPH not in refusal.message:
            raise
        plain = _export(compiler, made_at, accessible=False)
        return Pdf(plain.data, plain.pages, (refusal.message, *plain.warnings))


def _export(compiler: typst.Compiler, made_at: datetime, *, accessible: bool) -> Pdf:
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_standards=["ua-1"] if accessible else [], timestamp=made_at
    )
    if not isinstance(pdf, bytes):
        raise TypeError("The typesetter returned pages instead of one document.")
    return Pdf(pdf, _page_count(pdf), tuple(warning.message for warning in warnings))


def _page_count(pdf: bytes) -> int:
    """The number of pages of a PDF, from the root of its page tree."""
    return max(int(count) for count in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", pdf))


@cache
def _template(name: str) -> bytes:
    return files("service.publishing").joinpath("templates", name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_folder()])
