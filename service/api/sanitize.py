"""Cleans texts of users before they are stored: removes control characters and normalizes Unicode. It does
not change markup, because markup is escaped where a text is shown.

Normalization takes time that grows with the length of the text, and with the square of the number of
combining marks in a row. So both numbers are bounded first. A text above a bound is refused and not
shortened. Its author must see that the text was not accepted.
"""

from __future__ import annotations

import unicodedata

from pydantic_core import PydanticCustomError

#: The greatest number of combining marks in a row, as in the stream-safe text format of UAX #15.
MOST_MARKS = 30
#: The greatest number of code points of a text. No field may have more.
MOST_CODE_POINTS = 20_000

#: How many code points are normalized at once. Each piece takes at most ten milliseconds.
_PIECE = 16_384
_JOINER = "\u200d"
_UNCOUNTED = frozenset({"Mn", "Me", "Cf"})
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
#: Control characters become spaces, except line feed and tab. Lone surrogates are removed.
_UNFIT: dict[int, str | None] = {
    **dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x0A, 0x09}, " "),
    **dict.fromkeys(range(0xD800, 0xE000)),
}


def _is_mark(character: str) -> bool:
    """Return whether normalization may reorder a character. The decomposition is checked too, since a few
    characters consist of two marks."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) > 0


#: All combining marks of Unicode. A test checks that no higher code point is a mark.
MARKS = frozenset(filter(_is_mark, map(chr, range(0x300, 0x1F000))))


def clean(text: str, *, most: int = MOST_CODE_POINTS) -> str:
    """Return the text in NFC, without white space at both ends. Control characters become spaces, and lone
    surrogates are removed.

    Raises ``PydanticCustomError``, a ``ValueError``, for a text that is too long or has too many marks in a
    row.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    _check(text, most)
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = unified if unified.isprintable() else unified.translate(_UNFIT)
    return normalized(kept).strip()


def normalized(text: str, *, piece: int = _PIECE) -> str:
    """Return the text in NFC. A long text is normalized in pieces, since normalization blocks all other
    threads.

    A piece ends before a character that Unicode never combines with the character before it.
    """
    done, begin = list[str](), 0
    while len(text) - begin > piece:
        end = begin + piece
        while end < len(text) and may_join(text[end]):
            end += 1
        done.append(unicodedata.normalize("NFC", text[begin:end]))
        begin = end
    return "".join((*done, unicodedata.normalize("NFC", text[begin:])))


def may_join(character: str) -> bool:
    """Return whether Unicode may combine a character with the character before it: marks, Hangul jamo, and
    letters of the newest scripts. A test checks this for the Unicode version of Python."""
    category = unicodedata.category(character)
    newest = character >= "\U00011000" and category[0] == "L"
    return category[0] == "M" or "\u1100" <= character <= "\u11ff" or newest


def _check(text: str, most: int) -> None:
    if len(text) > most:
        raise PydanticCustomError(
            "too_long",
            "This has {length} characters; no text may have more than {most}.",
            {"length": len(text), "most": most},
        )
    run = 0
    for character in text:
        run = run + 1 if character in MARKS else 0
        if run > MOST_MARKS:
            raise PydanticCustomError(
                "marks",
                "A character has more than {most} accents or other marks. Leave some out.",
                {"most": MOST_MARKS},
            )


def is_blank(text: str) -> bool:
    """Return whether a text has only white space and invisible characters."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def length(text: str) -> int:
    """Return the approximate number of visible characters. Marks, skin tones, and emoji that are joined to
    another emoji do not count."""
    count, joined = 0, False
    for character in text:
        count += not joined and _counts(character)
        joined = character == _JOINER
    # A mark without a base letter is visible too, so it counts as a character.
    return count or int(not is_blank(text))


def _counts(character: str) -> bool:
    if character.isascii():
        return True
    return unicodedata.category(character) not in _UNCOUNTED and character not in _SKIN_TONES
