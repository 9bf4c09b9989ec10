"""Finds the forms in which a name may be written in a text: the whole name, its parts, and inflected forms.
Pure.

In doubt, a word is hidden: hidden words are restored exactly, so hiding too much does no harm.

- Scripts without capitals (Chinese, Japanese, Korean, Thai, Arabic, Hebrew, Devanagari …) are searched
regardless of word borders, because their words are not separated by spaces, or have prefixes and particles. -
In scripts with capitals, a name of four letters or more is found anywhere, together with the letters around
it. - A shorter name is found at the beginning of a word. A capital may be followed by any ending (``Mian``,
also ``Miami``); in small letters the ending must be a known one, since ``al`` must not hide ``also``. - A
name is also found if one letter is spelled with two letters, if letters are separated, are HTML entities, or
are similar letters of another script (``readings``). - Names whose stem changes (Маша, Маши; Marek, Marka;
Pekka, Pekan) are found by their stems.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Literal

from service.providers.folding import Folded, decoded, fold_character, is_cased, is_digit, is_letter, is_mark
from service.providers.readings import spellings

#: Where a form is found. ``anywhere``: at any place. ``short``: at the beginning of a word. ``stem``: at the
#: beginning of a word; the whole word is then hidden. ``mark``: a stem of a script with vowel signs.
#: ``alone``: with no letter or digit on either side.
Kind = Literal["anywhere", "short", "stem", "mark", "alone"]

_SHORT = 3
_MOST_PARTS = 32
_LONGEST_ENDING = 7
#: The length up to which inflected forms of a word are searched. A longer word is found only in its given
#: form. This limits the cost of a hostile name.
_LONGEST_INFLECTED = 40


def fold(text: str) -> str:
    """Fold a name for the search."""
    return "".join(map(fold_character, text))


_KNOWN = json.loads(files("service.providers").joinpath("name_forms.json").read_text("utf-8"))
#: Titles, which may be written with a name but are not part of it.
_TITLES = frozenset(_KNOWN["titles"])
#: Particles that join the names of a person, if they are written in small letters between capitalized names.
_PARTICLES = frozenset(_KNOWN["particles"])
#: Endings in small letters that may follow a short name, folded.
_ENDINGS = frozenset(fold(ending) for endings in _KNOWN["endings"].values() for ending in endings)
_VOWELS = frozenset("aeiouyаеиоуыэюяієьαεηιουωաեէըիոօ")
_CYRILLIC = "Ѐ", "ӿ"
#: How the last consonants of a stem change before an ending: Slavic softening, Finnish gradation.
_CHANGES = tuple((old, new) for old, new in _KNOWN["changes"])
_LENITED = frozenset("bcdfgmpst")
_LAST_ARABIC, _TIED_ARABIC = "ه", "ت"
_ETHIOPIC = range(0x1200, 0x1380)
_ORDERS = 8


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which a name may be written, folded."""

    text: str
    kind: Kind

    def found_in(self, text: Folded, *, known_endings: bool = False) -> Iterator[tuple[int, int]]:
        """The places of this form in a text, as spans of the original text. Linear in the length of the text.

        With ``known_endings``, a short name has no other endings, even after a capital: ``Li`` is not found
        in ``Light``.
        """
        start = text.text.find(self.text)
        while start >= 0:
            end = self._end(text, start, known_endings)
            if end is not None:
                yield _with_digits(text, *text.span(start, end))
            start = text.text.find(self.text, end or start + 1)

    def _end(self, text: Folded, start: int, known_endings: bool) -> int | None:
        """The end in the folded text of the form that begins at ``start``. None if this place is not a
        name."""
        end = start + len(self.text)
        if self.kind == "anywhere":
            return end
        if self.kind == "alone":
            return end if _stands_alone(text, start, end) else None
        if self.kind == "mark":
            return end if start == 0 or not _is_of_one_script(text.text[start - 1], self.text[0]) else None
        if not text.begins_word(start):
            return None
        ending = text.rest_of_word(end, _LONGEST_ENDING)
        if self.kind == "short":
            any_ending = text.is_capital(start) and not known_endings
            return end if _may_end_short(ending, any_ending) else None
        return end + len(ending) if self._may_end(ending, text.is_capital(start)) else None

    def _may_end(self, ending: str, capital: bool) -> bool:
        """Whether a stem with an ending is an inflected name."""
        length = len(self.text)
        if not ending:
            return length > _SHORT or (length == _SHORT and (capital or _is_cyrillic(self.text)))
        if length > _SHORT and capital:
            return len(ending) < _LONGEST_ENDING
        if ending in _ENDINGS:
            return length >= _SHORT or ending[0] in _VOWELS
        return ending[0] in _VOWELS and len(ending) <= 4 and (length >= _SHORT or capital)


def _may_end_short(ending: str, any_ending: bool) -> bool:
    return not ending or ending in _ENDINGS or (any_ending and len(ending) <= _LONGEST_ENDING)


def _is_of_one_script(one: str, other: str) -> bool:
    """Whether two characters are in the same block of Unicode. Blocks of scripts with vowel signs have 128
    characters."""
    return is_letter(one) and ord(one) >> 7 == ord(other) >> 7


