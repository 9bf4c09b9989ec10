"""The pages of the read-aloud book: XHTML files and their style sheet.

Cover and scenes are fixed pages, ``PAGE_WIDTH`` by ``PAGE_HEIGHT`` CSS pixels: a square picture and the text
beside it. Each word is in a ``span`` whose id is its number in the narration. The pages after the story are
reflowable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from string import Template

from PIL import ImageFont

from service.domain.story import Activity
from service.publishing.book import Book, Spread, choices, labels, name_list
from service.publishing.epub_container import escape
from service.publishing.inks import Inks, mix_inks
from service.publishing.layout import MIRRORED
from service.publishing.plates import TITLE_BAND, CoverPlate
from service.publishing.typefaces import file_of, fonts_folder

PAGE_WIDTH, PAGE_HEIGHT = 1800, 1000
_PANEL = PAGE_WIDTH - PAGE_HEIGHT
_MARGIN = 64
_ROOM = PAGE_HEIGHT - 3 * _MARGIN
_LINE = 1.5
_SIZES = range(46, 15, -2)
#: The end of a line of a verse. The space keeps words apart where markup is left out.
_BREAK = " <br/>"
ACTIVE_CLASS = "-epub-media-overlay-active"
PLAYING_CLASS = "-epub-media-overlay-playing"


@dataclass(frozen=True, slots=True)
class Page:
    """A content document: the name of its file, its title for the table of contents, and its XHTML."""

    name: str
    title: str
    body: str
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class ScenePage(Page):
    """The page of a scene. ``word_ids`` contains the ids of its words, with one row for each paragraph."""

    index: int = 0
    word_ids: tuple[tuple[str, ...], ...] = ()


def cover_page(book: Book, plate: CoverPlate | None) -> Page:
    """The cover: its picture, the title and the names of the heroes."""
    words = labels(book.language)
    title = escape(book.title.strip() or words["untitled"])
    byline = words["for"].replace("{names}", name_list(book.readers, words)) if book.readers else ""
    alt = escape(book.cover.alt) if book.cover else ""
    is_cover = 'class="cover" epub:type="cover" role="doc-cover"'
    picture = f'<img {is_cover} src="cover.jpg" alt="{alt}"/>' if plate else ""
    body = (
        f'<section class="page front">{picture}'
        f'<div class="titles"><h1 id="title">{title}</h1>'
        f'<p lang="{words["language"]}">{escape(byline)}</p></div></section>'
    )
    return Page("cover", book.title, body)


def scene_pages(book: Book, pictured: frozenset[int]) -> list[ScenePage]:
    """A page for each scene. Words are numbered through the whole book from 0.

    ``pictured`` contains the indexes of the scenes that have a picture file.
    """
    numbers = count()
    words = labels(book.language)
    return [_scene_page(spread, spread.index in pictured, words, numbers) for spread in book.spreads]


def _scene_page(
    spread: Spread, pictured: bool, words: Mapping[str, str], numbers: Iterator[int]
) -> ScenePage:
    verses = [
        [[(f"w{next(numbers)}", word) for word in line.split()] for line in text.split("\n")]
        for text in spread.paragraphs
    ]
    told = "\n".join(_paragraph(f"p{spread.index}-{place}", verse) for place, verse in enumerate(verses))
    alt = escape(spread.art.alt) if spread.art else ""
    picture = f'<img src="scene-{spread.index}.jpg" alt="{alt}"/>' if pictured else ""
    name = f"scene-{spread.index}"
    mirrored = " mirrored" if spread.shot in MIRRORED else ""
    title = words["page"].replace("{n}", str(spread.index))
    body = (
        f'<section class="page {name}{mirrored}" epub:type="bodymatter">'
        f'<h1 class="unseen" lang="{words["language"]}">{escape(title)}</h1>'
        f'<div class="picture">{picture}</div><div class="told">{told}</div>'
        f'<p class="number" aria-hidden="true">{spread.index}</p></section>'
    )
    ids = tuple(tuple(word_id for line in verse for word_id, _ in line) for verse in verses)
    return ScenePage(name, title[:1].upper() + title[1:], body, index=spread.index, word_ids=ids)


def _paragraph(paragraph_id: str, lines: Sequence[Sequence[tuple[str, str]]]) -> str:
    """A paragraph. Each of its lines contains words with their ids."""
    spans = (
        " ".join(f'<span id="{word_id}">{escape(word)}</span>' for word_id, word in line) for line in lines
    )
    return f'<p id="{paragraph_id}">{_BREAK.join(spans)}</p>'


def talk_page(book: Book) -> Page | None:
    """The page of questions, with their answers at the end; None if the book has no questions."""
    if not book.activities:
        return None
    words = labels(book.language)
    questions = "".join(_question(activity, words) for activity in book.activities)
    answers = "".join(f"<li>{escape(activity.answer)}</li>" for activity in book.activities)
    body = (
        f'<section class="flow" epub:type="backmatter"><h1 lang="{words["language"]}">'
        f"{escape(words['talk'])}</h1><ol>{questions}</ol>"
        f'<section class="small"><h2 lang="{words["language"]}">{escape(words["answers"])}</h2>'
        f"<ol>{answers}</ol></section></section>"
    )
    return Page("talk", words["talk"], body, fixed=False)


def _question(activity: Activity, words: Mapping[str, str]) -> str:
    listed = "".join(f"<li>{escape(option)}</li>" for option in choices(activity, words))
    where = (
        f" <small>{escape(words['page'].replace('{n}', str(activity.page)))}</small>" if activity.page else ""
    )
    return f"<li><p>{escape(activity.question)}{where}</p>{f'<ul>{listed}</ul>' if listed else ''}</li>"


def made_page(book: Book, lines: Sequence[str]) -> Page:
    """The page of the colophon."""
    words = labels(book.language)
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    body = (
        f'<section class="flow small" epub:type="colophon" role="doc-colophon" lang="{words["language"]}">'
        f"<h1>{escape(words['made'])}</h1>{told}</section>"
    )
    return Page("made", words["made"], body, fixed=False)


def document(page: Page, book: Book) -> str:
    """A page as a complete XHTML file."""
    language = escape(book.language_tag)
    direction = ' dir="rtl"' if book.right_to_left else ""
    size = f'<meta name="viewport" content="width={PAGE_WIDTH}, height={PAGE_HEIGHT}"/>' if page.fixed else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{language}" xml:lang="{language}"{direction}>\n'
        f"<head><title>{escape(page.title) or '…'}</title>{size}"
        f'<link rel="stylesheet" type="text/css" href="book.css"/></head>\n'
        f"<body><main>{page.body}</main></body>\n</html>\n"
    )


def contents_page(pages: Sequence[Page], book: Book) -> Page:
    """The table of contents."""
    items = "".join(f'<li><a href="{page.name}.xhtml">{escape(page.title) or "…"}</a></li>' for page in pages)
    start = next((page.name for page in pages if isinstance(page, ScenePage)), pages[0].name)
    body = (
        f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>{escape(book.title)}</h1><ol>{items}</ol></nav>'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden"><ol>'
        f'<li><a epub:type="cover" href="cover.xhtml">{escape(pages[0].title) or "…"}</a></li>'
        f'<li><a epub:type="bodymatter" href="{start}.xhtml">1</a></li></ol></nav>'
    )
    return Page("contents", book.title, body, fixed=False)


# ---- the style sheet


def style_sheet(book: Book, plate: CoverPlate | None, faces: Sequence[str]) -> str:
    """The style sheet with the colours of the book's pictures, and with the typefaces of its text, in the
    order in which they are tried."""
    inks = mix_inks(book.colours)
    base = files("service.publishing").joinpath("templates/epub.css").read_text("utf-8")
    embedded = (f'@font-face {{ font-family: "{face}"; src: url("{file_of(face)}"); }}' for face in faces)
    named = ", ".join(f'"{face}"' for face in faces)
    rules = [*embedded, Template(base).substitute(_measures(book), faces=named)]
    rules.append(_cover_rules(book, inks, plate))
    size = min((text_size(spread.paragraphs) for spread in book.spreads), default=_SIZES[0])
    rules += [_scene_rules(spread, mix_inks(spread.colours), size) for spread in book.spreads]
    rules.append(f".flow h1, .flow h2, small {{ color: {inks.accent}; }}")
    return "\n".join(rules) + "\n"


def _measures(book: Book) -> dict[str, str | int]:
    return {
        "width": PAGE_WIDTH,
        "height": PAGE_HEIGHT,
        "panel": _PANEL - 2 * _MARGIN,
        "margin": _MARGIN,
        "line": str(_LINE),
        "picture_side": "right" if book.right_to_left else "left",
        "text_side": "left" if book.right_to_left else "right",
        "active": ACTIVE_CLASS,
    }


def _cover_rules(book: Book, inks: Inks, plate: CoverPlate | None) -> str:
    ink = plate.ink if plate else inks.on_sky
    edge = plate.band if plate else "top"
    height = round(PAGE_HEIGHT * TITLE_BAND)
    return (
        f".front {{ background: {inks.deep if plate else inks.sky}; }}\n"
        f".titles {{ {edge}: 0; height: {height}px; color: {ink}; }}\n"
        f".titles h1 {{ font-size: {_title_size(book.title, height - 110)}px; }}"
    )


def _title_size(title: str, room: float) -> int:
    """The largest font size in pixels at which the title leaves room for the names below it. The typeface of
    titles is wide."""
    sizes = range(96, 19, -4)
    return next((size for size in sizes if 1.1 * size * _lines(title, 920 / size / 1.15) <= room), sizes[-1])


def _scene_rules(spread: Spread, inks: Inks, size: int) -> str:
    """The rules of a scene. All scenes of a book have the same size of text, in pixels."""
    name = f".scene-{spread.index}"
    top = _MARGIN + max(0, round((_ROOM - _height(spread.paragraphs, size)) * 0.4))
    return (
        f"{name} {{ background: {inks.paper}; color: {inks.text}; }}\n"
        f"{name} .picture {{ background: {inks.hill}; }}\n"
        f"{name} .told {{ top: {top}px; height: {_ROOM + _MARGIN - top}px; font-size: {size}px; }}\n"
        f"{name} .{ACTIVE_CLASS} {{ background: {inks.accent}; color: {inks.paper}; }}"
    )


def text_size(paragraphs: Sequence[str]) -> int:
    """The largest font size in pixels at which the text fits beside its picture."""
    heights = ((size, _height(paragraphs, size)) for size in _SIZES)
    return next((size for size, height in heights if height <= _ROOM), _SIZES[-1])


def _height(paragraphs: Sequence[str], size: int) -> float:
    width = (_PANEL - 2 * _MARGIN) / size
    lines = sum(_lines(line, width) for text in paragraphs for line in text.split("\n"))
    return size * (lines * _LINE + 0.6 * max(0, len(paragraphs) - 1))


def _lines(text: str, width: float) -> int:
    """The number of lines that a paragraph needs at a width in ems."""
    lines, used, space = 1, 0.0, _ems(" ")
    for word in text.split():
        length = _ems(word)
        if used and used + space + length > width:
            lines, used = lines + 1, 0.0
        used += length + (space if used else 0)
        lines, used = lines + int(used // width), used % width
    return lines


@cache
def _ems(text: str) -> float:
    return _face().getlength(text) / 100


@cache
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts_folder() / "Andika-Regular.ttf", 100)
