"""Reads a page aloud: makes the samples, and the times of each run of the text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.providers.offline.voice import model, script
from service.providers.offline.voice.model import Model, Mouth, Samples
from service.providers.offline.voice.phonemes import Phonemizer, Sound

#: Silence before the first word and after the last, in seconds.
LEAD = 0.10
TAIL = 0.30
#: The silence that is kept at both ends of an utterance of the voice, in seconds.
_EDGE = 0.08
#: The maximum sample value of a page. Vowels of the voice reach about 0.65.
_CEILING = 0.95
_SILENT_PAGE = 0.6
#: The least pause before and after a refrain, in seconds.
_REFRAIN_REST = 0.65


Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a page: mono samples within ±1, and the text, start and end (in seconds) of each
    run."""

    samples: Samples
    sample_rate: int
    runs: tuple[tuple[str, float, float], ...]

    @property
    def duration(self) -> float:
        """The duration in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class _Take:
    """The phonemes of an utterance, the pause after it in seconds, and whether it is a refrain."""

    sounds: list[Sound]
    rest: float
    refrain: bool


class Reader:
    """The loaded voice. Only one thread at a time may use it, because the noise and espeak are global."""

    def __init__(self) -> None:
        self._model = Model()
        self._phonemizer = Phonemizer()

    def read(self, text: str, *, bedtime: bool = False, refrains: frozenset[str] = frozenset()) -> Reading:
        """Read a page aloud. The same arguments give the same samples. No text makes this method fail.

        At ``bedtime``, words and pauses are longer. ``refrains`` are sentences as ``script.refrains_of``
        returns them. They sound the same each time, a little slower, with a pause around them.
        """
        page = script.write(text, refrains)
        takes = [_Take(self._sounds(unit), unit.rest, unit.refrain) for unit in page.utterances]
        takes = [take for take in takes if any(sound.run is not None for sound in take.sounds)]
        tape = _Tape(self._model.sample_rate)
        if not takes:
            tape.rest(_SILENT_PAGE)
        else:
            self._say_all(takes, tape, model.BEDTIME if bedtime else 1.0)
        spans = _place_unsaid(tape.spans, len(page.runs), tape.seconds)
        runs = tuple((run, *span) for run, span in zip(page.runs, spans, strict=True))
        return Reading(tape.samples, self._model.sample_rate, runs)

    def _sounds(self, unit: script.Utterance) -> list[Sound]:
        return [sound for sound in self._phonemizer.sounds(unit) if self._model.knows(sound.symbol)]

    def _say_all(self, takes: list[_Take], tape: _Tape, slowness: float) -> None:
        mouth = self._model.open(_seed(takes))
        tape.rest(LEAD)
        for place, take in enumerate(takes):
            if take.refrain:
                # A session of its own: the noise, and so the melody, is the same each time.
                _say(self._model.open(_seed([take])), take.sounds, tape, slowness * model.REFRAIN)
            else:
                _say(mouth, take.sounds, tape, slowness)
            following = takes[place + 1] if place < len(takes) - 1 else None
            beside = following is not None and take.refrain != following.refrain
            rest = max(take.rest, _REFRAIN_REST) if beside else take.rest
            tape.rest(TAIL if following is None else rest * slowness)


def _seed(takes: Sequence[_Take]) -> int:
    return zlib.crc32("".join(sound.symbol for take in takes for sound in take.sounds).encode())


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The reader of this process. Raises ``ImportError`` if the voice is not installed."""
    return Reader()


def _say(mouth: Mouth, sounds: Sequence[Sound], tape: _Tape, slowness: float) -> None:
    """Speak one utterance, and add it to the tape without most of its silence."""
    samples, places = mouth.say([sound.symbol for sound in sounds], slowness)
    spoken = [place for place, sound in enumerate(sounds) if sound.run is not None]
    edge = int(_EDGE * tape.sample_rate)
    first = max(0, places[spoken[0]] - edge)
    last = min(len(samples), places[spoken[-1] + 1] + edge)
    for place in spoken:
        run = sounds[place].run
        assert run is not None
        tape.mark(run, places[place] - first, places[place + 1] - first)
    tape.add(samples[first:last])


class _Tape:
    """The samples of a page so far, and the span of each run in these samples."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.spans: dict[int, Span] = {}
        self._parts: list[Samples] = []
        self._length = 0

    @property
    def samples(self) -> Samples:
        """All samples. If a sample exceeds the maximum, all samples are scaled down."""
        whole = np.concatenate(self._parts) if self._parts else np.zeros(0, dtype=np.float32)
        peak = float(np.max(np.abs(whole), initial=0.0))
        return whole * np.float32(_CEILING / peak) if peak > _CEILING else whole

    @property
    def seconds(self) -> float:
        return self._length / self.sample_rate

    def rest(self, seconds: float) -> None:
        self._append(np.zeros(int(seconds * self.sample_rate), dtype=np.float32))

    def mark(self, run: int, start: int, end: int) -> None:
        """Record a part of a run. Positions are in samples from the current end of the tape."""
        begin, stop = ((self._length + place) / self.sample_rate for place in (start, end))
        self.spans[run] = (self.spans[run][0] if run in self.spans else begin, stop)

    def add(self, samples: Samples) -> None:
        """Add samples with faded ends, so that no click is audible."""
        fade = min(len(samples) // 2, int(0.008 * self.sample_rate))
        shaped = samples.copy()
        ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        shaped[:fade] *= ramp
        shaped[len(shaped) - fade :] *= ramp[::-1]
        self._append(shaped)

    def _append(self, samples: Samples) -> None:
        self._parts.append(samples)
        self._length += len(samples)


def _place_unsaid(spans: dict[int, Span], runs: int, total: float) -> list[Span]:
    """The span of every run. Runs that are not spoken share the pause between their spoken neighbours."""
    placed: list[Span] = []
    run = 0
    while run < runs:
        if run in spans:
            placed.append(spans[run])
            run += 1
            continue
        following = next((later for later in range(run, runs) if later in spans), runs)
        begin = placed[-1][1] if placed else 0.0
        end = spans[following][0] if following < runs else total
        step = max(0.0, end - begin) / (following - run)
        placed += [(begin + step * n, begin + step * (n + 1)) for n in range(following - run)]
        run = following
    return placed