def _stands_alone(text: Folded, start: int, end: int) -> bool:
    around = text.text[max(start - 1, 0) : start] + text.text[end : end + 1]
    return not any(is_letter(one) or is_digit(one) for one in around)


def _with_digits(text: Folded, start: int, end: int) -> tuple[int, int]:
    """Extend a span by a number that directly follows the name. After a stand-in, the number would become
    part of the stand-in's number."""
    while end < len(text.original) and is_digit(text.original[end]):
        end += 1
    return start, end


def _is_cyrillic(text: str) -> bool:
    first, last = _CYRILLIC
    return all(first <= one <= last for one in text)


def forms_of(name: str) -> tuple[Form, ...]:
    """All forms of a name without duplicates: of the whole name, of its parts, and of the stems of both."""
    composed = unicodedata.normalize("NFC", decoded(name.strip()))
    return tuple(dict.fromkeys(form for one in dict.fromkeys(spellings(composed)) for form in _forms_of(one)))


def _forms_of(composed: str) -> Iterator[Form]:
    words = _words(composed)
    parts = [part for word in words for part in (word, *_unspaced_parts(word))][:_MOST_PARTS]
    found = [_whole(fold(composed))]
    found += [form for part in parts if _is_name(part, words) for form in _of_word(fold(part))]
    yield from (form for form in found if form.text)


def _words(name: str) -> list[str]:
    grouped = groupby(name, lambda one: is_letter(one) or is_digit(one))
    return ["".join(group) for is_word, group in grouped if is_word]


def _is_name(part: str, words: list[str]) -> bool:
    """Whether a part of a name can name the person by itself. Initials, numbers and particles cannot."""
    text = fold(part)
    if words == [part]:
        return True
    if not any(is_letter(one) for one in text):
        return False
    if not all(is_cased(one) for one in text):
        return True
    joins = text in _PARTICLES and part.islower() and not all(word.islower() for word in words)
    return len(text) > 1 and text not in _TITLES and not joins


def _unspaced_parts(word: str) -> Iterator[str]:
    """The possible given and family names in a Chinese, Japanese or Korean name, for every possible border
    between them."""
    if 3 <= len(word) <= 6 and all(_is_syllable(one) for one in word):
        for length in range(2, len(word)):
            yield word[:length]
            yield word[-length:]


def _is_syllable(character: str) -> bool:
    return "㐀" <= character <= "鿿" or "가" <= character <= "힣" or ord(character) >= 0x20000


def _whole(text: str) -> Form:
    letters = [one for one in text if is_letter(one)]
    if not letters:
        return Form(text, "alone" if any(map(is_digit, text)) else "anywhere")
    if not all(map(is_cased, letters)):
        return Form(text, "anywhere")
    if len(letters) == 1:
        return Form(text, "alone")
    return Form(text, "short" if len(letters) <= _SHORT else "anywhere")


def _of_word(text: str) -> Iterator[Form]:
    yield _whole(text)
    if all(map(is_cased, text)):
        if _SHORT <= len(text) <= _LONGEST_INFLECTED:
            yield from _stems(text)
        return
    yield from _uncased_stems(text)


def _uncased_stems(text: str) -> Iterator[Form]:
    bare = text
    while bare and is_mark(bare[-1]):
        bare = bare[:-1]
    if bare != text and sum(not is_mark(one) for one in bare) > 1:
        yield Form(bare, "mark")
    if len(text) > 2 and text.endswith(_LAST_ARABIC):
        yield Form(text[:-1] + _TIED_ARABIC, "anywhere")
    if len(text) > 1 and ord(text[-1]) in _ETHIOPIC:
        row = ord(text[-1]) // _ORDERS * _ORDERS
        yield from (Form(text[:-1] + chr(row + order), "anywhere") for order in range(_ORDERS))


def _stems(text: str) -> Iterator[Form]:
    """The stems of a cased name: the parts that remain when its ending changes, with every vowel in which
    they can end."""
    stems = dict.fromkeys(_shortened(text))
    changed = (
        stem[: -len(old)] + new for stem in (*stems, text) for old, new in _CHANGES if stem.endswith(old)
    )
    for stem in dict.fromkeys((*stems, *(stem for stem in changed if len(stem) >= _SHORT))):
        yield Form(stem, "stem")
    if len(text) > 5:
        yield Form(text[:-2], "stem")
    if len(text) > _SHORT and text[0] in _LENITED:
        yield Form(f"{text[0]}h{text[1:]}", "anywhere")


def _shortened(text: str) -> Iterable[str]:
    last, before = text[-1], text[-2]
    if last in _VOWELS:
        yield text[:-1]
        if "a" in text[:-1]:
            yield text[:-1].replace("a", "o") + "u"
    if last in "sσ" and len(text) > _SHORT:
        yield text[:-1]
        if before in _VOWELS:
            yield text[:-2]
    if before in "eoео" and last not in _VOWELS:
        yield text[:-2] + last
        yield f"{text[:-2]}ь{last}"
