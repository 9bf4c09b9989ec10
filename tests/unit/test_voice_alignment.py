"""Which phoneme belongs to which word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.providers.offline.voice import alignment


def _shared(alone: list[str], together: str) -> list[str]:
    owners = alignment.share(alone, together)
    return ["".join(s for s, o in zip(together, owners, strict=True) if o == n) for n in range(len(alone))]


@pytest.mark.parametrize(
    ("alone", "together", "shares"),
    [
        (["ðˈɛɹ", "wʌz", "ˈeɪ"], "ðɛɹwˌʌz ɐ", ["ðɛɹ", "wˌʌz ", "ɐ"]),
        (["fˈɑːks", "ʌv", "ðə", "wˈʊd"], "fˈɑːks ʌvðə wˈʊd", ["fˈɑːks ", "ʌv", "ðə ", "wˈʊd"]),
        (["hæd", "twˈɛnti wˈʌn", "ˈæpəlz"], "hæd twˈɛnti wˈʌn ˈæpəlz", ["hæd ", "twˈɛnti wˈʌn ", "ˈæpəlz"]),
        (["fɔːɹ", "ˈeɪ", "kˈæt"], "fɚɹə kˈæt", ["fɚɹ", "ə ", "kˈæt"]),
        (["lˈʊk"], "lˈʊk", ["lˈʊk"]),
    ],
)
def test_alignment_parts_words_that_were_run_together(
    alone: list[str], together: str, shares: list[str]
) -> None:
    assert _shared(alone, together) == shares


def test_alignment_is_not_led_astray_by_repeated_words() -> None:
    assert _shared(["tˈæp"] * 4, "tˈæp tˈæp tˈæp tˈæp") == ["tˈæp "] * 3 + ["tˈæp"]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.text(alphabet="ptkaiəˈ ", max_size=6), min_size=1, max_size=6),
    st.text(alphabet="ptkaiəˈ ", max_size=30),
)
def test_alignment_owners_never_fall(alone: list[str], together: str) -> None:
    owners = alignment.share(alone, together)
    assert len(owners) == len(together)
    assert owners == sorted(owners)
    assert all(0 <= owner < len(alone) for owner in owners)
