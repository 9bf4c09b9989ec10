"""Plates that are made as soon as their picture exists, so that little work remains after the last picture of
a book.

They are the same plates that the PDF and the EPUB would make from the picture later. The store keeps them
next to the picture, under a name that contains the hash of their recipe. Without these plates, a book can
also be typeset, but this takes longer.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import PIL

from service.publishing.colours import extract
from service.publishing.epub_pages import PAGE_HEIGHT
from service.publishing.inks import mix_inks
from service.publishing.layout import SHEETS
from service.publishing.plates import CoverPlate, Early, cover_plate, plate

MEDIA_TYPE = "application/zip"
_MARKS = "veiled.json"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The three colours of a picture, and its packed plates with the hash of the recipe that made the
    plates."""

    colours: tuple[str, str, str]
    recipe: str
    plates: bytes


def prepare(data: bytes, *, is_cover: bool) -> Prepared:
    """Make the colours and plates that books need from a picture. This takes about 0.1 seconds of CPU time,
    or 0.5 seconds for a cover.

    Raises ``ValueError`` if the data is not a picture.
    """
    colours = extract(data)
    return Prepared(colours, recipe_of(colours, is_cover=is_cover), pack(_made(data, colours, is_cover)))


def recipe_of(colours: tuple[str, str, str], *, is_cover: bool) -> str:
    """The hash of everything that determines the plates, except the picture itself: 16 hexadecimal digits."""
    parts = [_press(), *_sides(is_cover), *(_veil(colours) if is_cover else ())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@cache
def _press() -> str:
    """The versions of the code and of the library that make plates."""
    source = files("service.publishing").joinpath("plates.py").read_bytes()
    return f"{hashlib.sha256(source).hexdigest()} {PIL.__version__}"


def _sides(is_cover: bool) -> tuple[int, ...]:
    screen = SHEETS["screen"]
    return (screen.pixels, PAGE_HEIGHT, screen.detail) if is_cover else (screen.pixels, PAGE_HEIGHT)


def _veil(colours: tuple[str, str, str]) -> tuple[str, str]:
    inks = mix_inks(colours)
    return inks.deep, inks.on_deep


def _made(data: bytes, colours: tuple[str, str, str], is_cover: bool) -> Early:
    screen = SHEETS["screen"]
    if not is_cover:
        return _early({side: plate(data, side) for side in _sides(is_cover)}, {})
    veil = _veil(colours)
    veiled = {side: cover_plate(data, side, *veil) for side in (screen.pixels, PAGE_HEIGHT)}
    return _early({screen.detail: plate(data, screen.detail)}, veiled)


def _early(plain: dict[int, bytes | None], veiled: dict[int, CoverPlate | None]) -> Early:
    return Early(
        {side: made for side, made in plain.items() if made},
        {side: made for side, made in veiled.items() if made},
    )


def pack(early: Early) -> bytes:
    """Pack plates into one file."""
    marks = {side: {"band": made.band, "ink": made.ink} for side, made in early.veiled.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_MARKS, json.dumps(marks))
        for side, data in early.plain.items():
            archive.writestr(f"plain/{side}.jpg", data)
        for side, made in early.veiled.items():
            archive.writestr(f"veiled/{side}.jpg", made.data)
    return out.getvalue()


def unpack(packed: bytes) -> Early | None:
    """The plates in a file that ``pack`` made; None if the file cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            marks: dict[str, Any] = json.loads(archive.read(_MARKS))
            plain = {
                int(name[len("plain/") : -len(".jpg")]): archive.read(name)
                for name in archive.namelist()
                if name.startswith("plain/")
            }
            veiled = {
                int(side): CoverPlate(archive.read(f"veiled/{side}.jpg"), mark["band"], mark["ink"])
                for side, mark in marks.items()
            }
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return None
    return Early(plain, veiled)
