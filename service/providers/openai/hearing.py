"""The times of a text's words, from the words that a transcription heard. Pure.

A transcription may write a word otherwise than the text does, and may leave one out. The words that both
have in the same order keep their heard times. All others are spread between their neighbours, by their
length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.domain.story import SpokenWord
from service.providers.sounds import RUN

#: The share of a text's words that must be heard. With fewer, all times would be guesses.
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word that was heard, with its times in seconds."""

    text: str
    start: float
    end: float


def heard_words(heard: Sequence[HeardWord], text: str, duration: float) -> tuple[SpokenWord, ...]:
    """The words of ``text`` with their times. Raises ``ValueError`` if the transcription is of another text,
    or if its times decrease."""
    runs = RUN.findall(text)
    times: list[tuple[float, float] | None] = [None] * len(runs)
    for mine, its in _pairs(runs, heard):
        times[mine] = (heard[its].start, heard[its].end)
    known = [time for time in times if time is not None]
    if len(known) < _ENOUGH * len(runs):
        raise ValueError("the transcription is of another text")
    edges = [edge for time in known for edge in time]
    if edges != sorted(edges) or edges[0] < 0:
        raise ValueError("the times of the transcription decrease")
    return tuple(
        SpokenWord(text=run, start=min(start, duration), end=min(end, duration))
        for run, (start, end) in zip(runs, _filled(times, runs, duration), strict=True)
    )


def _pairs(runs: Sequence[str], heard: Sequence[HeardWord]) -> Iterator[tuple[int, int]]:
    """The indices of words that the text and the transcription have in the same order."""
    matcher = SequenceMatcher(
        None, [*map(_plain, runs)], [_plain(word.text) for word in heard], autojunk=False
    )
    for block in matcher.get_matching_blocks():
        yield from ((block.a + n, block.b + n) for n in range(block.size))


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()


def _filled(
    times: Sequence[tuple[float, float] | None], runs: Sequence[str], duration: float
) -> Iterator[tuple[float, float]]:
    """The times, with those that are missing spread between the known ones."""
    before, waiting = 0.0, list[str]()
    for time, run in zip([*times, (duration, duration)], [*runs, ""], strict=True):
        if time is None:
            waiting.append(run)
            continue
        yield from _spread(waiting, before, time[0])
        if run:
            yield time
        before, waiting = time[1], []


def _spread(runs: Sequence[str], start: float, end: float) -> Iterator[tuple[float, float]]:
    total, passed = sum(map(len, runs)), 0
    for run in runs:
        begin = start + (end - start) * passed / total
        passed += len(run)
        yield begin, start + (end - start) * passed / total
