"""Pages of speech joined into a track, and the story's text in blocks."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.story import Beat, SpokenWord, StoryContent
from service.publishing import mp3, narration

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Page:
    """A page whose words are bursts of a tone."""

    data: bytes
    words: tuple[SpokenWord, ...]


def _page(
    *bursts: tuple[float, float],
    rate: int = 22_050,
    seconds: float = 1.5,
    loudness: float = 0.4,
    encoding: str = "FLAC",
    channels: int = 1,
) -> Page:
    samples = np.zeros(int(seconds * rate), dtype=np.float32)
    for start, end in bursts:
        place = np.arange(int(start * rate), int(end * rate))
        samples[place] = loudness * np.sin(2 * np.pi * 440 * place / rate)
    words = tuple(SpokenWord(text=f"w{n}", start=a, end=b) for n, (a, b) in enumerate(bursts))
    if encoding == "MP3":
        return Page(mp3.encode(samples, rate), words)
    file = io.BytesIO()
    soundfile.write(file, np.stack([samples] * channels, axis=1), rate, format=encoding)
    return Page(file.getvalue(), words)


def _decoded(track: narration.Track) -> Samples:
    samples, rate = soundfile.read(io.BytesIO(track.data), dtype="float32")
    assert rate == track.sample_rate
    return np.asarray(samples)


def _sounding(track: narration.Track) -> list[tuple[float, float]]:
    """The stretches of a track that are not silent, in seconds."""
    window = np.ones(track.sample_rate // 100)
    loud = np.convolve(np.abs(_decoded(track)), window / len(window), "same") > 0.05
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [(a / track.sample_rate, b / track.sample_rate) for a, b in edges.reshape(-1, 2)]


def _content(*texts: str) -> StoryContent:
    beats = tuple(Beat(index=n, text=text, alt="") for n, text in enumerate(texts, start=1))
    return StoryContent(title="T", summary="", beats=beats)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_track_words_lie_where_their_sound_is(rate: int) -> None:
    pages = [_page((0.2, 0.5), (0.8, 1.2), rate=rate), _page((0.1, 0.4), rate=rate)]
    track = narration.join(pages, breath_seconds=0.5)
    assert track.sample_rate == rate
    assert track.media_type == "audio/mpeg"
    heard = _sounding(track)
    assert len(heard) == len(track.words) == 3
    for word, (start, end) in zip(track.words, heard, strict=True):
        assert (word.start, word.end) == pytest.approx((start, end), abs=0.015)


def test_track_decodes_to_exactly_its_duration() -> None:
    track = narration.join([_page((0.2, 0.5), seconds=1.2345), _page((0.1, 0.3), seconds=0.777)])
    assert len(_decoded(track)) / track.sample_rate == pytest.approx(track.duration, abs=1e-9)


def test_track_joins_pages_of_any_format_rate_and_channels() -> None:
    bursts = (0.3, 0.6)
    pages = [
        _page(bursts, rate=22_050),
        _page(bursts, rate=44_100, encoding="MP3"),
        _page(bursts, rate=48_000, encoding="WAV", channels=2),
        _page(bursts, rate=8_000, encoding="WAV"),
    ]
    track = narration.join(pages)
    assert track.sample_rate == 48_000
    for word, (start, end) in zip(track.words, _sounding(track), strict=True):
        assert (word.start, word.end) == pytest.approx((start, end), abs=0.02)


def test_track_takes_the_highest_rate_there_is_for_still_higher_ones() -> None:
    assert narration.join([_page((0.1, 0.2), rate=96_000, encoding="WAV")]).sample_rate == 48_000


def test_track_tells_its_pages_apart() -> None:
    pages = [_page((0.1, 0.2), (0.3, 0.4)), _page(), _page((0.5, 0.6))]
    track = narration.join(pages, breath_seconds=0.5)
    assert [(span.start, span.end) for span in track.pages] == [(0, 1.5), (2, 3.5), (4, 5.5)]
    assert [word.text for word in track.words_of(0)] == ["w0", "w1"]
    assert track.words_of(1) == ()
    assert track.words_of(2)[0].start == pytest.approx(4.5)


def test_track_turns_all_pages_up_alike() -> None:
    samples = _decoded(narration.join([_page((0.2, 1.2), loudness=0.4), _page((0.2, 1.2), loudness=0.2)]))
    first, second = np.abs(samples[: len(samples) // 2]).max(), np.abs(samples[len(samples) // 2 :]).max()
    assert first == pytest.approx(narration.PEAK, rel=0.08)
    assert first / second == pytest.approx(2, rel=0.05)


def test_track_does_not_blow_up_a_whisper() -> None:
    samples = _decoded(narration.join([_page((0.2, 1.2), loudness=0.01)]))
    assert np.abs(samples).max() < 0.01 * narration.MOST_GAIN * 1.2


def test_track_keeps_words_within_their_page() -> None:
    page = _page((0.2, 0.5))
    late = Page(page.data, (SpokenWord(text="late", start=1.4, end=9.0),))
    track = narration.join([late, page])
    assert track.words[0].end == track.pages[0].end


def test_track_needs_sound_that_can_be_read() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        narration.join([])
    with pytest.raises(ValueError, match="page 2"):
        narration.join([_page((0.1, 0.2)), Page(b"not sound", ())])


def test_words_as_json_are_rounded_to_milliseconds() -> None:
    track = narration.join([_page((0.123456, 0.5))])
    assert narration.words_as_json(track) == [{"txt": "w0", "start": 0.123, "end": 0.5}]


def test_mp3_refuses_a_rate_that_it_cannot_have() -> None:
    with pytest.raises(ValueError, match="11000"):
        mp3.encode(np.zeros(10, dtype=np.float32), 11_000)


def test_mp3_of_nothing_is_a_file_still() -> None:
    samples, rate = soundfile.read(io.BytesIO(mp3.encode(np.zeros(0, dtype=np.float32), 22_050)))
    assert (len(samples), rate) == (0, 22_050)


def test_blocks_number_the_words_through_the_whole_story() -> None:
    made = narration.blocks(_content("One <b>two</b>.\n\nThree & “four”", "Five"))
    assert made == {
        "a": '<p><span data-word="0">One</span> <span data-word="1">&lt;b&gt;two&lt;/b&gt;.</span></p>\n'
        '<p><span data-word="2">Three</span> <span data-word="3">&amp;</span> '
        '<span data-word="4">“four”</span></p>',
        "b": '<p><span data-word="5">Five</span></p>',
    }


def test_blocks_have_a_name_for_each_of_twelve_scenes() -> None:
    assert "".join(narration.blocks(_content(*["x"] * 12))) == "abcdefghijkl"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_blocks_hold_the_words_of_the_story_and_nothing_that_acts(texts: list[str]) -> None:
    made = "\n".join(narration.blocks(_content(*texts)).values())
    spans = re.findall(r'<span data-word="(\d+)">(.*?)</span>', made, re.DOTALL)
    assert [int(number) for number, _ in spans] == list(range(len(spans)))
    assert [html.unescape(text) for _, text in spans] == " ".join(texts).split()
    bare = re.sub(r'</?p>|<span data-word="\d+">|</span>', "", made)
    assert "<" not in bare
    assert ">" not in bare
