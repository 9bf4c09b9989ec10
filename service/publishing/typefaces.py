"""The typefaces of books, and the characters that these typefaces contain.

An accessible PDF must not contain a character that its fonts lack, but a person's name may contain any
character. Therefore all text is converted before it is typeset: a character that no typeface contains becomes
the replacement character, and characters that only control the layout are left out.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: The order in which faces are tried for a character.
BODY_FACES = (
    "Andika",
    "Noto Sans",
    "Noto Sans Hebrew",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Emoji",
    "Droid Sans Fallback",
)
TITLE_FACES = ("Fredoka", *BODY_FACES)

#: Format characters that stay in the text: joiners, which change the shape of letters and emoji.
_KEPT_FORMATS = frozenset("\u200c\u200d")
#: The maximum number of marks on one letter. This is enough for every language, and too few to cover other
#: lines.
_MOST_MARKS = 3
_DROPPED = frozenset({"Cc", "Cf", "Cs"})


def fonts_folder() -> Path:
    """The folder with the font files and their licences."""
    return Path(str(files("service.publishing").joinpath("fonts")))


def file_of(face: str) -> str:
    """The name of the font file with the regular form of a typeface of the text."""
    name = face.replace(" ", "")
    return f"{name}.ttf" if name == "DroidSansFallback" else f"{name}-Regular.ttf"


def faces_for(text: str) -> tuple[str, ...]:
    """The typefaces that a text needs, in the order in which they are tried: the usual one, and each one that
    has a character which the faces before it lack."""
    left = {ord(character) for character in text if not character.isspace()}
    found: list[str] = []
    for face in BODY_FACES:
        had = left & _characters_of(face)
        if had or not found:
            found.append(face)
        left -= had
    return tuple(found)


@cache
def _characters_of(face: str) -> frozenset[int]:
    return font_characters((fonts_folder() / file_of(face)).read_bytes())


def settable(text: str) -> str:
    """Convert a text so that it can be typeset. White space becomes single spaces.

    Control, layout and lone surrogate characters are removed. A character that no typeface contains becomes
    U+FFFD.
    """
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    marks = 0
    kept = []
    for character in composed:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(_settable_character(character))
    return "".join(kept)


@cache
def _settable_character(character: str) -> str:
    if character in _KEPT_FORMATS or "\ufe00" <= character <= "\ufe0f":
        return character
    if unicodedata.category(character) in _DROPPED:
        return ""
    return character if ord(character) in characters() else REPLACEMENT


@cache
def characters() -> frozenset[int]:
    """All code points that at least one typeface of books contains."""
    return frozenset().union(*map(_characters_of, BODY_FACES))


def font_characters(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font, from the tables of its ``cmap`` (formats 4 and 12)."""
    start = _table(font, b"cmap")
    count = struct.unpack_from(">H", font, start + 2)[0]
    found: set[int] = set()
    for record in range(count):
        offset = struct.unpack_from(">L", font, start + 4 + record * 8 + 4)[0]
        found |= _subtable(font, start + offset)
    return frozenset(found)


def _table(font: bytes, name: bytes) -> int:
    for entry in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + entry * 16)
        if tag == name:
            return int(offset)
    raise ValueError(f"The font has no table {name!r}.")


def _subtable(font: bytes, start: int) -> set[int]:
    kind = struct.unpack_from(">H", font, start)[0]
    if kind == 4:
        return _segments(font, start)
    return _groups(font, start) if kind == 12 else set()


def _groups(font: bytes, start: int) -> set[int]:
    found: set[int] = set()
    for group in range(struct.unpack_from(">L", font, start + 12)[0]):
        first, last, _ = struct.unpack_from(">LLL", font, start + 16 + group * 12)
        found.update(range(first, last + 1))
    return found


def _segments(font: bytes, start: int) -> set[int]:
    doubled = struct.unpack_from(">H", font, start + 6)[0]
    shape = f">{doubled // 2}H"
    ends = struct.unpack_from(shape, font, start + 14)
    starts = struct.unpack_from(shape, font, start + 16 + doubled)
    deltas = struct.unpack_from(shape, font, start + 16 + 2 * doubled)
    offsets_at = start + 16 + 3 * doubled
    offsets = struct.unpack_from(shape, font, offsets_at)
    found: set[int] = set()
    for segment, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = (code + deltas[segment]) & 0xFFFF
            if offsets[segment]:
                at = offsets_at + 2 * segment + offsets[segment] + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
            if glyph:
                found.add(code)
    return found
