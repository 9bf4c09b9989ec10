"""Divides a told story into pages: optional lines fill the budget, and pages are as even as may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain.readability import BANDS, mean_sentence_length, word_count
from service.providers.offline.storyteller.agreement import (
    flowing,
    sentences_of,
    settle,
    speakers,
    tidy,
)
from service.providers.offline.storyteller.budget import Budget, budget
from service.providers.offline.storyteller.lines import Sentence
from service.providers.offline.storyteller.plot import Plot
from service.providers.offline.storyteller.voice import Voice

_LONGEST_PARAGRAPH = {"0-3": 3, "3-5": 3, "5-8": 4, "8-10": 4}
_OVER = 1.04
#: What a page turn costs within a paragraph and within an event; a page likes to end on a question.
_IN_REFRAIN, _IN_PARAGRAPH, _IN_EVENT, _ON_QUESTION = 9.0, 0.09, 0.03, -0.05
_FEWEST, _LONGEST_PAGE = 0.3, 2.2
_MOST_JOINS = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with the index of its event and of its paragraph."""

    step: int
    paragraph: int
    text: str
    words: int


def lay_out(plot: Plot, voice: Voice, events: list[list[Sentence]]) -> list[list[Unit]]:
    """The pages of the book, each with its sentences."""
    _fill(voice, events, budget(plot.brief.age_range, plot.brief.scene_count))
    band = BANDS[plot.brief.age_range]
    joins = range(_MOST_JOINS if voice.age in ("5-8", "8-10") else 1)
    for most in joins:
        units = list(_units(plot, voice, events, most))
        text = "\n\n".join(text for text in page_texts(units))
        if mean_sentence_length(voice.expand(text)) >= band.shortest + 0.15:
            break
    return _split(plot, units, plot.brief.scene_count)


def page_texts(units: Sequence[Unit]) -> Iterator[str]:
    """The paragraphs of some sentences."""
    run: list[Unit] = []
    for unit in units:
        if run and run[-1].paragraph != unit.paragraph:
            yield " ".join(one.text for one in run)
            run = []
        run.append(unit)
    if run:
        yield " ".join(one.text for one in run)


def _fill(voice: Voice, events: list[list[Sentence]], words: Budget) -> None:
    """Tell optional lines, in the shortest events first, until the whole reaches the target."""
    for sentence in (one for event in events for one in event):
        sentence.told = not sentence.optional
    sizes = [sum(voice.count(one.text) for one in event if one.told) for event in events]
    spoken = sum(word_count(voice.expand(one.text)) for event in events for one in event if one.told)
    while sum(sizes) < words.target:
        for at in sorted(range(len(events)), key=lambda at: sizes[at]):
            spare = next((one for one in events[at] if not one.told), None)
            size = voice.count(spare.text) if spare else 0
            more = word_count(voice.expand(spare.text)) if spare else 0
            if spare and sum(sizes) + size <= words.target * _OVER and spoken + more <= words.most:
                spare.told = True
                sizes[at] += size
                spoken += more
                break
        else:
            return


def _units(plot: Plot, voice: Voice, events: list[list[Sentence]], joins: int) -> Iterator[Unit]:
    number = 0
    for at, event in enumerate(events):
        for run in _runs(event, _LONGEST_PARAGRAPH[plot.brief.age_range]):
            settled = list(settle(sentences_of(" ".join(run)), plot.matter.cast))
            whole = tidy(" ".join(flowing(settled, most=joins)))
            for part in speakers(whole):
                number += 1
                for text in sentences_of(part):
                    yield Unit(at, number, text, voice.count(text))


def _runs(event: Sequence[Sentence], longest: int) -> Iterator[list[str]]:
    """The lines of each paragraph."""
    run: list[str] = []
    for sentence in event:
        if not sentence.told or not sentence.text:
            continue
        if run and (sentence.begins or len(run) >= longest):
            yield run
            run = []
        run.append(sentence.text)
        if sentence.ends:
            yield run
            run = []
    if run:
        yield run


def _split(plot: Plot, units: Sequence[Unit], count: int) -> list[list[Unit]]:
    """Divide into pages by dynamic programming over the places where a page may end."""
    mean = sum(unit.words for unit in units) / count
    upto = [0]
    for unit in units:
        upto.append(upto[-1] + unit.words)
    turns = [_turn(plot, units, end) if end else 0.0 for end in range(len(units) + 1)]
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(count):
        found: dict[int, tuple[float, int]] = {}
        for start, (cost, _before) in best[-1].items():
            for end in range(start + 1, len(units) + 1):
                words = upto[end] - upto[start]
                if words > mean * _LONGEST_PAGE and end > start + 1:
                    break
                total = cost + _unevenness(words, mean) + turns[end]
                if end not in found or total < found[end][0]:
                    found[end] = (total, start)
        best.append(found)
    ends = [len(units)]
    for found in reversed(best[1:]):
        ends.append(found[ends[-1]][1])
    ends.reverse()
    return [list(units[start:end]) for start, end in pairwise(ends)]


def _unevenness(words: int, mean: float) -> float:
    off = (words - mean) / mean
    return off * off * (6 if abs(off) > 0.2 else 1)


def _turn(plot: Plot, units: Sequence[Unit], end: int) -> float:
    """What it costs to turn the page before the unit with this index."""
    if end == len(units):
        return 0.0
    last, following = units[end - 1], units[end]
    if last.paragraph == following.paragraph:
        return _IN_REFRAIN if last.text.startswith("Not ") else _IN_PARAGRAPH
    if last.step == following.step:
        return _IN_EVENT
    return _ON_QUESTION if plot.steps[last.step].event.slot in ("trouble", "low") else 0.0
