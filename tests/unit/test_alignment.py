"""Times of characters become times of words, or are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.providers.elevenlabs.alignment import forced_words, words_of
from service.providers.sounds import spread_words
from tests.cases import for_each

TEXT = "“Oh!” she said."


def aligned(text: str = TEXT, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "characters": list(text),
        "character_start_times_seconds": [n / 10 for n in range(len(text))],
        "character_end_times_seconds": [(n + 1) / 10 for n in range(len(text))],
    }
    return values | changes


def test_a_word_goes_from_its_first_characters_start_to_its_lasts_end() -> None:
    words = words_of(aligned(), TEXT, 2.0)
    assert [(word.text, word.start, word.end) for word in words] == [
        ("“Oh!”", 0.0, 0.5),
        ("she", 0.6, 0.9),
        ("said.", 1.0, 1.5),
    ]


def test_entries_of_several_characters_are_counted_by_offset() -> None:
    told = aligned(
        characters=["“Oh", "!”", " she ", "said."],
        character_start_times_seconds=[0.0, 0.3, 0.5, 1.0],
        character_end_times_seconds=[0.3, 0.5, 0.9, 1.5],
    )
    assert [word.start for word in words_of(told, TEXT, 2.0)] == [0.0, 0.5, 1.0]


@for_each(
    "told",
    [
        None,
        {},
        aligned(characters=list(TEXT)[1:]),
        aligned(character_end_times_seconds=[0.1]),
        aligned("“Oh!” he said."),
        aligned(character_start_times_seconds=[n / 10 for n in range(len(TEXT))][::-1]),
        aligned(character_start_times_seconds=[-1.0, *(n / 10 for n in range(1, len(TEXT)))]),
        aligned(character_end_times_seconds=[float("nan")] * len(TEXT)),
        aligned(character_end_times_seconds=[(n + 1) * 9.0 for n in range(len(TEXT))]),
    ],
)
def test_an_alignment_that_cannot_be_is_refused(told: Any) -> None:
    with pytest.raises(ValueError, match="alignment"):
        words_of(told, TEXT, 2.0)


def test_forced_words_must_be_those_of_the_text() -> None:
    told = [{"text": run, "start": n, "end": n + 1} for n, run in enumerate(TEXT.split())]
    assert len(forced_words([told[0], {"text": " ", "start": 1, "end": 1}, *told[1:]], TEXT, 3.0)) == 3
    with pytest.raises(ValueError, match="another text"):
        forced_words(told[:2], TEXT, 3.0)
    with pytest.raises(ValueError, match="no alignment"):
        forced_words(None, TEXT, 3.0)


@given(st.text(min_size=1).filter(str.strip), st.floats(0.1, 500))
def test_spread_words_fill_the_sound_in_order(text: str, duration: float) -> None:
    words = spread_words(text, duration)
    assert [word.text for word in words] == [
        word.text for word in words_of(aligned(text), text, len(text) / 10)
    ]
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= duration
