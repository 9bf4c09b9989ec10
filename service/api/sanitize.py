"""What people send, made fit to keep: no NUL, no stray control characters, one form of Unicode.

Markup is left as it is: it is plain text here, and is escaped where it is shown.

To bring a text into one form takes time that grows with the square of a run of marks, and time for each
character; so both are bounded before. A text that is out of bounds is refused and not cut: nobody
writes so by chance, and whoever does should see that it was not taken.
"""

from __future__ import annotations

import unicodedata

from pydantic_core import PydanticCustomError

#: Marks that may follow one another, as UAX #15 has it for its stream-safe text.
MOST_MARKS = 30
#: Code points of a text: more than any field takes.
MOST_CODE_POINTS = 20_000

_JOINER = "\u200d"
_UNCOUNTED = frozenset({"Mn", "Me", "Cf"})
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
#: Control characters, but for line feed and tab, are spaces; lone surrogates are gone.
_UNFIT: dict[int, str | None] = {
    **dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x0A, 0x09}, " "),
    **dict.fromkeys(range(0xD800, 0xE000)),
}


def _is_mark(character: str) -> bool:
    """Whether it is put in order among its like: by what it is made of, since a few are two marks."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) > 0


#: All there are: further up is none, as a test says.
MARKS = frozenset(filter(_is_mark, map(chr, range(0x300, 0x1F000))))


def clean(text: str, *, most: int = MOST_CODE_POINTS) -> str:
    """The text in NFC and trimmed; control characters are spaces, lone surrogates are gone.

    Raises ``PydanticCustomError``, a ValueError, for one that is too long or has too many marks in a row.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    _check(text, most)
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = unified if unified.isprintable() else unified.translate(_UNFIT)
    return unicodedata.normalize("NFC", kept).strip()


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
    """Whether a person would see nothing: only white space and invisible characters."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def length(text: str) -> int:
    """How many characters a person would count, nearly: marks, skin tones, and what is joined
    to an emoji count as one with it."""
    count, joined = 0, False
    for character in text:
        count += not joined and _counts(character)
        joined = character == _JOINER
    # A mark without a letter to stand on is seen, too.
    return count or int(not is_blank(text))


def _counts(character: str) -> bool:
    if character.isascii():
        return True
    return unicodedata.category(character) not in _UNCOUNTED and character not in _SKIN_TONES
