"""How a text may be read by one who looks for a name in it. Pure.

The plain reading folds each character. Others are made only of texts that ask for them: ``Jürgen`` is read as
``Juergen``, ``M a y a`` and ``M-a-y-a`` as ``Maya``, and a word of mixed scripts as the Latin one, and as the
Cyrillic one, that looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from service.providers.folding import Folded, Source, fold_character, folded, folded_as, source_of


class _Form(Protocol):
    """A way in which a name is written, folded."""

    @property
    def text(self) -> str: ...


F = TypeVar("F", bound=_Form)

#: Letters that are spelled with two where a keyboard lacks them, and the marks that make them of one.
_SPELLED_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "\u0308": "e", "\u030a": "a"}
_SPELLED_OUT |= {letter.upper(): two for letter, two in _SPELLED_OUT.items()}
_DIGRAPH = re.compile("[aou]e|aa")
_TO_BE_SPELLED = re.compile(f"[{''.join(_SPELLED_OUT)}]")

_BETWEEN = r"[ \u00a0\u3000\-‐‑–.·・_*]"
_ONE_LETTER = r"[^\W\d_][^\w\s\-.·_*]{0,3}"
#: Scripts that do not part words by spaces: their letters are words to themselves.
_SYLLABLE = "[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
#: Three letters or more, each by itself.
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
    """The plain reading of a text and those others that differ, each with the forms of names to look for in
    it. Each is linear in the text's length."""
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
    """A name as it was given and, as a text is read, with two letters for one and in one script."""
    yield name
    yield _TO_BE_SPELLED.sub(lambda found: _SPELLED_OUT[found[0]], name)
    yield from (_in_one_script(name, lookalikes) for lookalikes in (_TO_LATIN, _TO_CYRILLIC))


def _syllabic(forms: Sequence[F]) -> Sequence[F]:
    return [form for form in forms if re.search(_SYLLABLE, form.text)]


def _joined(source: Source) -> Folded:
    """Without what stands between letters that stand by themselves."""
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
    """With the letters of each word of mixed scripts as those that they look like."""
    return folded_as(source, map(fold_character, _in_one_script(source.characters, lookalikes)))


def _in_one_script(text: str, lookalikes: Mapping[int, str]) -> str:
    return _WORD.sub(lambda word: word[0].translate(lookalikes) if _MIXED.search(word[0]) else word[0], text)
