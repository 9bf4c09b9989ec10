"""Converts a book to the data of the typesetter's template: text without unsupported characters, plates and
inks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from service.domain.languages import primary_language
from service.domain.story import Activity, AgeRange
from service.publishing.book import (
    Art,
    Book,
    Spread,
    choices,
    colophon_lines,
    labels,
    name_list,
    page_to_name,
)
from service.publishing.colours import mix
from service.publishing.inks import Inks, mix_inks
from service.publishing.plates import TITLE_BAND, cover_plate, plate
from service.publishing.typefaces import BODY_FACES, TITLE_FACES, settable

Edition = Literal["screen", "print"]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The format of an edition: its paper in millimetres, its pictures in pixels, the rules for its number of
    pages, and whether the cover is part of the file."""

    side: float
    bleed: float
    pixels: int
    enlarge: bool
    page_multiple: int
    least_pages: int
    covered: bool

    @property
    def detail(self) -> int:
        """The width of the cover's picture on the title page, in pixels."""
        return self.pixels // 2


#: The format of each edition. The print edition has 8.5 in after trimming, an eighth of an inch of bleed, and
#: 300 pixels per inch including the bleed. Lulu binds no fewer than 32 pages, and KDP no fewer than 24.
SHEETS: Mapping[Edition, Sheet] = {
    "screen": Sheet(
        side=210, bleed=0, pixels=1240, enlarge=False, page_multiple=2, least_pages=2, covered=True
    ),
    "print": Sheet(
        side=215.9,
        bleed=3.175,
        pixels=2625,
        enlarge=True,
        page_multiple=4,
        least_pages=32,
        covered=False,
    ),
}

#: The shots whose picture is after the text, on the right page, and the shots whose picture has a margin.
#: Neighbouring scenes have different shots, so a book alternates.
MIRRORED = frozenset({"close", "low", "side"})
FRAMED = frozenset({"close"})

#: The largest size of the story's text, in points.
_TEXT_SIZES: Mapping[AgeRange, int] = {"0-3": 28, "3-5": 24, "5-8": 21, "8-10": 18}

#: The beginning of a paragraph that can have a large first letter: quotation marks, and one letter of a
#: script with separate letters.
_INITIAL = re.compile(r"[«»“”„‘’\"'¿¡(]*[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]")


def lay_out(book: Book, sheet: Sheet, folder: Path) -> Data:
    """Return the data of the template, and write the plates into the folder as JPEG files."""
    inks = mix_inks(book.colours)
    words = labels(book.language)
    return {
        **asdict(sheet),
        **language_parts(book.language_tag),
        **_cover(book, inks, sheet, folder),
        "title": settable(book.title) or words["untitled"],
        "summary": settable(book.summary),
        "author": "Storytroupe",
        "labels": {name: settable(phrase) for name, phrase in words.items()},
        "byline": _names(book.readers, "for", words),
        "companions": _names(book.companions, "with", words),
        "faces": {"body": BODY_FACES, "title": TITLE_FACES},
        "hyphenate": book.age_range == "8-10",
        "text_size": _TEXT_SIZES[book.age_range],
        "title_band": TITLE_BAND,
        "inks": _page_inks(inks),
        "date": date_parts(book.colophon.made_on),
        "spreads": [_spread(spread, sheet, folder) for spread in book.spreads],
        "activities": [_activity(activity, words) for activity in book.activities],
        "colophon": [settable(line) for line in colophon_lines(book.colophon, words)],
    }


def language_parts(tag: str) -> Data:
    """The language of a tag, and its region if it has one, in the form that the typesetter needs."""
    region = re.search(r"-([A-Za-z]{2})\b", tag)
    return {"language": primary_language(tag), "region": region[1].upper() if region else None}


def date_parts(day: date) -> Data:
    """A date in the form that the typesetter needs."""
    return {"year": day.year, "month": day.month, "day": day.day}


def _names(names: tuple[str, ...], label: str, words: Mapping[str, str]) -> str:
    return settable(words[label].replace("{names}", name_list(names, words))) if names else ""


def _page_inks(inks: Inks) -> Data:
    return {**asdict(inks), "star": mix(inks.deep, inks.on_deep, 0.2)}


def _cover(book: Book, inks: Inks, sheet: Sheet, folder: Path) -> Data:
    art = book.cover
    if art is None:
        made = None
    else:
        made = cover_plate(
            art.data, sheet.pixels, inks.deep, inks.on_deep, enlarge=sheet.enlarge, early=art.early
        )
    if art is None or made is None:
        return {"cover": None, "detail": None, "cover_band": "top", "cover_ink": inks.on_sky}
    (folder / "cover.jpg").write_bytes(made.data)
    detail = plate(art.data, sheet.detail, enlarge=sheet.enlarge, early=art.early)
    (folder / "detail.jpg").write_bytes(detail or made.data)
    return {
        "cover": {"file": "cover.jpg", "alt": _alt(art)},
        "detail": {"file": "detail.jpg"},
        "cover_band": made.band,
        "cover_ink": made.ink,
    }


def _spread(spread: Spread, sheet: Sheet, folder: Path) -> Data:
    return {
        "index": spread.index,
        "mirrored": spread.shot in MIRRORED,
        "framed": spread.shot in FRAMED,
        "art": _scene(spread.art, spread.index, sheet, folder),
        "inks": _page_inks(mix_inks(spread.colours)),
        "paragraphs": _paragraphs(spread.paragraphs),
    }


def _scene(art: Art | None, index: int, sheet: Sheet, folder: Path) -> Data | None:
    made = plate(art.data, sheet.pixels, enlarge=sheet.enlarge, early=art.early) if art else None
    if made is None or art is None:
        return None
    name = f"scene-{index}.jpg"
    (folder / name).write_bytes(made)
    return {"file": name, "alt": _alt(art)}


def _alt(art: Art) -> str:
    """The description of a picture. It is never empty, because the standard requires a description."""
    return settable(art.alt) or "…"


def _paragraphs(texts: tuple[str, ...]) -> list[Data]:
    """The paragraphs for the template. The first letter of the first paragraph is separate if it can be a
    large letter."""
    verses = ("\n".join(map(settable, text.split("\n"))) for text in texts)
    settled = [text for text in verses if text]
    opening = _INITIAL.match(settled[0]) if settled else None
    initial = opening[0] if opening else ""
    first = [{"initial": initial, "rest": text[len(initial) :]} for text in settled[:1]]
    return first + [{"initial": "", "rest": text} for text in settled[1:]]


def _activity(activity: Activity, words: Mapping[str, str]) -> Data:
    return {
        "kind": activity.kind,
        "question": settable(activity.question),
        "options": [settable(option) for option in choices(activity, words)],
        "answer": settable(activity.answer),
        "page": page_to_name(activity),
    }
