"""Converts the times of characters to the times of words. Pure.

A word is a sequence of characters without white space. Words are found by their position in the text of the
page, never by search. Times are in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.story import SpokenWord
from service.providers.sounds import RUN as _RUN

#: How many seconds an alignment may exceed the sound, because of the last frame of an MP3 and of rounding.
SLACK_SECONDS = 0.25


class Alignment(BaseModel):
    """The provider's alignment, with the times of each character: three lists of the same length."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    characters: tuple[str, ...]
    character_start_times_seconds: tuple[float, ...]
    character_end_times_seconds: tuple[float, ...]


class ForcedWord(BaseModel):
    """A word that a forced alignment found in the sound."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    start: float
    end: float


def words_of(data: Any, text: str, duration: float) -> tuple[SpokenWord, ...]:
    """The words of ``text`` with their times, from an alignment.

    Raises ``ValueError`` for an alignment that is not reliable: lists of unequal length, times that decrease
    or lie outside the sound, or another text.
    """
    try:
        alignment = Alignment.model_validate(data)
    except ValidationError as invalid:
        raise ValueError("the answer has no alignment") from invalid
    starts, ends = alignment.character_start_times_seconds, alignment.character_end_times_seconds
    if not len(alignment.characters) == len(starts) == len(ends):
        raise ValueError("the lists of the alignment have unequal lengths")
    if "".join(alignment.characters) != text:
        raise ValueError("the alignment belongs to another text")
    _check_times(starts, ends, duration)
    offsets = _offsets(alignment.characters)
    return tuple(
        SpokenWord(
            text=run[0], start=starts[offsets[run.start()]], end=min(ends[offsets[run.end() - 1]], duration)
        )
        for run in _RUN.finditer(text)
    )


def forced_words(words: Any, text: str, duration: float) -> tuple[SpokenWord, ...]:
    """The words of ``text`` with their times, from a forced alignment, which contains whole words. Raises the
    same errors as ``words_of``."""
    try:
        found = [ForcedWord.model_validate(word) for word in words]
    except (TypeError, ValidationError) as invalid:
        raise ValueError("the answer has no alignment") from invalid
    # It may return white space as separate words.
    found = [word for word in found if word.text.strip()]
    runs = _RUN.findall(text)
    if [word.text.strip() for word in found] != runs:
        raise ValueError("the alignment belongs to another text")
    _check_times([word.start for word in found], [word.end for word in found], duration)
    return tuple(
        SpokenWord(text=run, start=word.start, end=min(word.end, duration))
        for run, word in zip(runs, found, strict=True)
    )


def _check_times(starts: Sequence[float], ends: Sequence[float], duration: float) -> None:
    times = [*starts, *ends]
    if not all(map(math.isfinite, times)) or any(time < 0 for time in times):
        raise ValueError("the times of the alignment are not numbers")
    if any(start > end for start, end in zip(starts, ends, strict=True)):
        raise ValueError("a part of the alignment ends before it starts")
    for row in (starts, ends):
        if any(later < earlier for earlier, later in pairwise(row)):
            raise ValueError("the times of the alignment decrease")
    if ends and ends[-1] > duration + SLACK_SECONDS:
        raise ValueError("the alignment is longer than the sound")
    if starts and starts[-1] > duration:
        raise ValueError("the alignment is longer than the sound")


def _offsets(characters: Sequence[str]) -> list[int]:
    """For each character of the joined text, the index of its entry. An entry may contain several
    characters."""
    return [place for place, entry in enumerate(characters) for _ in entry]
