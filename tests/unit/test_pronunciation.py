"""Names as the voice says them."""

from __future__ import annotations

import pytest

from service.domain.pronunciation import as_written, respelled
from service.domain.story import Character, SpokenWord


@pytest.mark.parametrize(
    ("name", "say_as", "text", "said"),
    [
        ("Saoirse", "SEER-sha", "“Saoirse!” Saoirse’s Saoirsette.", "“Seer-sha!” Seer-sha’s Saoirsette."),
        ("Saoirse", "seer sha", "Saoirse ran.", "Seer-sha ran."),
        ("Mary Siân", "mary sharn", "Mary\n Siân ran.", "Mary\n Sharn ran."),
        ("Mary Siân", "marysharn", "Mary Siân ran.", "Mary Siân ran."),
        ("Maya", None, "Maya ran.", "Maya ran."),
    ],
)
def test_a_name_is_said_as_it_is_asked_for(name: str, say_as: str | None, text: str, said: str) -> None:
    spoken = respelled(text, (Character(name=name, say_as=say_as),))
    assert spoken == said
    assert len(spoken.split()) == len(text.split())


def test_spoken_words_are_spelled_as_in_the_text() -> None:
    words = (SpokenWord(text="Seer-sha", start=0.1, end=0.5), SpokenWord(text="ran.", start=0.5, end=0.9))
    assert [word.text for word in as_written(words, "Saoirse ran.")] == ["Saoirse", "ran."]
    assert as_written(words, "Saoirse ran away.") == words
