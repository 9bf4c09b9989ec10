"""The cover of a printed book in one piece, as printers want it: back, spine and front."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from service.publishing.book import Book
from service.publishing.layout import SHEETS, lay_out
from service.publishing.pdf import press, typeset

Press = Literal["kdp", "lulu"]

_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Binding:
    """How thick a paperback of a printer is, in inches: each page, and the cover."""

    page: float
    cover: float


#: KDP: premium colour on white paper. Lulu: 444 pages to the inch, and the cover.
BINDINGS: Mapping[Press, Binding] = {
    "kdp": Binding(page=0.002347, cover=0.0),
    "lulu": Binding(page=1 / 444, cover=0.06),
}


@dataclass(frozen=True, slots=True)
class Wrap:
    """A cover as a PDF, the number of pages inside, and the width of its spine in millimetres."""

    data: bytes
    pages_inside: int
    spine: float


def typeset_cover(book: Book, printer: Press) -> Wrap:
    """Typeset the cover of a book's print edition for a printer. The spine is as wide as the pages are thick.
    It is too narrow for words: printers want at least 79 pages for them.

    CPU-bound; the same book gives the same bytes.
    """
    pages = typeset(_without_pictures(book), "print").pages
    binding = BINDINGS[printer]
    spine = (pages * binding.page + binding.cover) * _INCH
    only_cover = replace(book, spreads=(), activities=())
    with tempfile.TemporaryDirectory(prefix="storytroupe-cover-") as folder:
        root = Path(folder)
        data = {**lay_out(only_cover, SHEETS["print"], root), "spine": spine}
        cover = press(root, data, book.colophon.made_on, template="wrap.typ")
    return Wrap(cover.data, pages, spine)


def _without_pictures(book: Book) -> Book:
    """The same pages with no picture on them."""
    return replace(book, cover=None, spreads=tuple(replace(spread, art=None) for spread in book.spreads))
