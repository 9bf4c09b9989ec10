"""The readings of a text in which names are searched. Pure.

The plain reading folds each character. Further readings are made only of texts that need them: ``Jürgen`` is
also read as ``Juergen``, and ``M a y a`` and ``M-a-y-a`` as ``Maya``. A word of mixed scripts is also read as
the Latin word and as the Cyrillic word that look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from service.providers.folding import Folded, Source, fold_character, folded, folded_as, source_of


class _Form(Protocol):
    """A form in which a name may be written, folded."""

    @property
    def text(self) -> str: ...


F = TypeVar("F", bound=_Form)

#: Letters that are spelled with two letters if a keyboard lacks them, and the marks that turn a plain letter
#: into such a letter.
_SPELLED_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "\u0308": "e", "\u030a": "a"}
_SPELLED_OUT |= {letter.upper(): two for letter, two in _SPELLED_OUT.items()}
_DIGRAPH = re.compile("[aou]e|aa")
_TO_BE_SPELLED = re.compile(f"[{''.join(_SPELLED_OUT)}]")

_BETWEEN = r"[ \u00a0\u3000\-‐‑–.·・_*]"
_ONE_LETTER = r"[^\W\d_][^\w\s\-.·_*]{0,3}"
#: The letters of scripts that do not separate words by spaces. Each of these letters counts as a word.
_SYLLABLE = "[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
#: A pattern of three or more letters that are separated from each other.
_LETTER_BY_LETTER = re.compile(
    rf"(?:(?<![^\W_])|(?<={_SYLLABLE}))(?:{_ONE_LETTER}{_BETWEEN}{{1,3}}){{2,}}[^\W\d_](?:(?![^\W_])|(?={_SYLLABLE}))"
)
_GAP = re.compile(f"{_BETWEEN}+")
_PARTED_SYLLABLES = re.compile(rf"(?<={_SYLLABLE}){_BETWEEN}{{1,3}}(?={_SYLLABLE})")

_WORD = re.compile(r"[^\W\d_]+")
_LATIN, _OTHER = r"[A-Za-z\u00c0-\u024f]", r"[\u0370-\u052f]"
_MIXED = re.compile(f"{_LATIN}{_OTHER}|{_OTHER}{_LATIN}")
_CYRILLIC = "авекмнорстухіјѕһԁԛԝӏ", "abekmhopctyxijshdqwl"
_GREEK, _GREEK_CAPITALS = ("αβεικνορτυχ", "abeikvoptux"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")


def _lookalikes(letters: str, others: str) -> dict[int, str]:
    return {
        ord(one): other for one, other in zip(letters + letters.upper(), others + others.upper(), strict=True)
    }


_TO_LATIN = _lookalikes(*_GREEK) | _lookalikes(*_GREEK_CAPITALS) | _lookalikes(*_CYRILLIC)
_TO_CYRILLIC = _lookalikes(*reversed(_CYRILLIC))


def readings(text: str, forms: Sequence[F]) -> Iterator[tuple[Folded, Sequence[F]]]:
    """The plain reading of a text, and all further readings that differ from it. Each reading has the forms
    of names to search in it. All are linear in the length of the text."""
    source = source_of(text)
    characters = source.characters
    yield folded(source), forms
    parted = _PARTED_SYLLABLES.search(characters) is not None
    joined = forms if _LETTER_BY_LETTER.search(characters) else _syllabic(forms) if parted else ()
    if joined:
        yield _joined(source), joined
    if characters.isascii():
        return
    spelled = [form for form in forms if _DIGRAPH.search(form.text)]
    if spelled and _TO_BE_SPELLED.search(characters):
        pieces = (_SPELLED_OUT.get(one) or fold_character(one) for one in characters)
        yield folded_as(source, pieces), spelled
    if _MIXED.search(characters):
        yield _of_one_script(source, _TO_LATIN), forms
        yield _of_one_script(source, _TO_CYRILLIC), forms


def spellings(name: str) -> Iterator[str]:
    """The spellings of a name: as it was given, with two letters for one letter, and in a single script."""
    yield name
    yield _TO_BE_SPELLED.sub(lambda found: _SPELLED_OUT[found[0]], name)
    yield from (_in_one_script(name, lookalikes) for lookalikes in (_TO_LATIN, _TO_CYRILLIC))


def _syllabic(forms: Sequence[F]) -> Sequence[F]:
    return [form for form in forms if re.search(_SYLLABLE, form.text)]


def _joined(source: Source) -> Folded:
    """Join separated letters: remove the characters between letters that are written one by one."""
    gaps = {
        index
        for run in _LETTER_BY_LETTER.finditer(source.characters)
        for gap in _GAP.finditer(source.characters, *run.span())
        for index in range(*gap.span())
    }
    gaps |= {index for gap in _PARTED_SYLLABLES.finditer(source.characters) for index in range(*gap.span())}
    pieces = ("" if index in gaps else fold_character(one) for index, one in enumerate(source.characters))
    return folded_as(source, pieces)


def _of_one_script(source: Source, lookalikes: Mapping[int, str]) -> Folded:
    """Replace letters in words of mixed scripts by the similar letters of one script."""
    return folded_as(source, map(fold_character, _in_one_script(source.characters, lookalikes)))


def _in_one_script(text: str, lookalikes: Mapping[int, str]) -> str:
    return _WORD.sub(lambda word: word[0].translate(lookalikes) if _MIXED.search(word[0]) else word[0], text)
