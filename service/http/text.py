"""What people send, made fit to keep: no NUL, no stray control characters, one form of Unicode.

Markup is left as it is: it is plain text here, and is escaped where it is shown.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from service.errors import InvalidInput

#: How deep a body may be nested.
MAX_DEPTH = 32

_KEPT = "\n\t"
_JOINER = "\u200d"
_UNCOUNTED = frozenset({"Mn", "Me", "Cf"})
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


def clean(text: str) -> str:
    """The text in NFC and trimmed; control characters are spaces, lone surrogates are gone."""
    if text.isascii() and text.isprintable():
        return text.strip()
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join([_kept(character) for character in unified])
    return unicodedata.normalize("NFC", kept).strip()


def _kept(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Cs":
        return ""
    return " " if category == "Cc" else character


def clean_all(value: Any, depth: int = 0) -> Any:
    """Every text within some JSON cleaned, keys too. Raises ``InvalidInput`` if it is too deep."""
    if depth > MAX_DEPTH:
        raise InvalidInput(f"The body is nested more than {MAX_DEPTH} deep.", code="INVALID_JSON")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_all(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_all(item, depth + 1) for key, item in value.items()}
    return value


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
