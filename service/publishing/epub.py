"""The read-aloud book: EPUB 3 with a fixed layout, and media overlays with a time for each word.

It is made from the same :class:`~service.publishing.book.Book` as the PDF, and from the narration's track.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.publishing.book import Book, colophon_lines, labels
from service.publishing.epub_container import MEDIA_TYPE as MEDIA_TYPE
from service.publishing.epub_container import archive
from service.publishing.epub_package import AUDIO, overlays, package
from service.publishing.epub_pages import (
    PAGE_HEIGHT,
    Page,
    contents_page,
    cover_page,
    document,
    made_page,
    scene_pages,
    style_sheet,
    talk_page,
)
from service.publishing.inks import mix_inks
from service.publishing.narration import Track
from service.publishing.plates import CoverPlate, cover_plate, plate
from service.publishing.typefaces import faces_for, file_of, fonts_folder

_TITLE_FONT = "Fredoka-Bold.ttf"
_MEDIA_TYPES = {"jpg": "image/jpeg", "ttf": "font/ttf", "mp3": "audio/mpeg", "css": "text/css"}


@dataclass(frozen=True, slots=True)
class Epub:
    """An EPUB file. ``narrated`` contains the numbers of the scenes (from 1) whose words have times."""

    data: bytes
    narrated: tuple[int, ...]


def bind(book: Book, track: Track | None, identifier: str) -> Epub:
    """Make the EPUB of a book. CPU-bound; the same book gives the same bytes.

    ``track`` has one page for each scene, in order. It is None for a book without narration. A scene whose
    text differs from the spoken text has no overlay. ``identifier`` is a permanent URN of the book, such as
    ``urn:uuid:…`` of its story.
    """
    cover, pictures = _plates(book)
    scenes = scene_pages(book, frozenset(pictures))
    timed = overlays(scenes, book, track)
    back = (talk_page(book), made_page(book, colophon_lines(book.colophon, labels(book.language))))
    pages: list[Page] = [cover_page(book, cover), *scenes, *(page for page in back if page)]
    documents = {f"{page.name}.xhtml": document(page, book) for page in [contents_page(pages, book), *pages]}
    faces = faces_for("".join(documents.values()))
    files = _files(cover, pictures, track if timed else None, faces)
    kinds = {name: _MEDIA_TYPES[name.rsplit(".", 1)[1]] for name in ["book.css", *files]}
    texts = {
        "package.opf": package(book, identifier, pages, timed, kinds),
        "book.css": style_sheet(book, cover, faces),
        **documents,
        **{f"{name}.smil": overlay.smil for name, overlay in timed.items()},
    }
    entries = {name: text.encode() for name, text in texts.items()} | files
    return Epub(archive(entries), tuple(page.index for page in scenes if page.name in timed))


def _plates(book: Book) -> tuple[CoverPlate | None, dict[int, bytes]]:
    """The plate of the cover, and the plates of scenes by their index. Pictures that cannot be read are left
    out."""
    inks, art = mix_inks(book.colours), book.cover
    cover = cover_plate(art.data, PAGE_HEIGHT, inks.deep, inks.on_deep, early=art.early) if art else None
    drawn = (
        (spread.index, plate(spread.art.data, PAGE_HEIGHT, early=spread.art.early))
        for spread in book.spreads
        if spread.art
    )
    return cover, {index: made for index, made in drawn if made}


def _files(
    cover: CoverPlate | None, pictures: Mapping[int, bytes], track: Track | None, faces: Sequence[str]
) -> dict[str, bytes]:
    """All files of pictures, fonts and sound, by their names in the archive."""
    fonts = (*map(file_of, faces), _TITLE_FONT)
    files = {name: (fonts_folder() / name).read_bytes() for name in fonts}
    files |= {f"scene-{index}.jpg": data for index, data in pictures.items()}
    if cover:
        files["cover.jpg"] = cover.data
    if track:
        files[AUDIO] = track.data
    return files
