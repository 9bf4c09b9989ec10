"""Replaces the names of characters by the way in which they are said, for a voice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from service.domain.story import Character, SpokenWord


def respelled(text: str, characters: Sequence[Character]) -> str:
    """A text with the names of the characters as they are said (``say_as``). The number of words between
    white space does not change.

    A name of several words is replaced only if ``say_as`` has as many words.
    """
    for character in characters:
        said = _said(character)
        if said:
            name = r"(\s+)".join(map(re.escape, character.name.split()))
            text = re.sub(rf"(?<!\w){name}(?!\w)", partial(_joined, said), text)
    return text


def as_written(words: Sequence[SpokenWord], text: str) -> tuple[SpokenWord, ...]:
    """The words that were spoken with the times of the voice, and spelled as in the text."""
    written = text.split()
    if len(written) != len(words):
        return tuple(words)
    return tuple(
        word.model_copy(update={"text": spelled}) for word, spelled in zip(words, written, strict=True)
    )


def _said(character: Character) -> list[str]:
    """The words that are said instead of those of the name. Empty if the name is said as it is written."""
    words = (character.say_as or "").lower().split()
    count = len(character.name.split())
    if count == 1 and words:
        words = ["-".join(words)]
    return [word.capitalize() for word in words] if len(words) == count else []


def _joined(words: Sequence[str], found: re.Match[str]) -> str:
    """The words with the white space between those of the name."""
    return words[0] + "".join(space + word for space, word in zip(found.groups(), words[1:], strict=True))
