"""A text that a person wrote, as the pages of a book. Pure.

A page is always a part of the text as it stands: only white space at its ends is left out. Text is split at
natural breaks: between paragraphs where possible, else between sentences or the lines of a verse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf
from types import MappingProxyType

from service.domain.story import AgeRange, Beat, StoryBrief, StoryContent

#: The number of words of a page, by age. A text without a wished number of pages gets so many.
_WORDS_A_PAGE: Mapping[AgeRange, int] = MappingProxyType({"0-3": 40, "3-5": 70, "5-8": 150, "8-10": 220})
#: A text is cut into at most about this many pieces before they are put together to pages.
_MOST_PIECES = 240
#: How bad a break is, as a share of a page's length: between sentences, and between the lines of a verse.
_SENTENCE, _LINE = 0.4, 0.55
#: Lines of prose that a program has wrapped are longer than the lines of verse.
_LONGEST_VERSE = 60
_LONGEST_TITLE = 60
_LONGEST_SUMMARY = 200

_LINE_BREAK = re.compile(r"\n\s*")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
#: The end of a sentence with its closing quotation marks, before a word that is not in lower case.
#: Abbreviations of titles end no sentence. Some scripts have no space there.
_SENTENCE_BREAK = re.compile(
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)"
    r"(?:(?<=[.!?…])|(?<=[.!?…][”’“»\"')]))\s+(?=[^\sa-zß-ÿ])"
    r"|(?<=[。！？])(?=[^\s”」』。！？])"
)
_ENDED = tuple('.!?…:;,”»"')


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text that stays together, and how bad a break before it is."""

    start: int
    end: int
    badness: float


def unwrapped(text: str) -> str:
    """The text without the line breaks that a program has put into paragraphs of prose. Those of verse
    stay."""
    return "\n\n".join(
        paragraph if max(map(len, paragraph.splitlines())) <= _LONGEST_VERSE else " ".join(paragraph.split())
        for paragraph in _PARAGRAPH_BREAK.split(text.strip())
        if paragraph.strip()
    )


def page_count(text: str, age_range: AgeRange, most: int) -> int:
    """The usual number of pages for a text of this length."""
    return min(max(ceil(len(text.split()) / _WORDS_A_PAGE[age_range]), 1), most)


def split_pages(text: str, count: int) -> tuple[str, ...]:
    """The text as at most ``count`` pages of similar length. A text with fewer sentences has fewer pages."""
    pieces = _pieces(text)
    ends = _best_ends(pieces, min(count, len(pieces)))
    return tuple(
        text[pieces[first].start : pieces[last - 1].end].strip() for first, last in pairwise((0, *ends))
    )


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, or the lines of a verse, without the white space between them."""
    return [text[piece.start : piece.end].strip() for piece in _sentences(text)]


def _pieces(text: str) -> list[_Piece]:
    """The sentences and lines. Short ones are joined, so that the number of pieces is bounded."""
    least = len(text) / _MOST_PIECES
    pieces: list[_Piece] = []
    for piece in _sentences(text):
        if pieces and pieces[-1].end - pieces[-1].start < least:
            pieces[-1] = _Piece(pieces[-1].start, piece.end, pieces[-1].badness)
        else:
            pieces.append(piece)
    return pieces


def _sentences(text: str) -> Iterator[_Piece]:
    for start, end in _spans(text, _PARAGRAPH_BREAK, 0, len(text)):
        verse = "\n" in text[start:end].strip()
        for first, last in _spans(text, _LINE_BREAK if verse else _SENTENCE_BREAK, start, end):
            yield _Piece(first, last, 0.0 if first == start else _LINE if verse else _SENTENCE)


def _spans(text: str, breaks: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a text between breaks, without those that are blank."""
    begin = start
    for found in breaks.finditer(text, start, end):
        if text[begin : found.start()].strip():
            yield begin, found.start()
            begin = found.end()
    if text[begin:end].strip():
        yield begin, end


def _best_ends(pieces: Sequence[_Piece], count: int) -> list[int]:
    """For each page, the number of the piece after its last one. The pages are as even as good breaks
    allow."""
    lengths = [piece.end - piece.start for piece in pieces]
    total = [0]
    for length in lengths:
        total.append(total[-1] + length)
    target = total[-1] / count
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for page in range(1, count + 1):
        best = {
            last: _cheapest(best, pieces, total, target, last)
            for last in range(page, len(pieces) - (count - page) + 1)
            if page < count or last == len(pieces)
        }
    return best[len(pieces)][1]


def _cheapest(
    best: Mapping[int, tuple[float, list[int]]],
    pieces: Sequence[_Piece],
    total: Sequence[int],
    target: float,
    last: int,
) -> tuple[float, list[int]]:
    """The best pages before the piece ``last``, from the best ones with a page less."""
    cost, first = inf, 0
    for begin in sorted(best, reverse=True):
        if begin >= last:
            continue
        longer = (total[last] - total[begin]) / target - 1
        if longer > 0 and longer**2 >= cost:
            break
        if (found := best[begin][0] + longer**2 + pieces[begin].badness ** 2 * (begin > 0)) < cost:
            cost, first = found, begin
    return cost, [*best[first][1], last]


def given_story(brief: StoryBrief, pages: Sequence[str]) -> StoryContent:
    """The story of a text that is kept as it stands. What a model would add is taken from the text itself."""
    return StoryContent(
        title=brief.title or _title(brief, pages[0]),
        summary=_shortened(" ".join(" ".join(pages).split()), _LONGEST_SUMMARY),
        beats=tuple(Beat(index=n, text=page, alt=_first_sentence(page)) for n, page in enumerate(pages, 1)),
    )


def _title(brief: StoryBrief, first: str) -> str:
    """The first line if it is a heading, else the names of the heroes, which need no language."""
    line, _, rest = first.partition("\n")
    heading = line.strip().lstrip("#").strip()
    if (
        rest
        and heading
        and len(heading) <= _LONGEST_TITLE
        and not heading.endswith(_ENDED)
        and rest[:1] == "\n"
    ):
        return heading
    return " & ".join(hero.name for hero in brief.characters)


def _first_sentence(page: str) -> str:
    piece = next(_sentences(page))
    return " ".join(page[piece.start : piece.end].split())


def _shortened(text: str, most: int) -> str:
    """At most so many characters, cut behind a word."""
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"
