"""The narration of a book: pages of speech joined into one track, and the spoken text in blocks.

All times are in seconds. A word is a sequence of characters without white space. The words of a track are the
words of its pages, in order. The numbers in the blocks are positions in these words.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from typing import Protocol, TypedDict

import numpy as np
import soundfile

from service.domain.story import BLOCK_NAMES, SpokenWord, StoryContent
from service.publishing import mp3
from service.publishing.mp3 import Samples

#: Silence between two pages in seconds, in addition to the silence in the pages themselves.
BREATH_SECONDS = 0.7
#: The maximum sample value of a track, and the maximum gain for its pages.
PEAK = 0.89
MOST_GAIN = 4.0

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


class SpokenPage(Protocol):
    """The narration of a page: an encoded sound file, and the times of its words in seconds from the start of
    the file."""

    @property
    def data(self) -> bytes:
        """The encoded sound file."""

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        """The words with their times."""


@dataclass(frozen=True, slots=True)
class PageSpan:
    """The position of a page in a track, in seconds, and the range of its words: ``last_word`` itself is not
    included."""

    start: float
    end: float
    first_word: int
    last_word: int


@dataclass(frozen=True, slots=True)
class Track:
    """A joined narration. The times of ``words`` count from the start of the decoded file."""

    data: bytes
    media_type: str
    duration: float
    sample_rate: int
    pages: tuple[PageSpan, ...]
    words: tuple[SpokenWord, ...]

    def words_of(self, page: int) -> tuple[SpokenWord, ...]:
        """The words of a page with their times in the track. Pages are counted from 0."""
        span = self.pages[page]
        return self.words[span.first_word : span.last_word]


class AudioWord(TypedDict):
    """A word with its times, in the form of the API."""

    txt: str
    start: float
    end: float


def join(pages: Sequence[SpokenPage], *, breath_seconds: float = BREATH_SECONDS) -> Track:
    """Join pages (FLAC, WAV, MP3 …, any rate, any number of channels) into one mono MP3.

    This takes CPU time of about a hundredth of the sound's duration. Raises ``ValueError`` if ``pages`` is
    empty, or if the sound of a page cannot be read.
    """
    sounds = [_decode(page.data, number) for number, page in enumerate(pages, start=1)]
    if not sounds:
        raise ValueError("A narration needs at least one page.")
    rate = _track_rate([its_rate for _, its_rate in sounds])
    rows = [_resample(samples, its_rate, rate) for samples, its_rate in sounds]
    starts = _starts([len(row) for row in rows], round(breath_seconds * rate))
    ends = [start + len(row) for start, row in zip(starts, rows, strict=True)]
    whole = np.zeros(ends[-1], dtype=np.float32)
    for start, end, row in zip(starts, ends, rows, strict=True):
        whole[start:end] = row
    spans, words = _lay_out(
        pages, [(start / rate, end / rate) for start, end in zip(starts, ends, strict=True)]
    )
    data = mp3.encode(whole * np.float32(_gain(whole)), rate)
    return Track(data, "audio/mpeg", len(whole) / rate, rate, spans, words)


def _starts(lengths: Sequence[int], breath: int) -> list[int]:
    """The start of each page in the track, in samples. Two pages are separated by a pause."""
    return list(accumulate((length + breath for length in lengths[:-1]), initial=0))


def _lay_out(
    pages: Sequence[SpokenPage], times: Sequence[tuple[float, float]]
) -> tuple[tuple[PageSpan, ...], tuple[SpokenWord, ...]]:
    """The pages and words of the track, with their times in the track."""
    spans: list[PageSpan] = []
    words: list[SpokenWord] = []
    for page, (start, end) in zip(pages, times, strict=True):
        first = len(words)
        words += _moved(page.words, start, end)
        spans.append(PageSpan(start, end, first, len(words)))
    return tuple(spans), tuple(words)


def words_as_json(track: Track) -> list[AudioWord]:
    """The words in the form of ``audio_words``, rounded to milliseconds."""
    return [
        {"txt": word.text, "start": round(word.start, 3), "end": round(word.end, 3)} for word in track.words
    ]


def blocks(content: StoryContent) -> dict[str, str]:
    """One block of HTML for each scene, named a, b, c …: ``<p>`` for each paragraph, and in it ``<span
    data-word="n">`` for each word. n counts through the whole story from 0."""
    numbers = count()
    return {BLOCK_NAMES[place]: _block(beat.text, numbers) for place, beat in enumerate(content.beats)}


def _block(text: str, numbers: Iterator[int]) -> str:
    paragraphs = (paragraph.split() for paragraph in _PARAGRAPH.split(text))
    return "\n".join(
        "<p>"
        + " ".join(f'<span data-word="{next(numbers)}">{html.escape(word)}</span>' for word in words)
        + "</p>"
        for words in paragraphs
        if words
    )


def _decode(data: bytes, number: int) -> tuple[Samples, int]:
    """The samples of a sound file, mixed to one channel, and its rate."""
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise ValueError(f"the sound of page {number} cannot be read: {error}") from error
    return samples.mean(axis=1, dtype=np.float32), int(rate)


def _track_rate(rates: Sequence[int]) -> int:
    """The lowest sample rate of MP3 that is at least the rate of every page. If no rate is high enough, the
    highest rate."""
    return next((rate for rate in mp3.SAMPLE_RATES if rate >= max(rates)), mp3.SAMPLE_RATES[-1])


def _resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate, by its spectrum. Pages start and end in silence."""
    if rate == wanted or not len(samples):
        return samples
    length = round(len(samples) * wanted / rate)
    spectrum = np.fft.rfft(samples)
    return (np.fft.irfft(spectrum, length) * (length / len(samples))).astype(np.float32)


def _moved(words: Sequence[SpokenWord], start: float, end: float) -> Iterator[SpokenWord]:
    """Words with their times in the track. No word ends after the sound of its page."""
    for word in words:
        begin, stop = min(start + word.start, end), min(start + word.end, end)
        yield SpokenWord(text=word.text, start=begin, end=max(begin, stop))


def _gain(samples: Samples) -> float:
    """The gain of the track. All pages get the same gain, so that their relative loudness stays."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    return min(MOST_GAIN, PEAK / peak) if peak else 1.0
