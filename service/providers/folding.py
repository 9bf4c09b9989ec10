"""Folds texts for the search of names: removes case, accents, points and invisible characters. Pure.

``Ｍａｙａ``, ``MAYA``, ``Máya`` (composed or not) and ``ma<soft hyphen>ya`` all fold to ``maya``. The
folded text stores the position of each of its characters in the original text, so that a name that is found
can be replaced in the original text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

#: Marks that a writer may leave out: Latin, Greek and Cyrillic accents, Hebrew and Arabic points, variation
#: selectors, and invisible letters (the fillers of Hangul, Khmer's inherent vowels, Braille's blank). Vowel
#: signs of Thai and Devanagari are not in this list, because they are as important as letters.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x20D0, 0x20F0),
    (0x2800, 0x2800),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)


def _han_variants() -> dict[int, str]:
    """A mapping from each Han character to one character that represents all of its forms: simplified,
    traditional and new Japanese."""
    table = files("service.providers").joinpath("han_variants.txt").read_text("utf-8")
    return {ord(form): group[0] for group in table.split() for form in group}


_SAME = _han_variants() | str.maketrans(
    {
        **dict.fromkeys("’ʼʻ‘`´＇", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "і": "и",
        "ґ": "г",
        "є": "е",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": "",
    }
)
_ASCII = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f", " ") | {"`": "'"})
_NO_WIDTH = "\u200b"
#: A character that is written as an HTML entity.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_KATAKANA, _TO_HIRAGANA = range(0x30A1, 0x30F7), 0x60
_GEORGIAN = "Ⴀ", "ჿ"


@lru_cache(maxsize=65536)
def fold_character(character: str) -> str:
    """The characters to which one character folds: none, one or several."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = "".join(one for one in whole if not _is_optional(one))
    return "".join(_hiragana(one) for one in kept.translate(_SAME))


def _is_optional(character: str) -> bool:
    code = ord(character)
    if any(first <= code <= last for first, last in _OPTIONAL_MARKS):
        return True
    return unicodedata.category(character) == "Cf"


def _hiragana(character: str) -> str:
    if character.isspace():
        return " "
    code = ord(character)
    return chr(code - _TO_HIRAGANA) if code in _KATAKANA else character


@lru_cache(maxsize=65536)
def is_mark(character: str) -> bool:
    """Whether a character is a mark, which belongs to the character before it."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")


@lru_cache(maxsize=65536)
def is_letter(character: str) -> bool:
    """Whether a character is part of a word: a letter, or a mark of a letter."""
    return unicodedata.category(character)[0] in "LM"


@lru_cache(maxsize=65536)
def is_cased(character: str) -> bool:
    """Whether a folded character is a letter of a script that begins names with a capital.

    Georgian has capitals, but does not begin names with them.
    """
    first, last = _GEORGIAN
    return character.isalpha() and character.upper() != character and not first <= character <= last


def is_digit(character: str) -> bool:
    """Whether a character may be read as a part of a number: also full-width, Arabic or raised digits."""
    return character.isdigit()


@dataclass(frozen=True, slots=True)
class Source:
    """A text with decoded HTML entities, and the start and end of each character in the original text."""

    original: str
    characters: str
    starts: Sequence[int]
    ends: Sequence[int]


def source_of(text: str) -> Source:
    """Decode a text to its ``Source``. Linear in the length of the text."""
    if "&" not in text or _ENTITY.search(text) is None:
        return Source(text, text, range(len(text)), range(1, len(text) + 1))
    found = list(_characters(text))
    return Source(
        text,
        "".join(character for character, _, _ in found),
        [start for _, start, _ in found],
        [end for _, _, end in found],
    )


def decoded(text: str) -> str:
    """The text, with each HTML entity replaced by its character."""
    return source_of(text).characters


def _characters(text: str) -> Iterator[tuple[str, int, int]]:
    done = 0
    for entity in _ENTITY.finditer(text):
        yield from ((text[index], index, index + 1) for index in range(done, entity.start()))
        yield from ((character, *entity.span()) for character in html.unescape(entity[0]))
        done = entity.end()
    yield from ((text[index], index, index + 1) for index in range(done, len(text)))


@dataclass(frozen=True, slots=True)
class Folded:
    """A text and its folded form. For each folded character, it stores the index of the original character in
    the source."""

    source: Source
    text: str
    origins: Sequence[int]

    @property
    def original(self) -> str:
        """The text before it was folded."""
        return self.source.original

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of the folded characters from ``start`` to ``end``, including their
        marks."""
        begin, last = self.source.starts[self.origins[start]], self.source.ends[self.origins[end - 1]]
        while last < len(self.original) and is_mark(self.original[last]):
            last += 1
        return begin, last

    def is_capital(self, index: int) -> bool:
        """Whether the original of a folded character is a capital letter."""
        origin = self.source.characters[self.origins[index]]
        return origin.isupper() or origin.istitle()

    def begins_word(self, index: int) -> bool:
        """Whether a folded character begins a word: no cased letter is before it, or it is a capital after a
        small letter."""
        if index == 0 or not is_cased(self.text[index - 1]) or self._is_parted(index):
            return True
        return self.is_capital(index) and not self.is_capital(index - 1)

    def rest_of_word(self, index: int, most: int) -> str:
        """The cased letters that follow from a folded character on; at most ``most`` + 1 letters."""
        end = index
        while end < len(self.text) and end - index <= most and is_cased(self.text[end]):
            if self._is_parted(end):
                break
            end += 1
        return self.text[index:end]

    def _is_parted(self, index: int) -> bool:
        """Whether a space without width is before a folded character. Such a space may separate two words, or
        be inside a name."""
        return self.source.characters[self.origins[index] - 1] == _NO_WIDTH


def folded(source: Source) -> Folded:
    """Fold a text for the search of names. Linear in the length of the text."""
    if source.characters.isascii():
        text = source.characters.lower().translate(_ASCII)
        return Folded(source, text, range(len(text)))
    return folded_as(source, map(fold_character, source.characters))


def folded_as(source: Source, pieces: Iterable[str]) -> Folded:
    """The folded form of a text, if each of its characters folds to the piece with the same index."""
    texts = list(pieces)
    origins = [index for index, piece in enumerate(texts) for _ in piece]
    return Folded(source, "".join(texts), origins)
