"""What all providers of speech need: how long a sound is, and words spread over it."""

from __future__ import annotations

import io
import re

import soundfile

from service.domain.story import SpokenWord

#: A word is a sequence of characters without white space.
RUN = re.compile(r"\S+")


def spread_words(text: str, duration: float) -> tuple[SpokenWord, ...]:
    """The words of ``text`` with estimated times: the words are distributed over the sound by their length.
    This is for a sound without an alignment."""
    runs = RUN.findall(text)
    # Each word is followed by a pause about as long as one of its letters.
    total = sum(len(run) + 1 for run in runs)
    words: list[SpokenWord] = []
    passed = 0
    for run in runs:
        start = duration * passed / total
        passed += len(run) + 1
        words.append(SpokenWord(text=run, start=start, end=duration * (passed - 1) / total))
    return tuple(words)


def duration_of(data: bytes) -> float:
    """The duration of a sound in seconds, found by decoding the sound. Raises ``ValueError`` if the sound is
    broken."""
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise ValueError(str(error)) from error
    if not len(samples):
        raise ValueError("the sound is empty")
    return len(samples) / float(rate)
