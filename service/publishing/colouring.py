"""Colouring pages: one page with the outlines of each scene, to print and to colour."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from service.publishing.book import labels, language_tag
from service.publishing.layout import date_parts, language_parts
from service.publishing.pdf import Pdf, press
from service.publishing.typefaces import BODY_FACES, TITLE_FACES, settable

MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class ColouringPage:
    """The outlines of a scene as a PNG, the scene's number, and a description of the picture."""

    number: int
    outlines: bytes
    alt: str


def typeset_pages(title: str, language: str, pages: tuple[ColouringPage, ...], made_on: date) -> Pdf:
    """Typeset the pages, 210 by 280 mm, as PDF/UA-1. CPU-bound; the same pages give the same bytes."""
    words = labels(language)
    with tempfile.TemporaryDirectory(prefix="storytroupe-colouring-") as folder:
        root = Path(folder)
        data = {
            **language_parts(language_tag(language)),
            "title": settable(title) or words["untitled"],
            "author": "Storytroupe",
            "labels": {"language": words["language"]},
            "faces": {"body": BODY_FACES, "title": TITLE_FACES},
            "date": date_parts(made_on),
            "pages": [_page(page, words["page"], root) for page in pages],
        }
        return press(root, data, made_on, template="colouring.typ")


def _page(page: ColouringPage, label: str, folder: Path) -> dict[str, Any]:
    file = f"scene-{page.number}.png"
    (folder / file).write_bytes(page.outlines)
    return {
        "file": file,
        "alt": settable(page.alt) or "…",
        "label": settable(label.replace("{n}", str(page.number))),
    }
